"""Running systems, senders that never give up, and the count at the end: none lost, none twice."""

import io
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from treblle_models.identity import uuid7

from embedded.keeper import Keeper
from embedded.log_lines import LogLines
from embedded.ports import Ports
from embedded.supervisor import Supervisor
from embedded.surroundings import Choices
from embedded.system import System
from tests.services.aws import ENVIRONMENT
from tests.services.mariadb import new_database, start_mariadb
from tests.services.servers import Servers
from tests.support.conditions import wait_until
from tests.support.gate import Gate
from tests.support.payloads import django_payload
from tests.support.watching import Account, Rows, make_account, rows_of

LONGEST_S = 120
EVENTS = 1_500
BATCH = 50
SENDERS = 2
# What was in a killed worker's hands is found by the sweeper, after seconds instead of a minute.
SOON = {"SWEEP_EVERY_S": "1", "SWEEP_AFTER_S": "3", "INTAKE_RATE_PER_S": "0"}
# A server that is killed has lost nothing it said is committed.
DURABLE = ("--innodb-flush-log-at-trx-commit=1",)
ROLLUPS = ("project_minutes", "project_hours", "endpoint_hours")


@dataclass
class Running:
    """A system, and the gates in front of what it uses."""

    system: System
    rows: Rows
    database: Gate | None = None
    store: Gate | None = None
    database_server: Keeper | None = None
    _accounts: int = field(default=0)

    def new_account(self) -> Account:
        """One a test: each counts its own project only."""
        self._accounts += 1
        return make_account(self.system, email=f"fault-{self._accounts}@treblle.localhost")


@pytest.fixture(scope="module")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """As on one machine: SQLite, a folder, Valkey, one worker."""
    folder = tmp_path_factory.mktemp("embedded")
    choices = Choices(log_level="warning", more=SOON)
    with running(folder, choices) as system, rows_of(system.environment("etl")) as rows:
        yield Running(system, rows)


@pytest.fixture(scope="module")
def scaled(tmp_path_factory: pytest.TempPathFactory, moto_url: str) -> Iterator[Running]:
    """As for real: MariaDB and S3, each behind a gate, and two workers."""
    folder = tmp_path_factory.mktemp("scaled")
    with (
        Supervisor((), LogLines(io.StringIO())) as supervisor,
        new_database(start_mariadb(Servers(supervisor, folder), settings=DURABLE)) as url,
        Gate(urlsplit(url).port or 3306) as database,
        Gate(urlsplit(moto_url).port or 80) as store,
    ):
        make_bucket(moto_url)
        choices = Choices(
            database_url=url.replace(f":{urlsplit(url).port}/", f":{database.port}/"),
            raw_store_url=f"s3://faults/raw?endpoint=http://127.0.0.1:{store.port}",
            details_store_url=f"s3://faults/details?endpoint=http://127.0.0.1:{store.port}",
            log_level="warning",
            etl_workers=2,
            more=SOON | ENVIRONMENT,
        )
        with running(folder, choices) as system, rows_of({"DATABASE_URL": url}) as rows:
            yield Running(system, rows, database, store, supervisor["mariadb"])


@contextmanager
def running(folder: Path, choices: Choices) -> Iterator[System]:
    with System(folder / "data", Ports.free(), choices, parts=("intake", "etl")) as system:
        system.run("platform", "migrate", "--verbosity=0")
        yield system


def make_bucket(moto_url: str) -> None:
    import boto3

    client: Any = boto3.client("s3", endpoint_url=moto_url)
    region = {"LocationConstraint": ENVIRONMENT["AWS_DEFAULT_REGION"]}
    client.create_bucket(Bucket="faults", CreateBucketConfiguration=region)
    client.close()


@dataclass
class Sending:
    """Events on their way, in threads; what was not acknowledged is sent again, as SDKs do."""

    system: System
    account: Account
    bodies: list[str]
    acknowledged: int = 0
    failures: list[BaseException] = field(default_factory=list)
    _threads: list[threading.Thread] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def start(self) -> "Sending":
        for first in range(SENDERS):
            thread = threading.Thread(target=self._send, args=(self.bodies[first::SENDERS],))
            self._threads.append(thread)
            thread.start()
        return self

    def join(self) -> None:
        for thread in self._threads:
            thread.join(LONGEST_S)
            assert not thread.is_alive()
        assert self.failures == []

    def _send(self, bodies: list[str]) -> None:
        headers = {"x-api-key": self.account.api_key}
        try:
            with httpx.Client(
                base_url=self.system.url("intake"), headers=headers, timeout=60
            ) as client:
                for body in bodies:
                    wait_until(lambda body=body: self._sent(client, body), within_s=LONGEST_S)
        except BaseException as error:
            self.failures.append(error)

    def _sent(self, client: httpx.Client, body: str) -> bool:
        try:
            answer = client.post("/batch", content=body)
        except httpx.TransportError:
            return False
        if answer.status_code != 202:
            assert answer.status_code == 503
            return False
        with self._lock:
            self.acknowledged += len(answer.text.splitlines())
        return True


def bodies_of(account: Account, number: int = EVENTS) -> list[str]:
    """Batches of events of several endpoints and statuses, each with an id of its own."""
    made = django_payload() | {"api_key": account.api_key, "project_id": account.project_id}
    bodies = []
    for start in range(0, number, BATCH):
        lines = []
        for i in range(start, min(number, start + BATCH)):
            made["event_id"] = str(uuid7())
            made["data"]["response"] |= {"code": (200, 404, 500)[i % 3], "load_time": i % 700 + 1}
            made["data"]["request"]["route_path"] = f"things/{i % 7}"
            lines.append(json.dumps(made))
        bodies.append("\n".join(lines))
    return bodies


@pytest.fixture
def send() -> Callable[..., Sending]:
    """Begin to send; gives what is under way."""

    def begin(running: Running, account: Account, bodies: list[str] | None = None) -> Sending:
        return Sending(running.system, account, bodies or bodies_of(account)).start()

    return begin


class Count:
    """What of one project is in the database."""

    def __init__(self, running: Running, account: Account) -> None:
        self._rows = running.rows
        uuid = account.project_uuid.replace("-", "")
        self._project = self._rows.number(
            f"SELECT id FROM projects WHERE REPLACE(uuid, '-', '') = '{uuid}'"
        )

        self._letters_before = self._letters()

    def requests(self) -> int:
        return self._number("COUNT(*)", "requests")

    def loaded_after(self, other: "Count") -> int:
        """Requests that came in when all there are of the other project were there."""
        last = f"SELECT MAX(loaded_at) FROM requests WHERE project_id = {other._project}"
        return self._number("COUNT(*)", "requests", f"AND loaded_at > ({last})")

    def wait_for(self, number: int) -> None:
        wait_until(lambda: self.requests() >= number, within_s=LONGEST_S)

    def holds(self, number: int, *, dead_letters: int = 0) -> None:
        """Every event is there once, in the rows and in every roll-up."""
        self.wait_for(number)
        # Whatever comes again by now changes nothing.
        assert self.requests() == number
        assert self._number("COUNT(DISTINCT uuid)", "requests") == number
        errors = self._number("COUNT(*)", "requests", "AND status >= 500")
        for table in ROLLUPS:
            assert self._number("SUM(requests)", table) == number
            assert self._number("SUM(server_errors)", table) == errors
        assert (
            self._rows.number(
                "SELECT SUM(usage_months.requests) FROM usage_months JOIN projects"
                f" ON projects.user_id = usage_months.user_id WHERE projects.id = {self._project}"
            )
            == number
        )
        assert self._letters() == self._letters_before + dead_letters

    def _letters(self) -> int:
        return self._rows.number("SELECT COUNT(*) FROM dead_letters")

    def _number(self, what: str, table: str, condition: str = "") -> int:
        return self._rows.number(
            f"SELECT {what} FROM {table} WHERE project_id = {self._project} {condition}"
        )
