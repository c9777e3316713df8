"""Keeps a set of processes running: starts in order, restarts, stops all, leaves no orphan."""

import threading
import time
from collections.abc import Iterable
from contextlib import suppress
from types import TracebackType
from typing import Final, Self

from embedded.keeper import Keeper, Process
from embedded.log_lines import LogLines
from embedded.orphans import Warden

# From SIGTERM to SIGKILL.
GRACE_S: Final = 5.0


class StartFailed(RuntimeError):
    """A process ended for good, or was not ready in time; the message has its last lines."""


class Supervisor:
    """Runs `processes`, each in a process group of its own, which a warden knows of.

    A process begins when those it is `after` are ready. All threads are this object's own;
    the caller only calls `start`, `wait_ready`, `stop`, or uses it as a context manager.
    """

    def __init__(
        self, processes: Iterable[Process], log: LogLines, *, grace_s: float = GRACE_S
    ) -> None:
        self.log = log
        self._grace_s = grace_s
        self._changed = threading.Condition()
        self._warden: Warden | None = None
        self._keepers: dict[str, Keeper] = {}
        for process in processes:
            self._add(process)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def __getitem__(self, name: str) -> Keeper:
        """The keeper of the process `name`; KeyError when there is none."""
        return self._keepers[name]

    @property
    def names(self) -> list[str]:
        return list(self._keepers)

    @property
    def failed(self) -> list[str]:
        """Names of processes that ended for good though nobody asked them to."""
        return [name for name, keeper in self._keepers.items() if keeper.failed]

    def start(self) -> None:
        self._warden = Warden()
        for keeper in self._keepers.values():
            keeper.start(self._warden)

    def add(self, process: Process) -> Keeper:
        """Start one more process while the others run."""
        if self._warden is None:
            raise RuntimeError("the supervisor has not been started")
        keeper = self._add(process)
        keeper.start(self._warden)
        return keeper

    def wait_ready(self, names: Iterable[str] | None = None, *, timeout_s: float = 60) -> None:
        """Return when `names` (all, unless given) are ready. Raises `StartFailed`."""
        wanted = [self._keepers[name] for name in names or self._keepers]
        deadline = time.monotonic() + timeout_s
        with self._changed:
            while waiting := [keeper for keeper in wanted if not keeper.is_ready]:
                if self.failed:
                    raise StartFailed(self._obituary(self.failed[0]))
                left = deadline - time.monotonic()
                if left <= 0:
                    names_text = ", ".join(keeper.process.name for keeper in waiting)
                    raise StartFailed(f"not ready after {timeout_s:.0f} s: {names_text}")
                self._changed.wait(left)

    def wait_failed(self, timeout_s: float) -> bool:
        """Wait until a process has ended for good, at most `timeout_s`; whether one has."""
        with self._changed:
            return self._changed.wait_for(lambda: bool(self.failed), timeout_s)

    def stop(self) -> None:
        """End all, those that others need last. Safe to call twice."""
        self._give_back_lock()
        for keeper in self._keepers.values():
            keeper.ask_to_stop()
        for wave in self._stop_waves():
            for keeper in wave:
                keeper.terminate()
            deadline = time.monotonic() + self._grace_s
            for keeper in wave:
                keeper.join(deadline)
        if self._warden is not None:
            self._warden.close()
            self._warden = None

    def _give_back_lock(self) -> None:
        """A signal that unwinds this thread while it takes the lock leaves it taken, and then no
        keeper could ever say that its process has ended.
        """
        with suppress(RuntimeError):  # it is not ours
            while True:
                self._changed.release()

    def _add(self, process: Process) -> Keeper:
        unknown = set(process.after) - set(self._keepers)
        if unknown or process.name in self._keepers:
            raise ValueError(f"{process.name}: named twice, or after unknown {sorted(unknown)}")
        before = [self._keepers[name] for name in process.after]
        self.log.introduce(process.name)
        keeper = self._keepers[process.name] = Keeper(process, before, self.log, self._changed)
        return keeper

    def _stop_waves(self) -> list[list[Keeper]]:
        """Keepers by how many stand under them, the topmost first."""
        depth: dict[str, int] = {}
        for name, keeper in self._keepers.items():
            depth[name] = 1 + max((depth[below] for below in keeper.process.after), default=-1)
        waves = range(max(depth.values(), default=0), -1, -1)
        return [[self._keepers[name] for name in depth if depth[name] == wave] for wave in waves]

    def _obituary(self, name: str) -> str:
        lines = self.log.last(name)
        return f"{name} has ended for good. The last lines of it:\n{lines}"
