"""The end of a move to another database: what the intake took meanwhile is loaded there, once.

SingleStore cannot run here: the new database is a MariaDB behind its double, and the pipelines'
part is played by the server. The commands, raw objects, ledger and worker are the real ones.
"""

import json
from collections.abc import Iterator
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from embedded.ports import Ports
from embedded.surroundings import Choices
from embedded.system import System
from tests.doubles.singlestore.protocol import running
from tests.doubles.singlestore.server import SingleStore, connect
from tests.services.mariadb import new_database
from tests.support.conditions import wait_until
from tests.support.payloads import django_payload
from tests.support.watching import Account, make_account, rows_of

BEFORE, MEANWHILE = 120, 180
LINES = 30
# What `start` copies.
COPIED = "users"
ROLLUPS = ("project_minutes", "project_hours", "endpoint_hours")


@pytest.fixture
def databases(mariadb_url: str) -> Iterator[tuple[str, SingleStore]]:
    """An old one, and a new one behind SingleStore's double; both empty."""
    with ExitStack() as stack:
        old, new, catalogue = (stack.enter_context(new_database(mariadb_url)) for _ in range(3))
        yield old, stack.enter_context(running(new, catalogue))


def system_on(
    url: str, folder: Path, parts: tuple[str, ...], more: dict[str, str] | None = None
) -> System:
    # The sweeper of beat would find everything by itself: here it is the command that must.
    quiet = {"SWEEP_EVERY_S": "3600", "SWEEP_AFTER_S": "1"} | (more or {})
    choices = Choices(database_url=url, log_level="warning", more=quiet)
    return System(folder, Ports.free(), choices, parts=parts)


def send(system: System, account: Account, number: int) -> None:
    line = json.dumps(
        django_payload() | {"api_key": account.api_key, "project_id": account.project_id}
    )
    with httpx.Client(headers={"x-api-key": account.api_key}, timeout=30) as client:
        for _ in range(number // LINES):
            body = "\n".join([line] * LINES)
            assert client.post(f"{system.url('intake')}/batch", content=body).status_code == 202


def number_of(system: System, table: str, what: str = "COUNT(*)") -> int:
    with rows_of(system.environment("etl")) as rows:
        return rows.number(f"SELECT {what} FROM {table}")


def take_over(old: str, new: str) -> None:
    """All tables as the snapshot had them, but those that are copied by the move."""
    name = urlsplit(old).path.strip("/")
    with closing(connect(new)) as connection, connection.cursor() as cursor:
        cursor.execute(f"SHOW TABLES FROM `{name}`")
        for (table,) in cursor.fetchall():
            cursor.execute(f"CREATE TABLE `{table}` LIKE `{name}`.`{table}`")
            if table != COPIED:
                cursor.execute(f"INSERT INTO `{table}` SELECT * FROM `{name}`.`{table}`")
        connection.commit()


def move_step(system: System, state: Path, step: str, *arguments: Any) -> str:
    return system.run("etl", "singlestore_move", step, *arguments, "--state", str(state))


def test_raw_objects_since_the_snapshot_are_loaded_into_the_new_database_once(
    databases: tuple[str, SingleStore], tmp_path: Path
) -> None:
    old, target = databases
    new = target.store_url
    folder, state = tmp_path / "data", tmp_path / "move.json"
    with system_on(old, folder, ("intake", "etl")) as system:
        system.run("platform", "migrate", "--verbosity=0")
        account = make_account(system)
        send(system, account, BEFORE)
        wait_until(lambda: number_of(system, "requests") == BEFORE, within_s=60)
    snapshot_at = datetime.now(UTC).isoformat()
    take_over(old, new)
    with system_on(old, folder, ("intake",)) as system:
        send(system, account, MEANWHILE)
    urls = {"SOURCE_DATABASE_URL": old, "SINGLESTORE_URL": target.url}
    with system_on(new, folder, ("etl",), urls) as system:
        where = ("--export", "s3://bucket/export", "--snapshot-at", snapshot_at)
        move_step(system, state, "plan", *where, "--only", COPIED)
        move_step(system, state, "create")
        move_step(system, state, "start")
        said = move_step(system, state, "catch-up").split()
        system.run("etl", *said[said.index("sweep") :])
        wait_until(lambda: number_of(system, "requests") >= BEFORE + MEANWHILE, within_s=60)
        assert "0 objects sent again" in system.run("etl", "sweep")
        assert number_of(system, "requests") == BEFORE + MEANWHILE
        assert number_of(system, "requests", "COUNT(DISTINCT uuid)") == BEFORE + MEANWHILE
        assert number_of(system, "dead_letters") == 0
        for table in ROLLUPS:
            assert number_of(system, table, "SUM(requests)") == BEFORE + MEANWHILE
    with closing(connect(old)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM requests")
        assert cursor.fetchall()[0][0] == BEFORE
