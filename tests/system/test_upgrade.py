"""New processes that start before the schema was migrated: they wait, and lose nothing.

The other way round, old code on the new schema, is in `tests/contract/test_migration_rules.py`.
"""

import io
import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from treblle_models.identity import uuid7
from treblle_service.events import open_queue

from embedded.log_lines import LogLines
from embedded.ports import Ports
from embedded.surroundings import Choices
from embedded.system import System
from tests.services.mariadb import new_database
from tests.support.conditions import wait_until
from tests.support.payloads import django_payload
from tests.support.watching import Account, Rows, make_account, rows_of

APP = "treblle_models"
RELEASE_BEFORE = "0001_schema"
PROCESSES = ("listener", "etl-worker", "etl-background")
WAITING = f"migrations are missing ({APP}.0002_day_indexes"
EVENTS = 120
LONGEST_S = 60


@pytest.fixture
def said() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def system(mariadb_url: str, tmp_path: Path, said: io.StringIO) -> Iterator[System]:
    with new_database(mariadb_url) as url:
        choices = Choices(database_url=url, log_level="warning")
        log = LogLines(said)
        with System(tmp_path, Ports.free(), choices, parts=("intake", "etl"), log=log) as system:
            yield system


@pytest.fixture
def rows(system: System) -> Iterator[Rows]:
    with rows_of(system.environment("etl")) as rows:
        yield rows


def test_new_workers_wait_for_their_schema_and_then_load_what_came(
    system: System, rows: Rows, said: io.StringIO
) -> None:
    account = make_account(system)
    system.run("platform", "migrate", APP, RELEASE_BEFORE, "--verbosity=0")
    for name in PROCESSES:
        system.process(name).kill()
    wait_until(lambda: set(waiting(said)) == set(PROCESSES), within_s=LONGEST_S)

    assert send(system, account) == EVENTS
    events = open_queue(system.environment("etl")["EVENTS_URL"])
    assert events.depth() > 0
    assert rows.number("SELECT COUNT(*) FROM ledger_entries") == 0
    assert rows.number("SELECT COUNT(*) FROM requests") == 0

    system.run("platform", "migrate", "--verbosity=0")
    wait_until(lambda: rows.number("SELECT COUNT(*) FROM requests") == EVENTS, within_s=LONGEST_S)
    assert rows.number("SELECT COUNT(*) FROM requests WHERE received_on IS NULL") == 0
    assert rows.number("SELECT COUNT(*) FROM dead_letters") == 0
    wait_until(lambda: events.depth() == 0)
    # Each said so once, not with every look.
    assert sorted(waiting(said)) == sorted(PROCESSES)


def waiting(said: io.StringIO) -> list[str]:
    """The processes that wrote that they wait."""
    lines = said.getvalue().splitlines()
    return [line.partition("|")[0].strip() for line in lines if WAITING in line]


def send(system: System, account: Account) -> int:
    """Give the intake EVENTS events; how many it made durable."""
    made = django_payload() | {"api_key": account.api_key, "project_id": account.project_id}
    body = "\n".join(json.dumps(made | {"event_id": str(uuid7())}) for _ in range(EVENTS))
    headers = {"x-api-key": account.api_key}
    answer = httpx.post(f"{system.url('intake')}/batch", content=body, headers=headers)
    return [json.loads(line)["status"] for line in answer.text.splitlines()].count(202)
