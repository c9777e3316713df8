"""How long an endpoint usually takes, from its roll-ups of the last week: slow ones stand out."""

import time
from datetime import datetime, timedelta

from treblle_models.histogram import Histogram
from treblle_models.models import EndpointDay

LOOKS_BACK = timedelta(days=7)
# Fewer load times than these say nothing of what is usual.
ENOUGH = 100
REMEMBERED_S = 300.0
REMEMBERED = 20_000
SHARE = 0.95

# By (project id, endpoint id): the time until which the answer holds, and the answer.
_known: dict[tuple[int, int], tuple[float, float | None]] = {}


def p95_ms(project_id: int, endpoint_id: int, at: datetime) -> float | None:
    """The load time that 95 of 100 requests stay below; None while too few are known."""
    key = project_id, endpoint_id
    until, known = _known.get(key, (0.0, None))
    if until > time.monotonic():
        return known
    histogram = Histogram()
    days = EndpointDay.objects.filter(
        project_id=project_id,
        endpoint_id=endpoint_id,
        bucket__gte=at - LOOKS_BACK,
        bucket__lte=at,
    )
    for day in days:
        histogram.merge(day.histogram())
    found = histogram.percentile(SHARE) if histogram.count >= ENOUGH else None
    if len(_known) >= REMEMBERED:
        _known.clear()
    _known[key] = time.monotonic() + REMEMBERED_S, found
    return found


def forget() -> None:
    """Drop what is remembered, as after roll-ups were rebuilt."""
    _known.clear()
