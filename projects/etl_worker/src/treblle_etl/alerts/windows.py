"""Roll-ups of a rule's scope over a window: one project, endpoint or environment."""

import statistics
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from treblle_models.histogram import Histogram
from treblle_models.models import (
    AlertRule,
    DimensionHour,
    DimensionRollup,
    EndpointHour,
    EndpointMinute,
    ProjectHour,
    ProjectMinute,
    Rollup,
)

# Requests of a minute are loaded within seconds after it; what is younger is left for later.
SETTLES_WITHIN = timedelta(seconds=10)
# Longer windows are counted by hours, and environments always: they have no minutes.
LONGEST_BY_MINUTES = 180
DAYS_COMPARED = 7
# Fewer days of history say nothing of what is usual.
LEAST_DAYS = 2


@dataclass
class Totals:
    requests: int = 0
    errors: int = 0
    load_times: Histogram = field(default_factory=Histogram)


def totals(rule: AlertRule, now: datetime) -> Totals:
    """Over the rule's window that ended just now."""
    by_hours = rule.environment_id is not None or rule.window_minutes > LONGEST_BY_MINUTES
    end = (now - SETTLES_WITHIN).replace(second=0, microsecond=0)
    start = end - timedelta(minutes=rule.window_minutes)
    if by_hours:
        start = start.replace(minute=0)
    sums = Totals()
    for row in _rows(rule, by_hours).filter(bucket__gte=start, bucket__lt=end):
        sums.requests += row.requests
        sums.errors += row.client_errors + row.server_errors
        sums.load_times.merge(row.histogram())
    return sums


def usual_requests(rule: AlertRule, now: datetime) -> float | None:
    """In a window of this length at this hour of the day: the median of the last seven days.

    None while the project is too young to have a usual.
    """
    began = rule.project.first_request_at
    middle = now - timedelta(minutes=rule.window_minutes / 2)
    hour = middle.replace(minute=0, second=0, microsecond=0)
    days = [hour - timedelta(days=n) for n in range(1, DAYS_COMPARED + 1)]
    days = [day for day in days if began is not None and day >= began]
    if len(days) < LEAST_DAYS:
        return None
    rows = _rows(rule, by_hours=True).filter(bucket__in=days)
    counted = dict(rows.values_list("bucket", "requests"))
    an_hour: float = statistics.median(counted.get(day, 0) for day in days)
    return an_hour * rule.window_minutes / 60


def _rows(rule: AlertRule, by_hours: bool) -> Any:
    scope: dict[str, Any] = {"project_id": rule.project_id}
    model: type[Rollup]
    if rule.endpoint_id is not None:
        model = EndpointHour if by_hours else EndpointMinute
        scope["endpoint_id"] = rule.endpoint_id
    elif rule.environment is not None:
        model = DimensionHour
        scope["dimension"] = DimensionRollup.Dimension.ENVIRONMENT
        scope["value"] = str(rule.environment.uuid)
    else:
        model = ProjectHour if by_hours else ProjectMinute
    return model._default_manager.filter(**scope)
