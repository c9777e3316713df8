"""The whole system, started and ended by a program: by the demo, by tests, by benchmarks."""

import subprocess
import sys
from collections.abc import Callable, Collection, Iterable
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from embedded import beside, migrations, processes
from embedded.keeper import Keeper, Process
from embedded.log_lines import LogLines
from embedded.ports import Ports, free_port
from embedded.private_folder import PrivateFolder
from embedded.supervisor import Supervisor
from embedded.surroundings import DEPLOYABLES, ROOT, Choices, Surroundings

DEFAULT_FOLDER: Final = ROOT / ".treblle"
START_TIMEOUT_S: Final = 90.0
WAIT_STEP_S: Final = 3600.0
# Parts that work on the database the platform migrates.
ON_THE_DATABASE: Final = frozenset({"etl", "platform", "api"})

# Given the surroundings and the names of the jobs it must wait for.
Job = Callable[[Surroundings, tuple[str, ...]], Process]


class CommandFailed(RuntimeError):
    """A management command ended with an error; the message is what it wrote."""


class System:
    """All processes on one data folder.

        with System(folder, Ports.free(), Choices(database_url="mysql://…")) as system:
            system.url("intake"), system.process("etl-worker").kill(), system.run("platform", "check")

    `parts` leaves out what a caller does not need (the website costs most). Lines of all
    processes go to `log`. Entering returns when all are ready; `start`, `wait_ready` and `stop`
    do the same in steps. Raises `StartFailed`, `FolderInUse`, `BadPort`.
    """

    def __init__(
        self,
        folder: Path = DEFAULT_FOLDER,
        ports: Ports | None = None,
        choices: Choices | None = None,
        *,
        parts: Collection[str] = DEPLOYABLES,
        log: LogLines | None = None,
    ) -> None:
        self.folder = PrivateFolder(folder)
        self.ports = ports or Ports()
        self.log = log or LogLines()
        self._choices = choices or Choices()
        self._parts = parts
        self._due: list[str] = []
        self._around: Surroundings | None = None
        self._supervisor: Supervisor | None = None

    def __enter__(self) -> Self:
        try:
            self.start()
            self.wait_ready()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self, also: Iterable[Job] = ()) -> None:
        """Begin everything; returns at once. `also` are jobs to do once there is a database."""
        self.ports.check_free()
        self.folder.claim()
        valkey_port = free_port()
        self._around = Surroundings(self.folder, self.ports, valkey_port, self._choices)
        beside.note(self._around)
        table = self._table()
        before = tuple(p.name for p in table if p.name == "migrate-platform")
        jobs = [job(self._around, before) for job in also]
        self._supervisor = Supervisor([*table, *jobs], self.log)
        self._supervisor.start()

    def wait_ready(self, *names: str, timeout_s: float = START_TIMEOUT_S) -> None:
        """Until the processes named (all, unless named) are ready."""
        self.supervisor.wait_ready(names or None, timeout_s=timeout_s)
        for job in self._due:
            if self.process(job).is_ready:
                migrations.mark_done(self.around, job)

    def stop(self) -> None:
        if self._supervisor is not None:
            self._supervisor.stop()
        self.folder.release()

    def wait(self) -> None:
        """Until a process has ended for good. Raises `StartFailed` then; a signal may come first."""
        while not self.supervisor.wait_failed(WAIT_STEP_S):
            continue
        self.supervisor.wait_ready(timeout_s=0)

    @property
    def supervisor(self) -> Supervisor:
        if self._supervisor is None:
            raise RuntimeError("the system has not been started")
        return self._supervisor

    @property
    def around(self) -> Surroundings:
        if self._around is None:
            raise RuntimeError("the system has not been started")
        return self._around

    def url(self, part: str) -> str:
        """The address of `intake`, `platform`, `api` or `website`, without a slash at the end."""
        return self.around.url(part)

    def environment(self, deployable: str) -> dict[str, str]:
        """What a process of `intake`, `etl`, `platform`, `api` or `website` finds."""
        return self.around.environment(deployable)

    def process(self, name: str) -> Keeper:
        """By the name its lines have: `etl-worker`, `listener`, `platform-worker`, …"""
        return self.supervisor[name]

    def run(self, deployable: str, *words: str) -> str:
        """What `python -m treblle_<deployable> words…` writes. Raises `CommandFailed`."""
        done = subprocess.run(
            [sys.executable, "-m", f"treblle_{deployable}", *words],
            env=self.environment(deployable),
            cwd=ROOT,
            text=True,
            capture_output=True,
        )
        if done.returncode != 0:
            raise CommandFailed(f"{words[0]} ended with {done.returncode}:\n{done.stderr.strip()}")
        return done.stdout

    def _table(self) -> list[Process]:
        parts = frozenset(self._parts)
        self._due = migrations.due(self.around, "platform") if parts & ON_THE_DATABASE else []
        self._due += migrations.due(self.around, "website") if "website" in parts else []
        return processes.table(self.around, parts, self._due)
