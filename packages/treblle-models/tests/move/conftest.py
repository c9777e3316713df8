"""A source with 20,000 requests on MariaDB, its export in S3, and SingleStore's double."""

import io
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest
from django.core.management import call_command
from pytest_django import DjangoDbBlocker
from treblle_models.bulk import bulk_insert
from treblle_models.histogram import Histogram
from treblle_models.models import DeadLetter, Endpoint, Project, ProjectHour, Request, User
from treblle_models.move.servers import Server

from tests.doubles.rds_export import export
from tests.doubles.singlestore.protocol import running
from tests.doubles.singlestore.server import SingleStore
from tests.doubles.singlestore.server import connect as open_connection
from tests.services.databases import TestDatabase, as_default, connect
from tests.services.mariadb import new_database

REQUESTS = 20_000
LARGEST_UNSIGNED = 2**64 - 1
WHEN = datetime(2026, 3, 1, 2, 3, 4, 567891, tzinfo=UTC)
# By pipeline only what has as many rows as this.
COPY_BELOW = 1_000
TABLES = ("dead_letters", "endpoints", "project_hours", "projects", "requests", "users")


@pytest.fixture(scope="session")
def source_url(
    mariadb_url: str, mariadb_test_database: TestDatabase, django_db_blocker: DjangoDbBlocker
) -> Iterator[str]:
    """All tables of all apps, some with rows; tests put back what they change."""
    template = mariadb_test_database.settings["NAME"]
    with new_database(mariadb_url) as url:
        clone_tables(url, template)
        with django_db_blocker.unblock():
            database = connect(url)
            with as_default(database):
                fill()
            database.connection.close()
        yield url


def clone_tables(url: str, template: str, tables: tuple[str, ...] = ()) -> None:
    """The tables of another database of that server, empty, without their foreign keys."""
    with open_connection(url) as connection, connection.cursor() as cursor:
        cursor.execute(f"SHOW TABLES FROM `{template}`")
        for (name,) in cursor.fetchall():
            if not tables or name in tables:
                cursor.execute(f"CREATE TABLE `{name}` LIKE `{template}`.`{name}`")


def fill() -> None:
    users = [User(email=f"person{number}@example.com", name="Ω") for number in range(30)]
    User.objects.bulk_create(users)
    owner = User.objects.order_by("id").first()
    project = Project.objects.create(user=owner, name="Weather", masked_names=["a", {"b": "ü"}])
    endpoint = Endpoint.objects.create(
        project=project, method="GET", template="/{id}", first_seen_at=WHEN, template_digest="0"
    )
    ProjectHour.objects.create(
        project=project, bucket=WHEN, requests=3, load_times=Histogram().to_bytes()
    )
    DeadLetter.objects.create(project=None, reason="because", message="'\\ ` \n", object_key="k")
    bulk_insert([make_request(number, project, endpoint) for number in range(REQUESTS)])
    Request.objects.filter(path="/7").update(response_size_bytes=LARGEST_UNSIGNED)


def make_request(number: int, project: Project, endpoint: Endpoint) -> Request:
    at = WHEN + timedelta(microseconds=number * 1_000_003)
    return Request(
        project=project,
        endpoint=endpoint if number % 2 else None,
        received_at=at,
        requested_at=at,
        claimed_requested_at=at if number % 3 else None,
        loaded_at=at,
        method="GET",
        host="api.example.com",
        path=f"/{number}",
        status=200 + number % 5,
        load_time_ms=number / 7 if number % 11 else None,
        request_size_bytes=number if number % 13 else None,
        user_agent="Käse/1.0 '\\ \"",
    )


@pytest.fixture(scope="session")
def export_files(source_url: str) -> dict[str, bytes]:
    """Every file that RDS would write for the tables that go by pipeline."""
    files: dict[str, bytes] = {}
    database = urlsplit(source_url).path.strip("/")
    with open_connection(source_url) as connection:
        export(connection, database, TABLES, files.__setitem__, prefix="export")
    return files


@dataclass(frozen=True)
class Bucket:
    """An S3 bucket with the export in it."""

    name: str
    endpoint_url: str
    client: Any

    def keys(self, table: str) -> list[str]:
        found = self.client.list_objects_v2(Bucket=self.name)["Contents"]
        return [one["Key"] for one in found if f".{table}/" in one["Key"]]

    def put(self, key: str, content: bytes) -> None:
        self.client.put_object(Bucket=self.name, Key=key, Body=content)


@pytest.fixture
def bucket(s3_bucket_url: str, export_files: dict[str, bytes]) -> Bucket:
    parts = urlsplit(s3_bucket_url)
    endpoint = parse_qs(parts.query)["endpoint"][0]
    made = Bucket(parts.netloc, endpoint, boto3.client("s3", endpoint_url=endpoint))
    for key, content in export_files.items():
        made.put(key, content)
    return made


@pytest.fixture
def singlestore(mariadb_url: str, source_url: str) -> Iterator[SingleStore]:
    """The double, with the tables that the target's `migrate` would have made."""
    with ExitStack() as stack:
        store, catalogue = (stack.enter_context(new_database(mariadb_url)) for _ in range(2))
        clone_tables(store, urlsplit(source_url).path.strip("/"), TABLES)
        as_singlestore_keeps_uuids(store)
        yield stack.enter_context(running(store, catalogue))


def as_singlestore_keeps_uuids(url: str) -> None:
    """SingleStore has no type for them: 32 characters."""
    with open_connection(url) as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT TABLE_NAME, COLUMN_NAME, IS_NULLABLE FROM information_schema.COLUMNS"
            " WHERE TABLE_SCHEMA = DATABASE() AND DATA_TYPE = 'uuid'"
        )
        changes: dict[str, list[str]] = {}
        for table, column, nullable in cursor.fetchall():
            null = "NULL" if nullable == "YES" else "NOT NULL"
            changes.setdefault(table, []).append(f"MODIFY `{column}` char(32) {null}")
        for table, columns in changes.items():
            cursor.execute(f"ALTER TABLE `{table}` {', '.join(columns)}")


Run = Callable[..., str]


@pytest.fixture
def move(
    source_url: str, singlestore: SingleStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Run:
    """`move("status")` runs a step and gives what it printed."""
    monkeypatch.setenv("SOURCE_DATABASE_URL", source_url)
    monkeypatch.setenv("SINGLESTORE_URL", singlestore.url)

    def run(step: str, *arguments: str) -> str:
        out = io.StringIO()
        try:
            call_command(
                "singlestore_move", step, *arguments, "--state", str(tmp_path / "move"), stdout=out
            )
        finally:
            run.printed += out.getvalue()  # type: ignore[attr-defined]
        return out.getvalue()

    run.printed = ""  # type: ignore[attr-defined]
    return run


@pytest.fixture
def tables() -> tuple[str, ...]:
    """What is moved; a module that needs less says so."""
    return TABLES


@pytest.fixture
def plan_arguments(bucket: Bucket, tables: tuple[str, ...]) -> list[str]:
    return [
        *("--export", f"s3://{bucket.name}/export"),
        *("--snapshot-at", "2026-03-01T02:00:00Z"),
        *("--copy-below", str(COPY_BELOW)),
        *("--only", *tables),
    ]


@pytest.fixture
def access(bucket: Bucket) -> list[str]:
    """How the target gets at the bucket: by a role, so without a secret."""
    return ["--role-arn", "arn:aws:iam::1:role/reader", "--endpoint-url", bucket.endpoint_url]


@pytest.fixture
def planned(move: Run, plan_arguments: list[str]) -> Run:
    move("plan", *plan_arguments)
    return move


@pytest.fixture
def created(planned: Run, access: list[str]) -> Run:
    planned("create", *access)
    return planned


@pytest.fixture
def loaded(created: Run, singlestore: SingleStore) -> Run:
    """Everything loaded and copied, nothing proved yet."""
    created("start")
    singlestore.wait_until_loaded()
    return created


@pytest.fixture
def ask(singlestore: SingleStore) -> Iterator[Callable[..., Any]]:
    """Run SQL on the double's own store, past the double; the first value of the answer."""
    with open_connection(singlestore.store_url) as connection:
        yield asking(connection)


@pytest.fixture
def at_source(source_url: str) -> Iterator[Callable[..., Any]]:
    """The same on the source; what a test changes there it puts back."""
    with open_connection(source_url) as connection:
        yield asking(connection)


def asking(connection: Any) -> Callable[..., Any]:
    def ask(sql: str) -> Any:
        with connection.cursor() as cursor:
            cursor.execute(sql)
            rows = cursor.fetchall()
            return rows[0][0] if rows else None

    return ask


@pytest.fixture
def source_server(source_url: str) -> Iterator[Server]:
    server = Server(source_url, say=print)
    yield server
    server.close()
