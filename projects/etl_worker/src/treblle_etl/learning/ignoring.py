"""History of endpoints that people ignore, or heed again: roll-ups are made anew from the rows.

So each hour counts once, whatever was broken off. Hours of which retention has taken rows stay as
they are.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from treblle_models.models import Endpoint, EndpointHour, Request

from treblle_etl.load import rebuilding

HOUR = timedelta(hours=1)


def follow(project_id: int, is_over: Callable[[], bool] = lambda: False) -> bool:
    """Take what is ignored out of the roll-ups; whether all is done. What is left to do is where
    an ignored endpoint has roll-ups: each call does one hour at least."""
    rebuilt = (_rebuild(project_id, hour) for hour in _hours(project_id))
    return not any(was_rebuilt and is_over() for was_rebuilt in rebuilt)


def heed(endpoint: Endpoint) -> None:
    """Count the requests of an endpoint again that were loaded while it was ignored."""
    rows = Request.objects.filter(project_id=endpoint.project_id, endpoint=endpoint)
    times = rows.values_list("requested_at", flat=True).iterator()
    for hour in sorted({_hour_of(at) for at in times}):
        _rebuild(endpoint.project_id, hour)


def _hours(project_id: int) -> list[datetime]:
    ignored = Endpoint.objects.filter(project_id=project_id, is_ignored=True, merged_into=None)
    ids = list(ignored.values_list("pk", flat=True))
    span = rebuilding.span_of(project_id) if ids else None
    if span is None:
        return []
    rows = EndpointHour.objects.filter(
        project_id=project_id, endpoint_id__in=ids, bucket__gte=span[0]
    )
    return sorted(set(rows.values_list("bucket", flat=True)))


def _rebuild(project_id: int, hour: datetime) -> bool:
    """Whether it was made anew: not where retention has taken rows of what still counts."""
    done = list(rebuilding.rebuild(project_id, hour, hour + HOUR))
    return any(each.is_rebuilt for each in done)


def _hour_of(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)
