"""Dashboards and request lists on millions of rows: they must cost the same on 2 and on 20.

The data sets are seeded once, under `.treblle/query`, and kept: `BENCH_QUERY_ROWS=200k` tries it
small, and then measures nothing else. A figure is the p95 of `CALLS` calls of the code that pages
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
from typing import Final

from bench.figures import ROOT, RUNS, Figure, percentile
from embedded.log_lines import LogLines
from embedded.supervisor import Supervisor
from tests.environment import PLACEHOLDERS
from tests.services.databases import as_default, connect
from tests.services.mariadb import start_mariadb
from tests.services.servers import Servers

FOLDER: Final = ROOT / ".treblle" / "query"
DAYS: Final = 30
PROJECTS: Final = 20
UNTIL: Final = datetime(2026, 3, 2, tzinfo=UTC)
CALLS: Final = 60
WARM_UP: Final = 5
UNITS: Final = {"k": 1_000, "m": 1_000_000}
# Of a machine that has some; the rest is the page cache's.
MEMORY: Final = ("--innodb-buffer-pool-size=1G",)
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
        database.connection.close()


def _calls() -> dict[str, tuple[str, str, Callable[[int], object]]]:
    """By name: target, what it is of, and the call; it gets its number, so that calls differ."""
    from django.db.models import Sum
    from treblle_models.models import EndpointHour, Project, ProjectDay, ProjectHour
    from treblle_models.request_filters import RequestFilter
    from treblle_models.request_pages import Sort, request_page
    from treblle_models.request_totals import totals

    busiest = (
        ProjectDay.objects.values("project_id").annotate(n=Sum("requests")).order_by("-n").first()
    )
    assert busiest is not None
    project = Project.objects.get(pk=busiest["project_id"])
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
        url = f"sqlite:///{FOLDER}/{size}.db"
        _seed(url, size)
        yield url
        return
    with Supervisor((), LogLines(io.StringIO())) as supervisor:
        folder = FOLDER / f"mariadb-{size}"
        url = start_mariadb(Servers(supervisor, FOLDER), kept_in=folder, settings=MEMORY)
        _seed(url, size)
        yield url


def _seed(url: str, size: str) -> None:
    """Goes on where it was stopped; does nothing where all is there."""
    environment = {**os.environ, **PLACEHOLDERS, "DATABASE_URL": url}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    plan = ("--requests", str(rows_of(size)), "--days", str(DAYS), "--projects", str(PROJECTS))
    for words in (("migrate", "-v0"), ("seed", *plan, "--until", UNTIL.isoformat())):
        command = [sys.executable, "-m", "treblle_etl", *words]
        subprocess.run(command, cwd=ROOT, env=environment, check=True)
