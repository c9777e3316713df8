"""Series and breakdowns of one metric. All come from roll-ups, never from single requests."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import QuerySet, Sum
from django.utils import timezone
from rest_framework.exceptions import ValidationError
from treblle_models import models
from treblle_models.models import Customer, Endpoint, Environment, Project

from treblle_api.analytics.metrics import COLUMNS, METRICS, Numbers, needs_histograms

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
STEPS: Final = {"minute": MINUTE, "hour": HOUR, "day": DAY}
# Points in one answer, and rows that are read for it.
MOST_POINTS: Final = 1_500
# Without an interval, a range is summed up in hours to this length and in days beyond.
IN_HOURS: Final = timedelta(days=3)
LONGEST: Final = timedelta(days=1100)
TABLES: Final[dict[tuple[str, str], Any]] = {
    ("project", "minute"): models.ProjectMinute,
    ("project", "hour"): models.ProjectHour,
    ("project", "day"): models.ProjectDay,
    ("endpoint", "minute"): models.EndpointMinute,
    ("endpoint", "hour"): models.EndpointHour,
    ("endpoint", "day"): models.EndpointDay,
    ("dimension", "hour"): models.DimensionHour,
    ("dimension", "day"): models.DimensionDay,
}
FILTERS: Final = ("endpoint", "customer", "environment")


@dataclass(frozen=True)
class Question:
    """What is asked, with its range on the bounds of buckets."""

    metric: str
    group: str | None
    interval: str | None
    start: datetime
    end: datetime
    limit: int
    # The one filter, as a name and a uuid.
    only: tuple[str, UUID] | None

    @property
    def step(self) -> str:
        """The bucket of the roll-ups that are read."""
        if self.interval:
            return self.interval
        return "hour" if self.end - self.start <= IN_HOURS else "day"

    @property
    def kind(self) -> str:
        by = self.group or (self.only[0] if self.only else None)
        if by is None:
            return "project"
        return "endpoint" if by == "endpoint" else "dimension"


def question_of(asked: dict[str, Any]) -> Question:
    """Raises `ValidationError` for what roll-ups cannot answer, by parameter."""
    given = [(name, asked[name]) for name in FILTERS if name in asked]
    group, interval = asked.get("group"), asked.get("interval")
    if len(given) > 1:
        raise ValidationError({given[1][0]: [f"Not together with {given[0][0]}."]})
    if given and group not in (None, given[0][0]):
        raise ValidationError({given[0][0]: [f"Not together with a breakdown by {group}."]})
    # To the end of the minute, so that the same answer has the same ETag for a while.
    end = asked.get("end") or _floor(timezone.now(), MINUTE) + MINUTE
    start = asked.get("start") or end - DAY
    if start >= end:
        raise ValidationError({"start": ["It must lie before the end."]})
    if end - start > LONGEST:
        raise ValidationError({"start": [f"At most {LONGEST.days} days before the end."]})
    question = Question(
        metric=asked["metric"],
        group=group,
        interval=interval,
        start=start,
        end=end,
        limit=asked["limit"],
        only=given[0] if given else None,
    )
    if (question.kind, question.step) not in TABLES:
        raise ValidationError({"interval": ["Minutes are counted for project and endpoints only."]})
    if interval and (end - start) / STEPS[interval] > MOST_POINTS:
        raise ValidationError(
            {
                "interval": [
                    f"More than {MOST_POINTS} points: take a longer one, or a shorter range."
                ]
            }
        )
    return Question(**{**vars(question), "start": _floor(start, STEPS[question.step])})


def answer(project: Project, question: Question) -> dict[str, Any]:
    rows = _rows(project, question)
    key = _key_of(question)
    if question.group:
        sums = rows.values(key).annotate(total=Sum("requests")).order_by("-total", key)
        chosen = [row[key] for row in sums[: question.limit]]
        rows = rows.filter(**{f"{key}__in": chosen})
    else:
        chosen = [None]
    columns = ["bucket", *COLUMNS]
    if question.group:
        columns.append(key)
    if needs_histograms(question.metric):
        columns.append("load_times")
    totals: dict[Any, Numbers] = defaultdict(Numbers)
    series: dict[Any, dict[datetime, Numbers]] = defaultdict(lambda: defaultdict(Numbers))
    for row in rows.values(*columns).iterator():
        value = row[key] if question.group else None
        totals[value].add(row)
        if question.interval:
            series[value][row["bucket"]].add(row)
    names = _names(project, question, chosen)
    return {
        "metric": question.metric,
        "group": question.group,
        "interval": question.interval,
        "start": question.start,
        "end": question.end,
        "results": [
            {
                "value": names[value][0],
                "label": names[value][1],
                "requests": totals[value].requests,
                "total": METRICS[question.metric](totals[value]),
                "points": _points(question, series[value]),
            }
            for value in chosen
            if value in names
        ],
    }


def _rows(project: Project, question: Question) -> QuerySet[Any]:
    table = TABLES[question.kind, question.step]
    rows: QuerySet[Any] = table.objects.for_project(project).filter(
        bucket__gte=question.start, bucket__lt=question.end
    )
    if question.kind == "dimension":
        by = question.group or (question.only[0] if question.only else "")
        rows = rows.filter(dimension=by)
    if question.only:
        name, uuid = question.only
        if name == "endpoint":
            endpoints = Endpoint.objects.for_project(project).filter(uuid=uuid)
            rows = rows.filter(endpoint__in=endpoints.values("pk"))
        else:
            rows = rows.filter(value=str(uuid))
    return rows


def _key_of(question: Question) -> str:
    return "endpoint_id" if question.kind == "endpoint" else "value"


def _points(question: Question, found: dict[datetime, Numbers]) -> list[dict[str, Any]]:
    """One for each bucket of the range, whether or not there was any traffic in it."""
    if question.interval is None:
        return []
    metric, step = METRICS[question.metric], STEPS[question.interval]
    points, at, nothing = [], question.start, Numbers()
    while at < question.end:
        points.append({"at": at, "value": metric(found.get(at, nothing))})
        at += step
    return points


def _names(
    project: Project, question: Question, chosen: Iterable[Any]
) -> dict[Any, tuple[str | None, str]]:
    """For each value as it stands in roll-ups: as it goes out, and for people."""
    if question.group is None:
        return {None: (None, "All")}
    if question.group == "endpoint":
        endpoints = Endpoint.objects.for_project(project).filter(pk__in=list(chosen))
        return {each.pk: (str(each.uuid), str(each)) for each in endpoints}
    names = {value: (value, value or "Unknown") for value in chosen}
    model: Any = {"customer": Customer, "environment": Environment}.get(question.group)
    if model is not None:
        uuids = [value for value in names if value]
        for row in model.objects.for_project(project).filter(uuid__in=uuids):
            names[str(row.uuid)] = (str(row.uuid), str(row))
    return names


def _floor(moment: datetime, step: timedelta) -> datetime:
    moment = moment.astimezone(UTC)
    return moment - (moment - datetime(1970, 1, 1, tzinfo=UTC)) % step
