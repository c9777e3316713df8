"""History of endpoints that people ignore, or heed again: roll-ups are made anew from the rows.

What is left to do stands in `recount_from` of the endpoints, so a broken off run goes on, and each
hour counts once. Hours of which retention has taken rows stay as they are.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from treblle_models.models import Endpoint, EndpointHour, Request

from treblle_etl.load import rebuilding

HOUR = timedelta(hours=1)
# Workers learn of a correction within seconds; what they counted meanwhile is looked for once more.
SETTLED_AFTER = timedelta(seconds=30)


def follow(project_id: int, is_over: Callable[[], bool] = lambda: False) -> bool:
    """Bring the roll-ups of endpoints that are ignored, or no longer so, up to date; whether all
    is done. Each call does one hour at least."""
    waiting = list(
        Endpoint.objects.filter(
            project_id=project_id, recount_from__isnull=False, merged_into=None
        ).order_by("pk")
    )
    span = rebuilding.span_of(project_id) if waiting else None
    if span is None:
        _advance(waiting, None)
        return True
    hour = max(span[0], _hour_of(min(filter(None, (each.recount_from for each in waiting)))))
    while hour < span[1]:
        due = [each for each in waiting if each.recount_from and each.recount_from < hour + HOUR]
        if _is_otherwise(project_id, due, hour):
            # Left as it is where retention has taken rows of what still counts.
            list(rebuilding.rebuild(project_id, hour, hour + HOUR))
        hour += HOUR
        if not _advance(due, hour):
            # A person was quicker: what was said last is followed from its beginning.
            return False
        if is_over() and hour < span[1]:
            return False
    now = datetime.now(UTC)
    _advance([each for each in waiting if each.updated_at < now - SETTLED_AFTER], None)
    return True


def is_waiting(project_id: int) -> bool:
    """Whether there is something to look for once more."""
    waiting = Endpoint.objects.filter(project_id=project_id, recount_from__isnull=False)
    return waiting.filter(merged_into=None).exists()


def _advance(endpoints: list[Endpoint], until: datetime | None) -> bool:
    """Note how far the work is; False where an endpoint was corrected meanwhile."""
    for endpoint in endpoints:
        rows = Endpoint.objects.filter(pk=endpoint.pk, updated_at=endpoint.updated_at)
        if not rows.update(recount_from=until):
            return False
        endpoint.recount_from = until
    return True


def _is_otherwise(project_id: int, endpoints: list[Endpoint], hour: datetime) -> bool:
    """Whether roll-ups of the hour count otherwise than they should."""
    ids = [each.pk for each in endpoints]
    rollups = EndpointHour.objects.filter(
        project_id=project_id, bucket=hour, endpoint_id__in=ids
    ).values_list("endpoint_id", "requests")
    counted = dict(rollups)
    for endpoint in endpoints:
        wanted = 0
        if not endpoint.is_ignored:
            wanted = _rows(project_id, endpoint, hour)
        if counted.get(endpoint.pk, 0) != wanted:
            return True
    return False


def _rows(project_id: int, endpoint: Endpoint, hour: datetime) -> int:
    """Its requests of an hour: `requested_at` has no index, but lies near `received_at`."""
    return Request.objects.filter(
        project_id=project_id,
        endpoint=endpoint,
        received_at__gte=hour - rebuilding.LONGEST_AFTER,
        received_at__lt=hour + HOUR + rebuilding.LONGEST_BEFORE,
        requested_at__gte=hour,
        requested_at__lt=hour + HOUR,
    ).count()


def _hour_of(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)
