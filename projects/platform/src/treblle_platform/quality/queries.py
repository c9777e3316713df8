"""Scores over time, and every check with how it stands."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db.models import Count, Sum
from treblle_models.models import (
    EndpointCheckDay,
    EndpointCheckResult,
    EndpointScore,
    Project,
    ProjectCheckResult,
    ProjectScore,
    Stage,
)
from treblle_service.check_catalog import CATALOG, Check, Group

from treblle_platform.figures import grade
from treblle_platform.lists import Column, Listing, Page
from treblle_platform.quality.results import FAIL, OFF, PASS, UNCHECKED, URGENCY, WARNING

DAYS = 90
CHECK_DAYS = 30
WORST_ENDPOINTS = 8
DEFAULT_SORT = "outcome"
COLUMNS: Sequence[Column] = (
    Column("Check", key="title", css="c-main"),
    Column("Result", key="outcome", css="c-outcome"),
    Column("Weight", key="severity", falls=True, css="c-weight"),
    Column("Endpoints", key="endpoints", falls=True, number=True, hint="on which it does not pass"),
    Column("Since", css="c-time"),
)
ENDPOINT_COLUMNS: Sequence[Column] = (
    Column("Endpoint", key="path", css="c-main"),
    Column("Result", key="outcome", css="c-outcome"),
    Column("Evidence", css="c-evidence"),
    Column("Since", key="since", falls=True, css="c-time"),
    Column("Last seen", key="seen", falls=True, css="c-time"),
)
STAGES = (("run_time", "Traffic"), ("design_time", "Document"))


@dataclass(frozen=True)
class ScoreView:
    """The newest score of one stage; `delta` is what it gained over the last seven days."""

    stage: str
    label: str
    value: float
    groups: list[tuple[str, float]]
    at: datetime
    delta: float | None

    @property
    def grade(self) -> str:
        return grade(self.value)


@dataclass(frozen=True)
class Scores:
    newest: list[ScoreView]
    series: dict[str, list[Any]]


def scores_of(project: Project, now: datetime) -> Scores:
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    days = [today - timedelta(days=number) for number in range(DAYS - 1, -1, -1)]
    by_stage: dict[str, dict[datetime, ProjectScore]] = defaultdict(dict)
    for score in ProjectScore.objects.filter(project=project, bucket__gte=days[0]):
        by_stage[score.stage][score.bucket] = score
    series: dict[str, list[Any]] = {"at": [int(day.timestamp()) for day in days]}
    for stage in Stage.values:
        series[stage] = [
            round(by_stage[stage][day].value, 1) if day in by_stage[stage] else None for day in days
        ]
    newest = [_score_view(stage, by_stage[stage]) for stage in Stage if by_stage[stage]]
    return Scores(newest, series)


def _score_view(stage: Stage, scores: Mapping[datetime, ProjectScore]) -> ScoreView:
    last = scores[max(scores)]
    before = scores.get(last.bucket - timedelta(days=7))
    groups = [
        (group.label, float(last.groups[group.value]))
        for group in Group
        if isinstance(last.groups.get(group.value), int | float)
    ]
    return ScoreView(
        stage=stage.value,
        label=str(stage.label),
        value=last.value,
        groups=groups,
        at=last.bucket,
        delta=last.value - before.value if before else None,
    )


@dataclass
class CheckRow:
    """A check of the catalogue and how it stands: `failing` endpoints fail or warn."""

    check: Check
    outcome: str = UNCHECKED
    failing: int = 0
    since: datetime | None = None
    value: float | None = None
    evidence: str = ""
    request_uuid: UUID | None = None
    by_outcome: dict[str, int] = field(default_factory=dict)

    @property
    def is_off(self) -> bool:
        return self.outcome == OFF

    @property
    def uuid(self) -> UUID:
        """Checks are named by code; what sorts them wants a uuid."""
        return uuid5(NAMESPACE_URL, self.check.code)


VALUES: dict[str, Callable[[CheckRow], Any]] = {
    "title": lambda row: row.check.title.lower(),
    "outcome": lambda row: URGENCY[row.outcome] * 100 - int(row.check.severity) * 10,
    "severity": lambda row: int(row.check.severity),
    "endpoints": lambda row: row.failing,
}


def check_rows(project: Project) -> list[CheckRow]:
    """All of the catalogue, in its order."""
    rows = {code: CheckRow(check) for code, check in CATALOG.items()}
    counted = (
        EndpointCheckResult.objects.filter(project=project)
        .values("code", "outcome")
        .annotate(number=Count("pk"))
        .order_by("code", "outcome")
    )
    for found in counted:
        if row := rows.get(found["code"]):
            row.by_outcome[found["outcome"]] = found["number"]
    for row in rows.values():
        row.failing = row.by_outcome.get(FAIL, 0) + row.by_outcome.get(WARNING, 0)
        row.outcome = next((o for o in (FAIL, WARNING, PASS) if row.by_outcome.get(o)), UNCHECKED)
    for result in ProjectCheckResult.objects.filter(project=project).order_by("pk"):
        if row := rows.get(result.code):
            row.outcome, row.since, row.value = result.outcome, result.since, result.value
            row.evidence, row.request_uuid = result.evidence, result.request_uuid
    for code in project.disabled_checks:
        if row := rows.get(code):
            row.outcome = OFF
    return list(rows.values())


@dataclass(frozen=True)
class CheckFilters:
    text: str = ""
    outcome: str = ""
    group: str = ""
    stage: str = ""

    def fits(self, row: CheckRow) -> bool:
        text = self.text.lower()
        return (
            (not self.outcome or row.outcome == self.outcome)
            and (not self.group or row.check.group.value == self.group)
            and (not self.stage or row.check.stage.value == self.stage)
            and (not text or text in row.check.title.lower() or text in row.check.code)
        )


def check_page(rows: Sequence[CheckRow], listing: Listing, filters: CheckFilters) -> Page[CheckRow]:
    fitting = [row for row in rows if filters.fits(row)]
    value_of = VALUES[listing.sort.column.key]
    return listing.page_among(fitting, value_of, lambda row: row.uuid)


def worst_endpoints(project: Project) -> list[EndpointScore]:
    scores = EndpointScore.objects.filter(project=project, stage=Stage.RUN_TIME)
    newest = scores.order_by("-bucket").values("bucket")[:1]
    found = scores.filter(bucket=newest, endpoint__is_ignored=False, endpoint__merged_into=None)
    return list(found.select_related("endpoint").order_by("value", "pk")[:WORST_ENDPOINTS])


ENDPOINT_VALUES: dict[str, Callable[[EndpointCheckResult], Any]] = {
    "path": lambda result: f"{result.endpoint.template} {result.endpoint.method}",
    "outcome": lambda result: URGENCY[result.outcome],
    "since": lambda result: result.since.isoformat(),
    "seen": lambda result: result.last_seen_at.isoformat(),
}


def endpoints_of_check(
    project: Project, code: str, listing: Listing, outcome: str
) -> Page[EndpointCheckResult]:
    found = EndpointCheckResult.objects.filter(project=project, code=code)
    if outcome:
        found = found.filter(outcome=outcome)
    value_of = ENDPOINT_VALUES[listing.sort.column.key]
    return listing.page_among(
        found.select_related("endpoint"), value_of, lambda result: result.endpoint.uuid
    )


def check_days(project: Project, code: str, now: datetime) -> dict[str, list[Any]]:
    """For the chart: how many requests passed and failed, day by day (UTC)."""
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    days = [today - timedelta(days=number) for number in range(CHECK_DAYS - 1, -1, -1)]
    found = (
        EndpointCheckDay.objects.filter(project=project, code=code, bucket__gte=days[0])
        .values("bucket")
        .annotate(good=Sum("passed"), poor=Sum("failed"))
        .order_by("bucket")
    )
    counted = {row["bucket"]: (row["good"], row["poor"]) for row in found}
    return {
        "at": [int(day.timestamp()) for day in days],
        "passed": [counted.get(day, (0, 0))[0] for day in days],
        "failed": [counted.get(day, (0, 0))[1] for day in days],
    }
