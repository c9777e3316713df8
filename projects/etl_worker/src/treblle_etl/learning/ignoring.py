"""History of endpoints that people ignore, or heed again: roll-ups are made anew from the rows.

So each hour counts once, whatever was broken off. Hours of which retention has taken rows stay as
they are.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from treblle_models.models import Endpoint, EndpointHour, ProjectHour, Request

from treblle_etl.load import rebuilding

HOUR = timedelta(hours=1)


def follow(project_id: int, is_over: Callable[[], bool] = lambda: False) -> bool:
    """Take what is ignored out of the roll-ups; whether all is done. What is left to do is where
    an ignored endpoint has roll-ups: each call does one hour at least."""
    for hour in _hours(project_id):
        if _has_all_rows(project_id, hour):
            _rebuild(project_id, hour)
            if is_over():
                return False
    return True


def heed(endpoint: Endpoint) -> None:
    """Count the requests of an endpoint again that were loaded while it was ignored."""
    rows = Request.objects.filter(project_id=endpoint.project_id, endpoint=endpoint)
    times = rows.values_list("requested_at", flat=True).iterator()
    for hour in sorted({_hour_of(at) for at in times}):
        if _has_all_rows(endpoint.project_id, hour):
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


def _has_all_rows(project_id: int, hour: datetime) -> bool:
    counted = ProjectHour.objects.filter(project_id=project_id, bucket=hour).first()
    rows = Request.objects.filter(
        project_id=project_id,
        received_at__gte=hour - rebuilding.LONGEST_AFTER,
        received_at__lt=hour + HOUR + rebuilding.LONGEST_BEFORE,
        requested_at__gte=hour,
        requested_at__lt=hour + HOUR,
    )
    return counted is None or rows.count() >= counted.requests


def _rebuild(project_id: int, hour: datetime) -> None:
    # Fewer rows than counted is what is wished here: `_has_all_rows` has looked for the others.
    for _ in rebuilding.rebuild(project_id, hour, hour + HOUR, force=True):
        pass


def _hour_of(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)
