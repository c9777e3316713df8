"""Server processes of the tests, under the supervisor of the embedded mode: no orphan is left."""

import io
import os
import shutil
import socket
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from embedded.keeper import Process
from embedded.log_lines import LogLines
from embedded.supervisor import StartFailed, Supervisor

START_TIMEOUT_S = 60


@dataclass(frozen=True)
class Servers:
    """What runs for the tests, and the folder in which each server has one of its own."""

    supervisor: Supervisor
    folder: Path

    def make_folder(self, name: str) -> Path:
        folder = self.folder / name
        folder.mkdir()
        return folder

    def start(
        self,
        name: str,
        command: Sequence[str | Path],
        *,
        port: int,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """Return once something listens on `port`; else fail with the server's last words."""
        self.supervisor.add(
            Process(
                name=name,
                command=[str(word) for word in command],
                environment={**os.environ, **(environment or {})},
                folder=self.folder,
                ready=lambda: accepts(port),
            )
        )
        try:
            self.supervisor.wait_ready([name], timeout_s=START_TIMEOUT_S)
        except StartFailed as error:
            pytest.fail(str(error), pytrace=False)


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    folder = tmp_path_factory.mktemp("servers")
    with Supervisor((), LogLines(io.StringIO())) as supervisor:
        yield Servers(supervisor, folder)
    shutil.rmtree(folder, ignore_errors=True)


def accepts(port: int) -> bool:
    """Whether something listens on that port of this machine."""
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0
