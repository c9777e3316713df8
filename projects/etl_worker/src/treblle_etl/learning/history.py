"""History follows endpoints that became part of others: requests, roll-ups, problems and the rest.

In small steps, each a transaction of its own. What is left to do is what still names an endpoint
with `merged_into`: so a broken off run goes on where it was, a finished one changes nothing, and
each count is moved once. Roll-ups of hours go last: they tell in which days there may be more.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Final

from django.db.models import Min, Q
from treblle_models.models import (
    Endpoint,
    EndpointDay,
    EndpointHour,
    EndpointMinute,
    Request,
    Rollup,
)
from treblle_models.models.rollups import EndpointRollup

from treblle_etl.learning import relations
from treblle_etl.learning.steps import step

# By endpoint: the one it is part of.
Moves = dict[int, int]
DAY: Final = timedelta(days=1)
# A request lies in its roll-up's bucket by `requested_at`, and is received up to so much later.
LATEST: Final = timedelta(days=1)
EARLIEST: Final = timedelta(minutes=5)
WINDOW: Final = timedelta(hours=6)  # of requests moved in one step
MAX_MOVES: Final = 200  # endpoints in one statement
# Workers learn of a merge within seconds; what they loaded meanwhile lies in these days.
RECENT: Final = timedelta(days=2)


def follow(
    project_id: int,
    *,
    since: datetime | None = None,
    is_over: Callable[[], bool] = lambda: False,
) -> bool:
    """Move all that names an endpoint of the project that became part of another.

    `since` leaves roll-ups of earlier days alone. Whether all is done: `is_over` is asked between
    days, and what is left then is the next call's; each call does one day at least.
    """
    moves = sorted(moves_of(project_id).items())
    for start in range(0, len(moves), MAX_MOVES):
        chunk = dict(moves[start : start + MAX_MOVES])
        if since is None:
            step(partial(_note_beginnings, project_id, chunk))
        for day in _days(project_id, chunk, since):
            for work in _steps_of(day, project_id, chunk):
                step(work)
            if is_over():
                return False
        for move in relations.MOVES:
            step(partial(move, project_id, chunk))
    if since is None:
        ended = Endpoint.objects.filter(project_id=project_id, history_from__isnull=False)
        ended.update(history_from=None)
    return True


def moves_of(project_id: int) -> Moves:
    """Endpoints of a project that became part of others; chains lead to their end."""
    rows = Endpoint.objects.filter(project_id=project_id, merged_into__isnull=False)
    direct: Moves = dict(rows.values_list("pk", "merged_into_id"))
    moves: Moves = {}
    for pk in direct:
        end, seen = direct[pk], {pk}
        while end in direct and end not in seen:
            seen.add(end)
            end = direct[end]
        if end != pk and end not in direct:
            moves[pk] = end
    return moves


def _note_beginnings(project_id: int, moves: Moves) -> None:
    """From when on endpoints are given something: people are told the share that is done."""
    rows = EndpointHour.objects.filter(project_id=project_id, endpoint_id__in=list(moves))
    beginnings: dict[int, datetime] = {}
    for old, first in rows.order_by().values_list("endpoint_id").annotate(Min("bucket")):
        end = moves[old]
        beginnings[end] = min(first, beginnings.get(end, first))
    for end, first in sorted(beginnings.items()):
        later = Q(history_from=None) | Q(history_from__gt=first)
        Endpoint.objects.filter(later, pk=end).update(history_from=first)


def _steps_of(day: datetime, project_id: int, moves: Moves) -> Iterator[Callable[[], object]]:
    for start, end in _windows(day):
        yield partial(_move_requests, project_id, moves, start, end)
    for hour in range(24):
        start = day + timedelta(hours=hour)
        end = start + timedelta(hours=1)
        yield partial(_move_rollups, EndpointMinute, project_id, moves, start, end)
    for model in (EndpointDay, EndpointHour):
        yield partial(_move_rollups, model, project_id, moves, day, day + DAY)


def _days(project_id: int, moves: Moves, since: datetime | None) -> list[datetime]:
    """The days, oldest first, in which the endpoints have roll-ups: hours are moved last."""
    rows = EndpointHour.objects.filter(project_id=project_id, endpoint_id__in=list(moves))
    if since is not None:
        rows = rows.filter(bucket__gte=since)
    buckets = rows.values_list("bucket", flat=True).distinct()
    return sorted({bucket.replace(hour=0) for bucket in buckets})


def _windows(day: datetime) -> Iterator[tuple[datetime, datetime]]:
    """When the requests of a day's roll-ups may have been received, in pieces."""
    start, end = day - EARLIEST, min(day + DAY + LATEST, datetime.now(UTC) + EARLIEST)
    while start < end:
        yield start, min(start + WINDOW, end)
        start += WINDOW


def _move_requests(project_id: int, moves: Moves, start: datetime, end: datetime) -> int:
    rows = Request.objects.filter(
        project_id=project_id,
        received_at__gte=start,
        received_at__lt=end,
        endpoint_id__in=list(moves),
    )
    return rows.update(endpoint_id=relations.moved_to(moves))


def _move_rollups(
    model: type[EndpointRollup], project_id: int, moves: Moves, start: datetime, end: datetime
) -> None:
    """Add rows of moved endpoints to those of the same bucket, and remove them."""
    ends = [*moves, *set(moves.values())]
    rows = model._default_manager.select_for_update().filter(
        project_id=project_id, bucket__gte=start, bucket__lt=end, endpoint_id__in=ends
    )
    stored: dict[tuple[datetime, int], Any] = {
        (row.bucket, row.endpoint_id): row
        for row in rows.order_by("project_id", "bucket", "endpoint_id")
    }
    for (bucket, old), row in list(stored.items()):
        if old not in moves:
            continue
        target = stored.get((bucket, moves[old]))
        if target is None:
            model._default_manager.filter(pk=row.pk).update(endpoint_id=moves[old])
            stored[bucket, moves[old]] = row
        else:
            _add(target, row)
            model._default_manager.filter(pk=row.pk).delete()


_COUNTS: Final = (
    "requests",
    "client_errors",
    "server_errors",
    "request_bytes",
    "response_bytes",
    "load_time_sum_ms",
)


def _add(target: Rollup, row: Rollup) -> None:
    histogram = target.histogram()
    histogram.merge(row.histogram())
    for name in _COUNTS:
        setattr(target, name, getattr(target, name) + getattr(row, name))
    target.load_times = histogram.to_bytes()
    target.save(update_fields=[*_COUNTS, "load_times"])
