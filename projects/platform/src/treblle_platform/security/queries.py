"""Threats by day, anomalies, and the checks of security that fail."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from treblle_models.models import Anomaly, EndpointCheckDay, Project
from treblle_service.check_catalog import CATALOG, Check, Group, Threat

from treblle_platform.lists import Column, Listing, Page
from treblle_platform.quality.queries import CheckRow, check_rows
from treblle_platform.quality.results import FAIL, URGENCY, WARNING

DAYS = 30
NEWEST_ANOMALIES = 6
DEFAULT_SORT = "-started"
COLUMNS: Sequence[Column] = (
    Column("What", css="c-main"),
    Column("Severity", css="c-outcome"),
    Column(
        "Requests",
        key="observed",
        field="observed",
        falls=True,
        number=True,
        hint="in its worst quarter of an hour",
    ),
    Column("Usual", number=True, hint="in a quarter of an hour"),
    Column("Lasted", css="c-time"),
    Column("Began", key="started", field="started_at", falls=True, css="c-time"),
)
GOING_ON, OVER = "going-on", "over"
ENDS = ((GOING_ON, "Going on"), (OVER, "Over"))
_LEVELS = {Threat.LOW: "low", Threat.MEDIUM: "medium", Threat.HIGH: "high"}


@dataclass(frozen=True)
class ThreatRow:
    """A threat check, and how many requests failed it in the last days."""

    check: Check
    requests: int

    @property
    def level(self) -> str:
        return _LEVELS.get(self.check.threat, "low")


@dataclass(frozen=True)
class SecurityView:
    threats: list[ThreatRow]
    series: dict[str, list[Any]]
    anomalies: list[Anomaly]
    going_on: int
    attacks: int
    in_days: int
    since: datetime
    failing: list[CheckRow]

    @property
    def threat_requests(self) -> int:
        return sum(row.requests for row in self.threats)


def security_view(project: Project, now: datetime) -> SecurityView:
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    days = [today - timedelta(days=number) for number in range(DAYS - 1, -1, -1)]
    threats, series = _threats(project, days)
    counted = Anomaly.objects.filter(project=project).aggregate(
        going_on=Count("pk", filter=Q(ended_at=None)),
        attacks=Count("pk", filter=Q(kind=Anomaly.Kind.ATTACK, started_at__gte=days[0])),
        in_days=Count("pk", filter=Q(started_at__gte=days[0])),
    )
    newest = Anomaly.objects.filter(project=project).select_related("endpoint")
    failing = [
        row
        for row in check_rows(project)
        if row.check.group is Group.SECURITY and row.outcome in (FAIL, WARNING)
    ]
    return SecurityView(
        threats=threats,
        series=series,
        anomalies=list(newest.order_by("-started_at", "-uuid")[:NEWEST_ANOMALIES]),
        since=days[0],
        failing=sorted(
            failing, key=lambda r: (URGENCY[r.outcome], -r.check.severity, r.check.title)
        ),
        **counted,
    )


def _threats(
    project: Project, days: Sequence[datetime]
) -> tuple[list[ThreatRow], dict[str, list[Any]]]:
    checks = {code: check for code, check in CATALOG.items() if check.group is Group.THREAT}
    off = set(project.disabled_checks)
    found = (
        EndpointCheckDay.objects.filter(
            project=project, bucket__gte=days[0], code__in=sorted(checks.keys() - off)
        )
        .values("code", "bucket")
        .annotate(number=Sum("failed"))
        .order_by("code", "bucket")
    )
    totals: dict[str, int] = defaultdict(int)
    by_level: dict[str, dict[datetime, int]] = {name: defaultdict(int) for name in _LEVELS.values()}
    for row in found:
        totals[row["code"]] += row["number"]
        level = _LEVELS.get(checks[row["code"]].threat, "low")
        by_level[level][row["bucket"]] += row["number"]
    rows = [ThreatRow(checks[code], number) for code, number in totals.items() if number]
    rows.sort(key=lambda row: (-row.check.threat, -row.requests, row.check.title))
    series: dict[str, list[Any]] = {"at": [int(day.timestamp()) for day in days]}
    series |= {name: [counts[day] for day in days] for name, counts in by_level.items()}
    return rows, series


@dataclass(frozen=True)
class AnomalyFilters:
    kind: str = ""
    severity: str = ""
    ended: str = ""


def anomaly_page(project: Project, listing: Listing, filters: AnomalyFilters) -> Page[Anomaly]:
    found: QuerySet[Anomaly] = Anomaly.objects.filter(project=project)
    if filters.kind:
        found = found.filter(kind=filters.kind)
    if filters.severity:
        found = found.filter(severity=filters.severity)
    if filters.ended:
        found = found.filter(ended_at__isnull=filters.ended == GOING_ON)
    return listing.page_of(found.select_related("endpoint"))
