"""Dashboards and request lists on millions of rows: they must cost the same on 2 and on 20.

The data sets are made once, under `.treblle/query`, and kept: 2 million are seeded, 20 million are
those ten times over (`bench/multiply.py`). `BENCH_QUERY_ROWS=200k` tries it small, and then
measures nothing else. A figure is the p95 of `CALLS` calls of the code that pages
use, on the project with the most traffic, in the middle of the seeded time.
"""

import io
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from bench import column_store, multiply
from bench.figures import ROOT, RUNS, Figure, percentile
from embedded.log_lines import LogLines
from embedded.supervisor import Supervisor
from tests.environment import PLACEHOLDERS
from tests.services.databases import as_default, connect
from tests.services.mariadb import execute, start_mariadb
from tests.services.servers import Servers

if TYPE_CHECKING:
    from treblle_models.models import Project

FOLDER: Final = ROOT / ".treblle" / "query"
DAYS: Final = 30
PROJECTS: Final = 20
UNTIL: Final = datetime(2026, 3, 2, tzinfo=UTC)
CALLS: Final = 60
WARM_UP: Final = 5
UNITS: Final = {"k": 1_000, "m": 1_000_000}
# As many as the seeder makes in minutes.
SEEDED: Final = "2m"
MULTIPLIED: Final = "bench/multiplied"
# Of a machine that has some memory; the rest is the page cache's.
SETTINGS: Final = ("--innodb-buffer-pool-size=1G", "--innodb-log-file-size=512M")
SORTS: Final = ("-load_time_ms", "-response_size_bytes", "-status", "-received_at")


def measure() -> list[Figure]:
    sizes = os.environ.get("BENCH_QUERY_ROWS", "2m,20m").split(",")
    FOLDER.mkdir(parents=True, exist_ok=True)
    django_setup()
    figures: list[Figure] = []
    for engine in ("sqlite", "mariadb"):
        of_size = {size: list(_measured(engine, size)) for size in sizes}
        figures += [figure for each in of_size.values() for figure in each]
        if len(sizes) > 1:
            small, large = (of_size[size][0].runs for size in (sizes[0], sizes[-1]))
            growth = [large[run] / small[run] for run in range(RUNS)]
            against = f"dashboard, {sizes[-1]} rows / {sizes[0]} rows"
            figures.append(Figure(f"query.growth.{engine}", "x time", growth, "≤ 1.3", against))
    return figures


def django_setup() -> None:
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    django.setup()


def rows_of(size: str) -> int:
    """`2m`, `200k`."""
    return int(size[:-1]) * UNITS[size[-1]]


def _measured(engine: str, size: str) -> Iterator[Figure]:
    with database_of(engine, size) as url:
        database = connect(url)
        with as_default(database):
            calls = _calls()
            for name, (target, against, call) in calls.items():
                runs = [_p95_ms(call) for _ in range(RUNS)]
                yield Figure(f"query.{name}_p95_ms.{size}.{engine}", "ms", runs, target, against)
            yield from _full_scan(engine, size)
        database.connection.close()


def _calls() -> dict[str, tuple[str, str, Callable[[int], object]]]:
    """By name: target, what it is of, and the call; it gets its number, so that calls differ."""
    from django.db.models import Sum
    from treblle_models.models import EndpointHour, ProjectHour
    from treblle_models.request_filters import RequestFilter
    from treblle_models.request_pages import Sort, request_page
    from treblle_models.request_totals import totals

    project = _busiest_project()
    days = [UNTIL - timedelta(days=back) for back in range(2, DAYS - 1)]

    def span(number: int) -> tuple[datetime, datetime]:
        end = days[number % len(days)]
        return end - timedelta(days=1), end

    def a_day(number: int) -> RequestFilter:
        start, end = span(number)
        return RequestFilter(start=start, end=end)

    def dashboard(number: int) -> object:
        hours = ProjectHour.objects.for_project(project).between(*span(number))
        endpoints = EndpointHour.objects.for_project(project).between(*span(number))
        numbers = [hour.histogram() for hour in hours]
        top = endpoints.values("endpoint_id").annotate(n=Sum("requests")).order_by("-n")[:10]
        return numbers, list(top)

    def sorted_page(number: int) -> object:
        sort = Sort.parse(SORTS[number % len(SORTS)])
        first = request_page(project, a_day(number), sort)
        return request_page(project, a_day(number), sort, first.next)

    errors = RequestFilter(statuses=("5xx",))

    def filtered(number: int) -> object:
        _, end = span(number)
        hour = RequestFilter(statuses=errors.statuses, start=end - timedelta(hours=1), end=end)
        return totals(project, hour)

    return {
        "dashboard": ("≤ 20", "a day of the largest project, from roll-ups", dashboard),
        "list": ("≤ 20", "newest 50 of a day", lambda n: request_page(project, a_day(n))),
        "sort": ("≤ 50", "two pages of a day by load time, size, status, time", sorted_page),
        "totals": ("", "COUNT, SUM, AVG of one hour's 5xx, from the rows", filtered),
    }


def _busiest_project() -> "Project":
    from django.db.models import Sum
    from treblle_models.models import Project, ProjectDay

    days = ProjectDay.objects.values("project_id").annotate(n=Sum("requests"))
    return Project.objects.get(pk=days.order_by("-n")[:1].get()["project_id"])


def _full_scan(engine: str, size: str) -> Iterator[Figure]:
    """Totals of all rows of the busiest project; DuckDB has them of the SQLite data set."""
    from treblle_models.request_filters import RequestFilter
    from treblle_models.request_totals import totals

    project, start = _busiest_project(), UNTIL - timedelta(days=DAYS)
    whole = RequestFilter(start=start, end=UNTIL)
    of = f"COUNT, SUM, AVG of the busiest project's {DAYS} days, from the rows"
    if engine == "sqlite":
        source = FOLDER / f"{size}.db"
        bound = column_store.totals(source, source.with_suffix(".duckdb"), project.pk, start, UNTIL)
        if bound() != totals(project, whole).requests:
            raise RuntimeError(f"DuckDB and {source} differ")
        runs = [_ms(bound) for _ in range(RUNS)]
        yield Figure(f"query.scan_ms.{size}.duckdb", "ms", runs, "", f"the bound: {of}")
    runs = [_ms(lambda: totals(project, whole)) for _ in range(RUNS)]
    yield Figure(f"query.scan_ms.{size}.{engine}", "ms", runs, "", of)


def _ms(call: Callable[[], object]) -> float:
    began = time.perf_counter()
    call()
    return (time.perf_counter() - began) * 1000


def _p95_ms(call: Callable[[int], object]) -> float:
    for number in range(WARM_UP):
        call(number)
    spent = []
    for number in range(CALLS):
        began = time.perf_counter()
        call(number)
        spent.append((time.perf_counter() - began) * 1000)
    return percentile(spent, 0.95)


@contextmanager
def database_of(engine: str, size: str) -> Iterator[str]:
    if engine == "sqlite":
        url = _sqlite_url(size)
        _fill(engine, url, size)
        yield url
        return
    with Supervisor((), LogLines(io.StringIO())) as supervisor:
        folder = FOLDER / "mariadb"
        server = start_mariadb(Servers(supervisor, FOLDER), kept_in=folder, settings=SETTINGS)
        url = _database_url(server, size)
        _fill(engine, url, size)
        yield url


def _sqlite_url(size: str) -> str:
    return f"sqlite:///{FOLDER}/{size}.db"


def _database_url(server: str, size: str) -> str:
    name = f"rows_{size}"
    collation = "CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"
    execute(server, f"CREATE DATABASE IF NOT EXISTS {name} {collation}")
    return f"{server.rpartition('/')[0]}/{name}"


def _fill(engine: str, url: str, size: str) -> None:
    """Seed what is missing of it; more than SEEDED are multiplied from that many."""
    _etl(url, "migrate", "-v0")
    if rows_of(size) <= rows_of(SEEDED):
        plan = ("--requests", str(rows_of(size)), "--days", str(DAYS), "--projects", str(PROJECTS))
        _etl(url, "seed", *plan, "--until", UNTIL.isoformat())
        return
    if _is_multiplied(url):
        return
    print(f"multiplying {SEEDED} requests to {size} in {engine}", flush=True)
    times = rows_of(size) // rows_of(SEEDED)
    if engine == "sqlite":
        source = _sqlite_url(SEEDED)
        _fill(engine, source, SEEDED)
        files = [each.removeprefix("sqlite:///") for each in (source, url)]
        multiply.multiply_sqlite(files[0], files[1], times)
    else:
        source = _database_url(url, SEEDED)
        _fill(engine, source, SEEDED)
        multiply.multiply_mariadb(source, url, times)
    _is_multiplied(url, now=True)


def _is_multiplied(url: str, *, now: bool = False) -> bool:
    """Whether all is there, as the ledger has it; `now` it is."""
    from django.utils import timezone
    from treblle_models.models import LedgerEntry, Request

    database = connect(url)
    with as_default(database):
        if now:
            LedgerEntry.objects.create(object_key=MULTIPLIED, processed_at=timezone.now())
        done = LedgerEntry.objects.filter(object_key=MULTIPLIED).exists()
        if not done and Request.objects.exists():
            sys.exit(f"{url} was left half filled: remove it, then measure again")
    database.connection.close()
    return done


def _etl(url: str, *words: str) -> None:
    environment = {**os.environ, **PLACEHOLDERS, "DATABASE_URL": url}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    subprocess.run(
        [sys.executable, "-m", "treblle_etl", *words], cwd=ROOT, env=environment, check=True
    )
