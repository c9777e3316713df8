"""A fleet's database and details are saved while it takes requests, and run again elsewhere."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import httpx
import MySQLdb
import pytest

from embedded.ports import Ports
from embedded.surroundings import Choices
from embedded.system import ROOT, System
from tests.services.mariadb import new_database
from tests.support.conditions import wait_until
from tests.support.payloads import django_payload
from tests.support.watching import Account, api, make_account, rows_of

FIRST = 40
HOSTILE = "a'b\\c\n\r\x1a;\"`-- 💥"
RENAME = f"from treblle_models.models import Project; Project.objects.update(name={HOSTILE!r})"


@pytest.fixture
def databases(mariadb_url: str) -> Iterator[list[str]]:
    """Three empty ones."""
    with ExitStack() as stack:
        yield [stack.enter_context(new_database(mariadb_url)) for _ in range(3)]


def system_on(url: str, details: str, folder: Path) -> System:
    choices = Choices(database_url=url, details_store_url=details, log_level="warning")
    return System(folder, Ports.free(), choices, parts=("intake", "etl", "platform", "api"))


def manage(environment: Mapping[str, str], *words: str, fails: bool = False) -> str:
    command = [sys.executable, "-m", "treblle_platform", *words]
    done = subprocess.run(
        command, env=dict(environment), cwd=ROOT, text=True, capture_output=True, timeout=300
    )
    assert (done.returncode != 0) == fails, done.stderr
    return done.stdout + done.stderr


def send(system: System, account: Account, number: int) -> None:
    payload = django_payload() | {"api_key": account.api_key, "project_id": account.project_id}
    lines = "\n".join([json.dumps(payload)] * number)
    url, headers = f"{system.url('intake')}/batch", {"x-api-key": account.api_key}
    assert httpx.post(url, content=lines, headers=headers, timeout=60).status_code == 202


@contextmanager
def sending(system: System, account: Account) -> Iterator[None]:
    """Requests come all the time."""
    ended = threading.Event()

    def go_on() -> None:
        while not ended.is_set():
            send(system, account, 10)

    thread = threading.Thread(target=go_on)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def number_of(system: System, what: str = "COUNT(*) FROM requests") -> int:
    with rows_of(system.environment("etl")) as rows:
        return rows.number(f"SELECT {what}")


def whole(url: str) -> dict[str, list[str]]:
    """Every row of every table."""
    parts = httpx.URL(url)
    place = {"host": parts.host, "port": parts.port or 3306, "db": parts.path.strip("/")}
    user, _, password = parts.userinfo.decode().partition(":")
    with closing(MySQLdb.connect(**place, user=user, passwd=password)) as database:
        cursor = database.cursor()
        cursor.execute("SHOW TABLES")
        found = {}
        for (table,) in cursor.fetchall():
            cursor.execute(f"SELECT * FROM `{table}`")
            found[table] = sorted(map(repr, cursor.fetchall()))
        return found


def test_what_was_saved_while_requests_came_runs_again_elsewhere(
    databases: list[str], s3_bucket_url: str, tmp_path: Path
) -> None:
    old, new, exact = databases
    data, file, kept = tmp_path / "data", str(tmp_path / "saved.sql.zst"), f"file://{tmp_path}/kept"
    with system_on(old, s3_bucket_url, data) as system:
        account = make_account(system)
        manage(system.environment("platform"), "shell", "-c", RENAME)
        send(system, account, FIRST)
        wait_until(lambda: number_of(system) == FIRST, within_s=60)
        environment = system.environment("platform")
        with sending(system, account):
            wait_until(lambda: number_of(system) > FIRST, within_s=60)
            said = manage(environment, "backup", file, "--details-to", kept)
    assert os.stat(file).st_mode & 0o777 == 0o600
    restored = f"file://{tmp_path}/restored"
    there = environment | {"DATABASE_URL": new, "DETAILS_STORE_URL": restored}
    manage(there, "restore", file, "--details-from", kept)
    assert "holds tables already" in manage(there, "restore", file, fails=True)
    with system_on(new, restored, data) as system:
        # One moment of all tables: what roll-ups count is what there is.
        count = number_of(system)
        assert f"{count} of them requests, saved to" in said
        assert count > FIRST
        assert number_of(system, "SUM(requests) FROM project_hours") == count
        with api(system, account) as client:
            path = f"/projects/{account.project_uuid}/requests"
            for each in client.get(path).json()["results"]:
                one = client.get(f"{path}/{each['uuid']}").json()
                assert one["details"]["response"]["body"] == {"id": 7}
        send(system, account, 5)
        wait_until(lambda: number_of(system) >= count + 5, within_s=60)
    manage(environment, "backup", file)
    manage(environment | {"DATABASE_URL": exact}, "restore", file)
    assert whole(exact) == whole(old)


def test_a_file_that_is_none_or_cut_off_changes_nothing(
    databases: list[str], tmp_path: Path, s3_bucket_url: str
) -> None:
    old, new, _ = databases
    file = tmp_path / "saved.sql.zst"
    with System(
        tmp_path / "data", Ports.free(), Choices(database_url=old), parts=("platform",)
    ) as system:
        environment = system.environment("platform")
    assert "holds no table" in manage(
        environment | {"DATABASE_URL": new}, "backup", str(file), fails=True
    )
    assert list(tmp_path.glob("saved*")) == []
    manage(environment, "backup", str(file))
    content = file.read_bytes()
    for damaged in (content[: len(content) // 2], b"no backup", b""):
        file.write_bytes(damaged)
        said = manage(environment | {"DATABASE_URL": new}, "restore", str(file), fails=True)
        assert "cannot be read" in said or "cut off" in said
        assert whole(new) == {}
