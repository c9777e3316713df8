"""Roll-ups made anew from raw rows, an hour at a time, while traffic goes on.

Minutes and hours are counted from `requests`, days are sums of hours. Each slice is one
transaction: what a batch adds meanwhile is either among the rows it reads, or waits for it.
"""

import logging
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from django.db import IntegrityError, OperationalError, transaction
from django.db.models import Max, Min, Q
from django.db.models import Sum as SumOf
from treblle_models.bulk import bulk_insert
from treblle_models.models import (
    Customer,
    Endpoint,
    EndpointHour,
    Environment,
    ProjectHour,
    Request,
)
from treblle_models.sums import Sum

from treblle_etl.load.grains import DAY, GRAINS, HOUR, Grain, Sums, beginning, merge_into, summed
from treblle_etl.load.rollups import rows_of

logger = logging.getLogger(__name__)

ATTEMPTS = 8
FIRST_PAUSE_S = 0.05
CHUNK_ROWS = 2_000
# How far `requested_at` may lie from `received_at` (`extract/clock.py`), and a little more.
LONGEST_BEFORE = timedelta(days=1, minutes=1)
LONGEST_AFTER = timedelta(minutes=6)
T = TypeVar("T")
# What roll-ups ask of a request.
COLUMNS = (
    "id", "project_id", "endpoint_id", "customer_id", "environment_id", "requested_at", "status",
    "load_time_ms", "request_size_bytes", "response_size_bytes", "country", "device", "os", "app",
    "agent_kind",
)  # fmt: skip
FINE = tuple(grain for grain in GRAINS if grain.bucket < DAY)
COARSE = tuple(grain for grain in GRAINS if grain.bucket == DAY)


@dataclass(frozen=True)
class Slice:
    """One hour: how many requests the roll-ups counted before, and how many rows there are; both
    without those of endpoints that people ignore now.
    """

    hour: datetime
    counted: int
    rows: int
    # Not so where rows are fewer: retention took them, and only roll-ups still tell of them.
    is_rebuilt: bool


def span_of(project_id: int) -> tuple[datetime, datetime] | None:
    """The first hour with rows, and the end of the last one; None where there are none."""
    found = Request.objects.filter(project_id=project_id).aggregate(
        first=Min("received_at"), last=Max("received_at")
    )
    if found["first"] is None:
        return None
    first = beginning(found["first"] - LONGEST_BEFORE, HOUR)
    return first, beginning(found["last"] + LONGEST_AFTER, HOUR) + HOUR


def rebuild(
    project_id: int, start: datetime, end: datetime, *, force: bool = False
) -> Iterator[Slice]:
    """Every hour from `start` to `end` that holds anything, as soon as it is done.

    An hour of which roll-ups count more than there are rows is left alone unless forced. Bounds
    are taken to whole hours.
    """
    hour = beginning(start, HOUR)
    changed_days: set[datetime] = set()
    while hour < end:
        done = _retried(lambda at=hour: _rebuild_hour(project_id, at, force))  # type: ignore[misc]
        if done is not None:
            yield done
            if done.is_rebuilt:
                changed_days.add(beginning(hour, DAY))
        hour += HOUR
        for day in [each for each in changed_days if each + DAY <= hour or hour >= end]:
            _retried(lambda at=day: _rebuild_day(project_id, at))  # type: ignore[misc]
            changed_days.discard(day)


def _rebuild_hour(project_id: int, hour: datetime, force: bool) -> Slice | None:
    with transaction.atomic():
        ignored = _ignored(project_id)
        counted = _counted(project_id, hour, ignored)
        removed = sum(_removed(grain, project_id, hour, hour + HOUR) for grain in FINE)
        sums = _sums_of_rows(project_id, hour, ignored)
        rows = sum(one.requests for one in sums[FINE[0]].values())
        if not (removed or rows):
            return None
        if rows < counted and not force:
            transaction.set_rollback(True)
            return Slice(hour, counted, rows, is_rebuilt=False)
        for grain in FINE:
            bulk_insert(rows_of(grain, sums[grain], sums[grain].keys()))
        return Slice(hour, counted, rows, is_rebuilt=True)


def _ignored(project_id: int) -> set[int]:
    """Endpoints whose requests do not count, by themselves or as parts of others."""
    rows = Endpoint.objects.filter(
        Q(merged_into=None, is_ignored=True) | Q(merged_into__is_ignored=True),
        project_id=project_id,
    )
    return set(rows.values_list("pk", flat=True))


def _counted(project_id: int, hour: datetime, ignored: set[int]) -> int:
    """Requests that the hour counts, without those loaded before people ignored their endpoint."""
    kept = ProjectHour.objects.filter(project_id=project_id, bucket=hour).first()
    if kept is None or not ignored:
        return kept.requests if kept else 0
    own = EndpointHour.objects.filter(project_id=project_id, bucket=hour, endpoint_id__in=ignored)
    return kept.requests - (own.aggregate(n=SumOf("requests"))["n"] or 0)


def _rebuild_day(project_id: int, day: datetime) -> None:
    with transaction.atomic():
        for grain in COARSE:
            fine = next(each for each in FINE if each.by == grain.by and each.bucket == HOUR)
            sums: Sums = {}
            hours = fine.model._default_manager.filter(
                project_id=project_id, bucket__gte=day, bucket__lt=day + DAY
            ).order_by(*fine.names)
            for row in hours.select_for_update():
                values = {name: getattr(row, name) for name in grain.names} | {"bucket": day}
                merge_into(sums, tuple(values[name] for name in grain.names), Sum.of_bucket(row))
            _removed(grain, project_id, day, day + DAY)
            bulk_insert(rows_of(grain, sums, sums.keys()))


def _sums_of_rows(project_id: int, hour: datetime, ignored: set[int]) -> dict[Grain, Sums]:
    """`requested_at` has no index, but lies near `received_at`, which has one."""
    rows = Request.objects.filter(
        project_id=project_id,
        received_at__gte=hour - LONGEST_AFTER,
        received_at__lt=hour + HOUR + LONGEST_BEFORE,
        requested_at__gte=hour,
        requested_at__lt=hour + HOUR,
    )
    customers = Customer.objects.filter(project_id=project_id, pk__in=rows.values("customer_id"))
    environments = Environment.objects.filter(project_id=project_id)
    stream = rows.only(*COLUMNS).order_by("received_at", "uuid").iterator(CHUNK_ROWS)
    return summed(
        (row for row in stream if row.endpoint_id not in ignored),
        {pk: str(uuid) for pk, uuid in customers.values_list("pk", "uuid")},
        {pk: str(uuid) for pk, uuid in environments.values_list("pk", "uuid")},
    )


def _removed(grain: Grain, project_id: int, start: datetime, end: datetime) -> int:
    rows = grain.model._default_manager.filter(
        project_id=project_id, bucket__gte=start, bucket__lt=end
    )
    return rows.delete()[0]


def _retried(work: Callable[[], T]) -> T:
    """A batch that met the slice at the same rows: one of the two runs again."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return work()
        except (IntegrityError, OperationalError):
            if attempt == ATTEMPTS:
                raise
            logger.info("slice runs again")
            time.sleep(FIRST_PAUSE_S * 2**attempt * random.random())  # noqa: S311 (jitter)
    raise AssertionError("the last attempt returns or raises")
