"""What the requests of a window are made of: endpoints, and the values of each dimension."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F, Sum
from treblle_models.histogram import Histogram
from treblle_models.models import Customer, DimensionRollup, Endpoint, EndpointRollup, Project

from treblle_platform.dashboard.windows import Window
from treblle_platform.slots import P95

TOP = 8
Dimension = DimensionRollup.Dimension
SHOWN = (
    Dimension.COUNTRY,
    Dimension.DEVICE,
    Dimension.OS,
    Dimension.APP,
    Dimension.STATUS,
    Dimension.CUSTOMER,
)
STATUS_CLASSES = (1, 2, 3, 4, 5)


@dataclass(frozen=True)
class Bar:
    """For a row of a table: requests for each hundred of the largest row's."""

    width: float

    @property
    def rest(self) -> float:
        return 100 - self.width


@dataclass(frozen=True)
class EndpointFigures:
    endpoint: Endpoint
    requests: int
    error_rate: float
    p95_ms: float | None
    bar: Bar


@dataclass(frozen=True)
class Endpoints:
    busiest: list[EndpointFigures]
    slowest: list[EndpointFigures]


def endpoints_of(project: Project, window: Window) -> Endpoints:
    """The busiest, and of those with the highest average the slowest by p95."""
    rollups = _between(window.endpoint_rollup, project, window)
    sums = list(
        rollups.values("endpoint_id")
        .annotate(
            total=Sum("requests"),
            errors=Sum(F("client_errors") + F("server_errors")),
            time_ms=Sum("load_time_sum_ms"),
        )
        .order_by("-total", "endpoint_id")
    )
    sums = [row for row in sums if row["total"]]
    by_average = sorted(sums, key=lambda row: row["time_ms"] / row["total"], reverse=True)
    wanted = {row["endpoint_id"]: row for row in (*sums[:TOP], *by_average[:TOP])}
    known = Endpoint.objects.in_bulk(list(wanted))
    p95 = _p95_by_endpoint(rollups, wanted)
    most = max((row["total"] for row in sums), default=0)
    figures = {
        pk: EndpointFigures(
            endpoint=known[pk],
            requests=row["total"],
            error_rate=row["errors"] / row["total"],
            p95_ms=p95.get(pk),
            bar=Bar(100 * row["total"] / most),
        )
        for pk, row in wanted.items()
        if pk in known
    }
    slowest = [figures[r["endpoint_id"]] for r in by_average[:TOP] if r["endpoint_id"] in figures]
    return Endpoints(
        busiest=[figures[r["endpoint_id"]] for r in sums[:TOP] if r["endpoint_id"] in figures],
        slowest=sorted(slowest, key=lambda each: each.p95_ms or 0, reverse=True),
    )


def _p95_by_endpoint(rollups: Any, endpoint_ids: Iterable[int]) -> dict[int, float | None]:
    merged: dict[int, Histogram] = {}
    found = rollups.filter(endpoint_id__in=list(endpoint_ids))
    for pk, load_times in found.values_list("endpoint_id", "load_times"):
        merged.setdefault(pk, Histogram()).merge(Histogram.from_bytes(bytes(load_times)))
    return {pk: histogram.percentile(P95) for pk, histogram in merged.items()}


@dataclass(frozen=True)
class Value:
    """One value of a dimension. `value` is as in the roll-up, `label` as people read it."""

    value: str
    label: str
    requests: int
    errors: int
    bar: Bar

    @property
    def error_rate(self) -> float:
        return self.errors / self.requests


@dataclass(frozen=True)
class Breakdown:
    """The most frequent values of a dimension; `all` has every one, for map and mix."""

    all: list[Value]
    total: int

    @property
    def top(self) -> list[Value]:
        return self.all[:TOP]

    @property
    def others(self) -> int:
        return sum(value.requests for value in self.all[TOP:])


def breakdowns_of(project: Project, window: Window) -> dict[str, Breakdown]:
    """By name of the dimension; all in one query, and one for the names of customers."""
    sums: dict[str, list[tuple[str, int, int]]] = {dimension: [] for dimension in SHOWN}
    rows = (
        _between(window.breakdown_rollup, project, window)
        .filter(dimension__in=SHOWN)
        .values_list("dimension", "value")
        .annotate(total=Sum("requests"), errors=Sum(F("client_errors") + F("server_errors")))
        .order_by("dimension", "-total", "value")
    )
    for dimension, value, total, errors in rows:
        if total:
            sums[dimension].append((value, total, errors))
    names = _customer_names(project, [value for value, *_ in sums[Dimension.CUSTOMER][:TOP]])
    return {
        dimension: _breakdown(found, names if dimension == Dimension.CUSTOMER else {})
        for dimension, found in sums.items()
    }


def _breakdown(sums: list[tuple[str, int, int]], names: dict[str, str]) -> Breakdown:
    most = sums[0][1] if sums else 0
    return Breakdown(
        all=[
            Value(value, names.get(value, value), total, errors, Bar(100 * total / most))
            for value, total, errors in sums
        ],
        total=sum(total for _, total, _ in sums),
    )


def _customer_names(project: Project, uuids: list[str]) -> dict[str, str]:
    wanted = [UUID(uuid) for uuid in uuids if uuid]
    found = Customer.objects.for_project(project).filter(uuid__in=wanted)
    return {str(customer.uuid): str(customer) for customer in found}


@dataclass(frozen=True)
class StatusClass:
    """`first` is 2 for a 2xx; `x` and `width` place it in a bar of a hundred."""

    first: int
    requests: int
    share: float
    x: float
    width: float


def status_mix(statuses: Breakdown) -> list[StatusClass]:
    mix, x = [], 0.0
    for first in STATUS_CLASSES:
        requests = sum(v.requests for v in statuses.all if v.value.startswith(str(first)))
        if requests:
            share = requests / statuses.total
            mix.append(StatusClass(first, requests, share, x, share * 100))
            x += share * 100
    return mix


def _between(
    model: type[EndpointRollup] | type[DimensionRollup], project: Project, window: Window
) -> Any:
    start: datetime = window.breakdown_start
    return model._default_manager.filter(project=project, bucket__gte=start, bucket__lt=window.end)
