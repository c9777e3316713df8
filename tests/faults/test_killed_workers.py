"""Workers killed in the middle: every event is there, once, and the roll-ups add up to them."""

import json
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from embedded.ports import Ports
from embedded.surroundings import Choices
from embedded.system import System
from tests.support.conditions import wait_until
from tests.support.payloads import django_payload
from tests.support.watching import Account, Rows, make_account, rows_of

EVENTS = 6_000
SENDERS = 4
BATCH = 50
LONGEST_S = 120
KILLS = (1_000, 2_500, 4_000)
# What was in a killed worker's hands is found by the sweeper, after seconds instead of a minute.
SOON = {"SWEEP_EVERY_S": "1", "SWEEP_AFTER_S": "2"}
NO_LIMIT = {"INTAKE_RATE_PER_S": "0"}
ROLLUPS = ("project_minutes", "project_hours", "endpoint_hours")


@pytest.fixture(params=["sqlite", "mariadb"])
def system(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[System]:
    url = request.getfixturevalue("empty_mariadb_url") if request.param == "mariadb" else ""
    choices = Choices(database_url=url, log_level="warning", more=SOON | NO_LIMIT)
    with System(tmp_path / "data", Ports.free(), choices, parts=("intake", "etl")) as system:
        system.run("platform", "migrate", "--verbosity=0")
        yield system


def batches(account: Account, number: int) -> Iterator[str]:
    made = django_payload() | {"api_key": account.api_key, "project_id": account.project_id}
    for start in range(0, number, BATCH):
        lines = []
        for i in range(start, min(number, start + BATCH)):
            made["data"]["response"] |= {"code": (200, 404, 500)[i % 3], "load_time": i % 700 + 1}
            made["data"]["request"]["route_path"] = f"things/{i % 7}"
            lines.append(json.dumps(made))
        yield "\n".join(lines)


def send(system: System, account: Account, number: int) -> None:
    headers = {"x-api-key": account.api_key}
    with httpx.Client(base_url=system.url("intake"), headers=headers, timeout=30) as client:
        for body in batches(account, number):
            answer = client.post("/batch", content=body)
            assert answer.status_code == 202
            results = [json.loads(line) for line in answer.text.splitlines()]
            assert [result["status"] for result in results] == [202] * BATCH


def send_all(system: System, account: Account) -> list[Future[None]]:
    with ThreadPoolExecutor(SENDERS) as senders:
        return [senders.submit(send, system, account, EVENTS // SENDERS) for _ in range(SENDERS)]


def kill_workers(system: System, rows: Rows, sending: threading.Thread) -> None:
    """Each time the next level is reached, in the middle of whatever the worker does."""
    for level in KILLS:

        def reached(level: int = level) -> bool:
            return rows.number("SELECT COUNT(*) FROM requests") >= level

        wait_until(reached, within_s=LONGEST_S)
        system.process("etl-worker").kill()
    sending.join()


def test_every_event_is_loaded_exactly_once_though_workers_are_killed(system: System) -> None:
    account = make_account(system)
    sent: list[Future[None]] = []
    sending = threading.Thread(target=lambda: sent.extend(send_all(system, account)))
    sending.start()
    with rows_of(system.environment("etl")) as rows:
        kill_workers(system, rows, sending)
        assert [future.exception() for future in sent] == [None] * SENDERS
        wait_until(lambda: all_objects_done(system, rows), within_s=LONGEST_S)
        assert rows.number("SELECT COUNT(*) FROM requests") == EVENTS
        assert rows.number("SELECT COUNT(DISTINCT uuid) FROM requests") == EVENTS
        assert rows.number("SELECT COUNT(*) FROM dead_letters") == 0
        errors = rows.number("SELECT COUNT(*) FROM requests WHERE status >= 500")
        assert errors > 0
        for table in ROLLUPS:
            assert rows.number(f"SELECT SUM(requests) FROM {table}") == EVENTS
            assert rows.number(f"SELECT SUM(server_errors) FROM {table}") == errors


def all_objects_done(system: System, rows: Rows) -> bool:
    objects = sum(1 for _ in (system.folder.path / "raw").rglob("*.zst"))
    return rows.number("SELECT COUNT(*) FROM ledger_entries") == objects
