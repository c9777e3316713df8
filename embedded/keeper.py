"""Keeps one process running, from a thread of its own."""

import os
import shlex
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from embedded.log_lines import LogLines
from embedded.orphans import Warden

FIRST_PAUSE_S: Final = 0.2
LONGEST_PAUSE_S: Final = 10.0
# Who ran this long is taken as healthy: its count of restarts begins anew.
HEALTHY_S: Final = 30.0
READY_POLL_S: Final = 0.03
RESTARTS_IN_A_ROW: Final = 8
RESTARTS_BEFORE_READY: Final = 2

# The shell tells the warden its id, which stays the same through `exec`, before anything of the
# program can run: at no moment is there a process that the warden does not know of.
BORN: Final = 'echo "+$$" >&0 && exec "$@" </dev/null'


@dataclass(frozen=True, kw_only=True)
class Process:
    """What to run and how to keep it.

    `ready` is asked again and again until it says yes; without it a process is ready once begun.
    A `job` runs to its end, is ready when that is 0, and is never restarted. Of a `quiet` one only
    standard error is shown.
    """

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    folder: Path
    after: tuple[str, ...] = ()
    ready: Callable[[], bool] | None = None
    job: bool = False
    quiet: bool = False
    says_when_ready: str = "ready"


class Keeper:
    """One `Process` under a supervisor."""

    def __init__(
        self,
        process: Process,
        before: Sequence["Keeper"],
        log: LogLines,
        changed: threading.Condition,
    ) -> None:
        self.process = process
        self.is_ready = False
        self.failed = False
        self.restarts = 0
        self._was_ready = False
        self._before = before
        self._log = log
        self._changed = changed
        self._stopping = False
        self._running: subprocess.Popen[bytes] | None = None
        self._thread: threading.Thread | None = None

    @property
    def pid(self) -> int | None:
        """The id of the process, and of its process group, while it runs."""
        running = self._running
        return None if running is None else running.pid

    def start(self, warden: Warden) -> None:
        name = f"keeper-{self.process.name}"
        self._thread = threading.Thread(target=self._keep, args=(warden,), name=name, daemon=True)
        self._thread.start()

    def kill(self) -> None:
        """SIGKILL to the whole group, as a crash would; it is then started again."""
        self._signal(signal.SIGKILL)

    def ask_to_stop(self) -> None:
        """No restart and no start from here on; what runs goes on running."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()

    def terminate(self) -> None:
        self._signal(signal.SIGTERM)

    def join(self, deadline: float) -> None:
        """Wait until it has ended; past `deadline` (monotonic seconds) it is killed."""
        if self._thread is None:
            return
        self._thread.join(max(0.0, deadline - time.monotonic()))
        if self._thread.is_alive():
            self._say("does not stop; killed")
            self._signal(signal.SIGKILL)
            self._thread.join()

    def _keep(self, warden: Warden) -> None:
        if not self._wait_for_those_before():
            return
        pause_s, in_a_row = FIRST_PAUSE_S, 0
        while not self._stopping:
            began = time.monotonic()
            code = self._run(warden)
            if self._stopping or (self.process.job and code == 0):
                return
            if time.monotonic() - began > HEALTHY_S:
                pause_s, in_a_row = FIRST_PAUSE_S, 0
            in_a_row += 1
            if in_a_row > self._restarts_allowed():
                self._say(f"{how_it_ended(code)}; given up")
                self._mark(failed=True)
                return
            self._say(f"{how_it_ended(code)}; starts again in {pause_s:.1f} s")
            self._pause(pause_s)
            pause_s = min(LONGEST_PAUSE_S, pause_s * 2)
            self.restarts += 1

    def _restarts_allowed(self) -> int:
        """Few for what was never ready: a mistake in its settings does not mend itself."""
        if self.process.job:
            return 0
        return RESTARTS_IN_A_ROW if self._was_ready else RESTARTS_BEFORE_READY

    def _wait_for_those_before(self) -> bool:
        with self._changed:
            self._changed.wait_for(
                lambda: self._stopping or all(keeper.is_ready for keeper in self._before)
            )
            return not self._stopping

    def _run(self, warden: Warden) -> int:
        """One life of the process; returns its exit code, negative for a signal."""
        began = time.monotonic()
        try:
            running = self._begin(warden)
        except OSError as error:
            self._say(f"cannot be started: {error}")
            return 127
        reader = threading.Thread(
            target=self._read, args=(running.stdout or running.stderr,), daemon=True
        )
        reader.start()
        try:
            self._watch(running, began)
        finally:
            self._running = None
            self._mark(ready=self.process.job and running.returncode == 0)
            end_group(running.pid)
            warden.gone(running.pid)
            reader.join(timeout=1)
        return running.returncode

    def _begin(self, warden: Warden) -> "subprocess.Popen[bytes]":
        quiet = self.process.quiet
        with self._changed:
            self._running = subprocess.Popen(
                ["/bin/sh", "-c", BORN, "sh", *self.process.command],
                stdin=warden.input(),
                stdout=subprocess.DEVNULL if quiet else subprocess.PIPE,
                stderr=subprocess.PIPE if quiet else subprocess.STDOUT,
                cwd=self.process.folder,
                env=dict(self.process.environment),
                start_new_session=True,
            )
            warden.born(self._running.pid)
            if self._stopping:
                self._running.kill()
            return self._running

    def _watch(self, running: "subprocess.Popen[bytes]", began: float) -> None:
        """Until it has ended; says once that it is ready."""
        ready = self.process.ready
        while not (self.process.job or self.is_ready or self._stopping):
            if running.poll() is not None:
                break
            if ready is None or ready():
                self._was_ready = True
                self._mark(ready=True)
                self._say(f"{self.process.says_when_ready} after {time.monotonic() - began:.1f} s")
            else:
                self._pause(READY_POLL_S)
        running.wait()
        if self.process.job and running.returncode == 0:
            self._say(f"done after {time.monotonic() - began:.1f} s")

    def _read(self, output: IO[bytes]) -> None:
        with output:
            for line in output:
                if text := line.decode("utf-8", "replace").rstrip():
                    self._say(text)

    def _signal(self, number: int) -> None:
        with self._changed:
            running = self._running
            if running is None or running.poll() is not None:
                return
            try:
                os.killpg(running.pid, number)
            except ProcessLookupError:
                return

    def _mark(self, *, ready: bool = False, failed: bool = False) -> None:
        with self._changed:
            self.is_ready, self.failed = ready, failed
            self._changed.notify_all()

    def _pause(self, seconds: float) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._stopping, seconds)

    def _say(self, text: str) -> None:
        self._log.write(self.process.name, text)

    def __repr__(self) -> str:
        return f"<Keeper of {self.process.name}: {shlex.join(self.process.command)}>"


def how_it_ended(code: int) -> str:
    return f"ended by {signal.Signals(-code).name}" if code < 0 else f"ended with code {code}"


def end_group(group: int) -> None:
    """Kill what a process that has ended left in its group."""
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        return
