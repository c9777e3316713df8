"""The move to SingleStore, on a million requests: what each of its parts takes.

Source is a MariaDB, the files are Parquet in S3 (moto), the target is the double of the tests: no
SingleStore runs without its licence. So `pipeline` is the double's speed, not SingleStore's; `copy`
and `verify` are our own code between two MariaDBs.
"""

import io
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from bench.figures import RUNS, Figure

if TYPE_CHECKING:
    from tests.doubles.singlestore.server import SingleStore

REQUESTS: Final = 1_000_000
COPIED: Final = 100_000
SEED_ROWS: Final = 1_000
ROWS_A_FILE: Final = 50_000
BUCKET: Final = "bench-move"
TABLES: Final = ("endpoints", "projects", "requests", "users")


@dataclass(frozen=True)
class Stage:
    """Both servers and the store, filled."""

    target: "SingleStore"
    s3_url: str
    state: Path

    def step(self, name: str, *arguments: str) -> float:
        """Run a step; how many seconds it took."""
        from django.core.management import call_command

        began = time.monotonic()
        state = ("--state", str(self.state))
        call_command("singlestore_move", name, *arguments, *state, stdout=io.StringIO())
        return time.monotonic() - began

    def plan(self, table: str, copy_below: int) -> None:
        self.state.unlink(missing_ok=True)
        where = ("--export", f"s3://{BUCKET}/export", "--snapshot-at", "2026-03-01T00:00:00Z")
        self.step("plan", *where, "--only", table, "--copy-below", str(copy_below))
        self.step("create", "--role-arn", "arn", "--endpoint-url", self.s3_url)


def measure() -> list[Figure]:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    import django

    django.setup()
    folder = Path(tempfile.mkdtemp(prefix="treblle-bench-move-"))
    try:
        with _stage(folder) as stage:
            return [_copy(stage), *_pipeline_and_verify(stage)]
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _copy(stage: Stage) -> Figure:
    speeds = []
    for _ in range(RUNS):
        stage.plan("users", COPIED + 1)
        speeds.append(COPIED / stage.step("start"))
        stage.step("rollback")
    against = f"{COPIED:,} users copied from MariaDB to MariaDB, in batches that can be resumed"
    return Figure("move.rows_per_s.copy", "rows/s", speeds, "", against)


def _pipeline_and_verify(stage: Stage) -> list[Figure]:
    loaded, verified = [], []
    for _ in range(RUNS):
        stage.plan("requests", 1)
        began = time.monotonic()
        stage.step("start")
        stage.target.wait_until_loaded()
        loaded.append(REQUESTS / (time.monotonic() - began))
        stage.step("status", "--wait")
        verified.append(REQUESTS / stage.step("verify"))
        stage.step("rollback")
    by_pipeline = f"{REQUESTS:,} requests of Parquet by our statement through the double"
    compared = f"{REQUESTS:,} requests: counts, sums, checksums, floats row by row, both sides"
    return [
        Figure("move.rows_per_s.pipeline", "rows/s", loaded, "", by_pipeline),
        Figure("move.rows_per_s.verify", "rows/s", verified, "", compared),
    ]


@contextmanager
def _stage(folder: Path) -> Iterator[Stage]:
    import boto3

    from embedded.log_lines import LogLines
    from embedded.supervisor import Supervisor
    from tests.doubles.singlestore.protocol import running
    from tests.services.aws import ENVIRONMENT, REGION, start_moto
    from tests.services.mariadb import new_database, start_mariadb
    from tests.services.servers import Servers

    with ExitStack() as stack:
        supervisor = stack.enter_context(Supervisor((), LogLines(io.StringIO())))
        servers = Servers(supervisor, folder)
        os.environ.update(ENVIRONMENT)
        s3_url, mariadb_url = start_moto(servers), start_mariadb(servers)
        source, store, catalogue = (
            stack.enter_context(new_database(mariadb_url)) for _ in range(3)
        )
        _fill(source, store)
        client = boto3.client("s3", endpoint_url=s3_url)
        client.create_bucket(
            Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION}
        )
        _export(source, lambda key, body: client.put_object(Bucket=BUCKET, Key=key, Body=body))
        target = stack.enter_context(running(store, catalogue))
        os.environ |= {"SOURCE_DATABASE_URL": source, "SINGLESTORE_URL": target.url}
        yield Stage(target, s3_url, folder / "move.json")


def _export(source: str, put: Callable[[str, bytes], Any]) -> None:
    from tests.doubles.rds_export import export
    from tests.doubles.singlestore.server import connect

    with connect(source) as connection:
        database = urlsplit(source).path.strip("/")
        export(connection, database, ["requests"], put, rows_a_file=ROWS_A_FILE)


def _fill(source: str, store: str) -> None:
    """Tables by their models on both sides; rows by a few models, then many times over in SQL."""
    from django.apps import apps

    from tests.doubles.singlestore.server import connect as open_connection
    from tests.services.databases import as_default, connect

    models = [model for model in apps.get_models() if model._meta.db_table in TABLES]
    for url in (source, store):
        database = connect(url)
        with as_default(database):
            with database.connection.schema_editor() as editor:
                for model in models:
                    editor.create_model(model)
            if url == source:
                _make_rows()
        database.connection.close()
    with open_connection(source) as connection, connection.cursor() as cursor:
        _multiply(cursor, "requests", REQUESTS // SEED_ROWS, ("uuid",))
        _multiply(cursor, "users", COPIED // SEED_ROWS, ("uuid", "email", "api_key"))


def _make_rows() -> None:
    from datetime import UTC, datetime

    from treblle_models.models import Project, Request, User

    at = datetime(2026, 3, 1, 2, 3, 4, 567891, tzinfo=UTC)
    people = [User(email=f"{number}@example.com") for number in range(SEED_ROWS)]
    User.objects.bulk_create(people)
    owner = User.objects.order_by("id").first()
    project = Project.objects.create(user=owner, name="Weather")
    times = {"received_at": at, "requested_at": at, "loaded_at": at}
    where = {"method": "GET", "host": "api.example.com", "user_agent": "Example/1.0"}
    Request.objects.bulk_create(
        Request(
            project=project,
            path=f"/{number}",
            status=200,
            load_time_ms=number / 7,
            **times,
            **where,
        )
        for number in range(SEED_ROWS)
    )


def _multiply(cursor: Any, table: str, times: int, unique: tuple[str, ...]) -> None:
    """Each row again and again, with new values where they must be."""
    fresh = {"uuid": "UUID()", "email": "CONCAT(UUID(), '@x.y')", "api_key": "MD5(UUID())"}
    cursor.execute(
        "SELECT COLUMN_NAME FROM information_schema.COLUMNS"
        " WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = %s AND COLUMN_NAME <> 'id'",
        [table],
    )
    names = [name for (name,) in cursor.fetchall()]
    values = ", ".join(fresh[name] if name in unique else f"`{name}`" for name in names)
    columns = ", ".join(f"`{name}`" for name in names)
    cursor.execute(
        f"INSERT INTO `{table}` ({columns}) SELECT {values} FROM `{table}`"
        f" JOIN seq_2_to_{times} ORDER BY seq"
    )
