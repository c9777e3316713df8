"""Intakes that die, stop, or find the disk full: what one has acknowledged is stored, once."""

import json
import os
import resource
import signal
import subprocess
import sys
import threading
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from treblle_service import raw_objects
from treblle_service.store import open_store

from embedded.ports import free_port
from tests.services.servers import accepts
from tests.support.conditions import wait_until

KEY = "k" * 32
SENDERS = 4
ENOUGH = 300
BATCH = 3
PATIENCE_S = 60
FULL = 100


class Intake:
    """`python -m treblle_intake` before a bucket, and what it acknowledged to its senders."""

    def __init__(self, store_url: str) -> None:
        self.port = free_port()
        environment = {
            "INTAKE_PORT": str(self.port),
            "INTAKE_RATE_PER_S": "0",
            "INTAKE_SENDS_EVENTS": "no",
            "EVENTS_URL": "redis://127.0.0.1:1/0",
            "RAW_STORE_URL": store_url,
            "LOG_LEVEL": "error",
        }
        command = [sys.executable, "-m", "treblle_intake"]
        self.process = subprocess.Popen(command, env={**os.environ, **environment})
        self.accepted: list[str] = []
        self.others: list[int] = []
        self._senders = [threading.Thread(target=self._send_all) for _ in range(SENDERS)]

    def load(self) -> None:
        wait_until(lambda: accepts(self.port), within_s=PATIENCE_S)
        for sender in self._senders:
            sender.start()

    def end(self, number: signal.Signals) -> None:
        self.process.send_signal(number)
        self.process.wait(PATIENCE_S)
        for sender in self._senders:
            sender.join()

    def _send_all(self) -> None:
        """One batch after another until nobody answers; half of them as single payloads."""
        with httpx.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=PATIENCE_S) as client:
            try:
                while True:
                    self._send(client)
            except httpx.TransportError:
                return

    def _send(self, client: httpx.Client) -> None:
        ids = [str(uuid.uuid4()) for _ in range(BATCH)]
        lines = [json.dumps({"event_id": each, "api_key": KEY, "data": "x" * 500}) for each in ids]
        answer = client.post("/batch", content="\n".join(lines))
        self._note(answer, ids)
        single = str(uuid.uuid4())
        self._note(client.post("/", json={"event_id": single, "api_key": KEY}), [single])

    def _note(self, answer: httpx.Response, ids: list[str]) -> None:
        if answer.status_code == 202:
            self.accepted += ids
        else:
            self.others.append(answer.status_code)


@pytest.fixture
def start(s3_bucket_url: str) -> Iterator[Callable[..., Intake]]:
    started: list[Intake] = []

    def make(store_url: str = s3_bucket_url) -> Intake:
        started.append(Intake(store_url))
        return started[-1]

    yield make
    for intake in started:
        if intake.process.poll() is None:
            intake.end(signal.SIGKILL)


def stored_ids(store_url: str) -> Counter[str]:
    store = open_store(store_url)
    objects = [(key, store.get(key)) for key in store.keys(raw_objects.PREFIX)]
    return Counter(json.loads(line)["id"] for each in objects for line in raw_objects.decode(*each))


def test_one_is_killed_and_one_is_stopped_and_no_acknowledged_event_is_lost(
    start: Callable[[], Intake], s3_bucket_url: str
) -> None:
    killed, stopped = start(), start()
    killed.load()
    stopped.load()
    wait_until(lambda: len(killed.accepted) >= ENOUGH, within_s=PATIENCE_S)
    killed.end(signal.SIGKILL)
    enough = len(stopped.accepted) + ENOUGH
    wait_until(lambda: len(stopped.accepted) >= enough, within_s=PATIENCE_S)
    stopped.end(signal.SIGTERM)

    stored = stored_ids(s3_bucket_url)
    assert set(killed.accepted) <= stored.keys()
    assert set(stopped.accepted) <= stored.keys()
    assert set(stored.values()) == {1}
    assert killed.others == stopped.others == []
    # Who is asked to stop answers all it took; only the killed one may have written more.
    unheard = stored.keys() - set(killed.accepted) - set(stopped.accepted)
    assert len(unheard) <= SENDERS * BATCH


def test_full_disk_loses_no_acknowledged_event(
    start: Callable[..., Intake], tmp_path: Path
) -> None:
    """No file may grow beyond some hundred bytes, as if nothing were left; then there is room."""
    url = f"file://{tmp_path}/raw"
    intake = start(url)
    intake.load()
    wait_until(lambda: len(intake.accepted) >= ENOUGH, within_s=PATIENCE_S)
    resource.prlimit(intake.process.pid, resource.RLIMIT_FSIZE, (FULL, resource.RLIM_INFINITY))
    wait_until(lambda: len(intake.others) >= SENDERS * 5, within_s=PATIENCE_S)
    unlimited = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
    resource.prlimit(intake.process.pid, resource.RLIMIT_FSIZE, unlimited)
    enough = len(intake.accepted) + ENOUGH
    wait_until(lambda: len(intake.accepted) >= enough, within_s=PATIENCE_S)
    intake.end(signal.SIGTERM)

    assert set(intake.others) == {503}
    stored = stored_ids(url)
    assert stored.keys() == set(intake.accepted)
    assert set(stored.values()) == {1}
