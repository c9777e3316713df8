"""The data layer: bulk inserts beside plain `executemany`, migrations, seeds, the offline DDL."""

import gc
import io
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from bench.figures import ROOT, RUNS, Figure
from embedded.log_lines import LogLines
from embedded.supervisor import Supervisor
from tests.environment import PLACEHOLDERS
from tests.services.databases import as_default, connect, migrate
from tests.services.mariadb import new_database, start_mariadb
from tests.services.servers import Servers

BATCH_ROWS: Final = 500
BATCHES: Final = 40
SEEDED_ROWS: Final = 200_000
SEEDED_DAYS: Final = 10
UNTIL: Final = datetime(2026, 3, 2, tzinfo=UTC)


def measure() -> list[Figure]:
    folder = Path(tempfile.mkdtemp(prefix="treblle-bench-"))
    try:
        with _mariadb(folder) as server:
            return [
                *_bulk_inserts(folder, server),
                _migrate(server),
                _seed(folder),
                _singlestore_schema(folder),
            ]
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _mariadb(folder: Path) -> Iterator[str]:
    with Supervisor((), LogLines(io.StringIO())) as supervisor:
        yield start_mariadb(Servers(supervisor, folder))


def _bulk_inserts(folder: Path, server: str) -> Iterator[Figure]:
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    django.setup()
    with new_database(server) as mariadb:
        for engine, url in (("sqlite", f"sqlite:///{folder}/bulk.db"), ("mariadb", mariadb)):
            database = connect(url)
            with as_default(database):
                migrate(database.connection)
                ratios = _ratios()
                database.connection.close()
            yield Figure(
                f"models.bulk_insert.vs_executemany.{engine}",
                "x rate",
                ratios,
                "≥ 0.6",
                f"values ready for executemany; ours has model instances, {BATCH_ROWS} a transaction",
            )


def _ratios() -> list[float]:
    """Ours / theirs, of rates; turn by turn, so that both meet the same machine."""
    from django.db import connection
    from treblle_models import bulk
    from treblle_models.models import Request

    batches = list(_batches())
    make = bulk.row_maker(Request)
    rows = [[make(row) for row in batch] for batch in batches]
    ready = [bulk.driver_values(batch, connection) for batch in rows]
    statement = bulk.insert_statement(Request, connection)

    def theirs(batch: list[Any]) -> None:
        with connection.cursor() as cursor:
            cursor.executemany(statement, batch)

    _seconds(bulk.bulk_insert, rows[:1])
    return [_seconds(theirs, ready) / _seconds(bulk.bulk_insert, rows) for _ in range(RUNS)]


def _seconds(insert: Callable[[list[Any]], object], batches: list[list[Any]]) -> float:
    """To insert all of them, a transaction each, into an empty table."""
    from django.db import transaction
    from treblle_models.models import Request

    Request.objects.all()._raw_delete(Request.objects.db)
    gc.collect()
    began = time.perf_counter()
    for batch in batches:
        with transaction.atomic():
            insert(batch)
    return time.perf_counter() - began


def _batches() -> Iterator[list[dict[str, Any]]]:
    """Rows of seeded requests, as values by name."""
    from treblle_models.models import Request, User
    from treblle_models.seeding.plan import Plan
    from treblle_models.seeding.traffic import requests_of_hour
    from treblle_models.seeding.world import make_world

    plan = Plan(requests=BATCH_ROWS * BATCHES, days=1, projects=10, seed=1)
    owner = User.objects.create_user("bench@example.com")
    world = make_world(plan, owner, UNTIL - timedelta(days=1), UNTIL)
    names = [field.attname for field in Request._meta.concrete_fields if field.name != "id"]
    for number in range(BATCHES):
        hour = UNTIL + timedelta(hours=number)
        for requests in requests_of_hour(plan, world, hour, BATCH_ROWS):
            # A batch is loaded at one time, as the ETL does it.
            fixed = {"loaded_at": requests[-1].loaded_at}
            yield [{name: getattr(each, name) for name in names} | fixed for each in requests]


def _migrate(server: str) -> Figure:
    runs = []
    for _ in range(RUNS):
        with new_database(server) as url:
            runs.append(_command("platform", "migrate", "-v0", database=url))
    return Figure("models.migrate_s", "s", runs, "", "all tables of the platform, MariaDB, empty")


def _seed(folder: Path) -> Figure:
    runs = []
    for number in range(RUNS):
        url = f"sqlite:///{folder}/seed-{number}.db"
        _command("etl", "migrate", "-v0", database=url)
        options = ("--requests", str(SEEDED_ROWS), "--days", str(SEEDED_DAYS))
        runs.append(SEEDED_ROWS / _command("etl", "seed", *options, database=url))
    against = f"{SEEDED_ROWS:,} requests over {SEEDED_DAYS} days with all roll-ups, SQLite"
    return Figure("models.seed_rows_per_s", "rows/s", runs, "", against)


def _singlestore_schema(folder: Path) -> Figure:
    url = f"sqlite:///{folder}/none.db"
    runs = [_command("platform", "singlestore_schema", database=url) for _ in range(RUNS)]
    return Figure("models.singlestore_schema_s", "s", runs, "", "the whole DDL, offline")


def _command(part: str, *words: str, database: str) -> float:
    """Seconds of a management command, the start of its process included."""
    environment = {**os.environ, **PLACEHOLDERS, "DATABASE_URL": database}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", f"treblle_{part}", *words],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(f"{part} {' '.join(words)}: {done.stderr}")
    return time.perf_counter() - began
