"""Endpoints with their numbers. All numbers come from roll-ups, never from single requests."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max, QuerySet, Sum
from treblle_models.histogram import Histogram
from treblle_models.models import (
    ApiChange,
    ApiDocument,
    Endpoint,
    EndpointSchema,
    EndpointScore,
    Project,
    Stage,
)

from treblle_platform.figures import grade
from treblle_platform.lists import Column, Listing, Page, contains
from treblle_platform.periods import Period

P95 = 0.95
# What learning holds an API to; a list never reads more.
MAX_ENDPOINTS = 5_000
DEFAULT_SORT = "-requests"
COLUMNS: Sequence[Column] = (
    Column("Endpoint", key="path", css="c-main"),
    Column("Requests", key="requests", falls=True, number=True),
    Column("Error rate", key="errors", falls=True, number=True),
    Column("p95", key="p95", falls=True, number=True, hint="95 of 100 requests were faster"),
    Column("Grade", key="score", css="c-grade"),
    Column("First seen", key="first", falls=True, css="c-time"),
    Column("Last seen", key="seen", falls=True, css="c-time"),
)
STATES = (("pinned", "Pinned"), ("ignored", "Ignored"), ("changed", "Changed in this time"))


@dataclass
class EndpointRow:
    """An endpoint and its numbers over a period; `changes` are those of its schema."""

    endpoint: Endpoint
    requests: int = 0
    client_errors: int = 0
    server_errors: int = 0
    load_times: Histogram | None = None
    score: float | None = None
    last_seen_at: datetime | None = None
    changes: int = 0
    breaking: int = 0
    width: float = 0

    @property
    def errors(self) -> int:
        return self.client_errors + self.server_errors

    @property
    def error_rate(self) -> float | None:
        return self.errors / self.requests if self.requests else None

    @property
    def p95_ms(self) -> float | None:
        return self.load_times.percentile(P95) if self.load_times else None

    @property
    def grade(self) -> str:
        return grade(self.score)


VALUES: dict[str, Callable[[EndpointRow], Any]] = {
    "path": lambda row: f"{row.endpoint.template} {row.endpoint.method}",
    "requests": lambda row: row.requests,
    "errors": lambda row: row.error_rate,
    "p95": lambda row: row.p95_ms,
    "score": lambda row: row.score,
    "first": lambda row: row.endpoint.first_seen_at.isoformat(),
    "seen": lambda row: row.last_seen_at.isoformat() if row.last_seen_at else None,
}


@dataclass(frozen=True)
class EndpointFilters:
    text: str = ""
    method: str = ""
    state: str = ""


def endpoint_page(
    project: Project, listing: Listing, filters: EndpointFilters, period: Period, now: datetime
) -> Page[EndpointRow]:
    start = period.start(now)
    rows = {each.pk: EndpointRow(each) for each in _filtered(project, filters)[:MAX_ENDPOINTS]}
    _count_requests(project, rows, period, start)
    _count_changes(project, rows, start)
    _read_scores(project, rows)
    _read_last_seen(project, rows)
    if filters.state == "changed":
        rows = {pk: row for pk, row in rows.items() if row.changes}
    key = listing.sort.column.key
    if key == "p95":
        _read_load_times(project, rows, period, start)
    page = listing.page_among(rows.values(), VALUES[key], lambda row: row.endpoint.uuid)
    if key != "p95":
        shown = {row.endpoint.pk: row for row in page.rows}
        _read_load_times(project, shown, period, start)
    most = max((row.requests for row in page.rows), default=0)
    for row in page.rows:
        row.width = 100 * row.requests / most if most else 0
    return page


def methods_of(project: Project) -> list[str]:
    found = Endpoint.objects.filter(project=project, merged_into=None)
    return list(found.values_list("method", flat=True).distinct().order_by("method"))


def _filtered(project: Project, filters: EndpointFilters) -> QuerySet[Endpoint]:
    found = Endpoint.objects.filter(project=project, merged_into=None)
    if filters.text:
        found = found.filter(contains("template", filters.text) | contains("name", filters.text))
    if filters.method:
        found = found.filter(method=filters.method)
    if filters.state == "pinned":
        found = found.filter(is_pinned=True)
    return found.filter(is_ignored=filters.state == "ignored").order_by("pk")


def _count_requests(
    project: Project, rows: Mapping[int, EndpointRow], period: Period, start: datetime
) -> None:
    sums = (
        period.endpoints.objects.filter(project=project, bucket__gte=start)
        .values("endpoint_id")
        .annotate(total=Sum("requests"), client=Sum("client_errors"), server=Sum("server_errors"))
        .order_by("endpoint_id")
    )
    for found in sums:
        row = rows.get(found["endpoint_id"])
        if row:
            row.requests = found["total"]
            row.client_errors, row.server_errors = found["client"], found["server"]


def _count_changes(project: Project, rows: Mapping[int, EndpointRow], start: datetime) -> None:
    changes = ApiChange.objects.filter(
        project=project, detected_at__gte=start, document__source=ApiDocument.Source.TRAFFIC
    )
    for endpoint_id, is_breaking in changes.values_list("endpoint_id", "is_breaking"):
        row = rows.get(endpoint_id or 0)
        if row:
            row.changes += 1
            row.breaking += is_breaking


def _read_scores(project: Project, rows: Mapping[int, EndpointRow]) -> None:
    """The newest run-time score of each: days come in order, so the last one stays."""
    for endpoint_id, value in _newest_scores(project):
        if endpoint_id in rows:
            rows[endpoint_id].score = value


def _newest_scores(project: Project) -> Iterable[tuple[int, float]]:
    scores = EndpointScore.objects.filter(project=project, stage=Stage.RUN_TIME)
    newest = scores.order_by("-bucket").values("bucket")[:1]
    return scores.filter(bucket=newest).values_list("endpoint_id", "value")


def _read_last_seen(project: Project, rows: Mapping[int, EndpointRow]) -> None:
    """By what was learned of it last, where the endpoint itself does not say."""
    learned = EndpointSchema.objects.filter(project=project).values("endpoint_id")
    for found in learned.annotate(last=Max("last_seen_at")).order_by("endpoint_id"):
        if row := rows.get(found["endpoint_id"]):
            row.last_seen_at = found["last"]
    for row in rows.values():
        known = [moment for moment in (row.last_seen_at, row.endpoint.last_seen_at) if moment]
        row.last_seen_at = max(known, default=None)


def _read_load_times(
    project: Project, rows: Mapping[int, EndpointRow], period: Period, start: datetime
) -> None:
    found = period.endpoints.objects.filter(
        project=project, bucket__gte=start, endpoint_id__in=list(rows)
    )
    gathered: dict[int, Histogram] = defaultdict(Histogram)
    for rollup in found.only("endpoint_id", "load_times").iterator():
        gathered[rollup.endpoint_id].merge(rollup.histogram())
    for pk, histogram in gathered.items():
        rows[pk].load_times = histogram
