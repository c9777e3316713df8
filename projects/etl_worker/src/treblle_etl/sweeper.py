"""Finds raw objects whose event or task was lost, and sends them again.

An object is lost when it is older than SWEEP_AFTER_S and not in the ledger. While tasks wait, it
must also be older than what they load now, by far: else it only waits its turn. One that was sent
again MAX_SWEEPS times and still is not processed becomes a dead letter: it can be replayed, and
does not go round for ever.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from treblle_models.models import DeadLetter, LedgerEntry
from treblle_service import raw_objects
from treblle_service.store import ObjectStore, open_store

from treblle_etl import lag
from treblle_etl.celery import app
from treblle_etl.waiting import QUEUE, SLOW_LANE, waiting_tasks

MAX_SWEEPS = 10
BEHIND_FACTOR = 2
REMEMBERED_S = 3 * 24 * 3600
CHUNK = 500
KEYS_PER_TASK = 20
HOUR = timedelta(hours=1)


@dataclass
class Found:
    """What a sweep did, in objects."""

    sent: int = 0
    given_up: int = 0


def sweep(window_s: int) -> Found:
    """Look at the objects of the last `window_s` seconds, oldest first."""
    now = datetime.now(UTC)
    found, behind_s = Found(), _behind_s()
    if behind_s is None:
        return found
    oldest = now - timedelta(seconds=window_s)
    newest = now - timedelta(seconds=settings.SWEEP_AFTER_S + BEHIND_FACTOR * behind_s)
    store = open_store(settings.RAW_STORE_URL)
    for keys in _chunks(keys_between(store, oldest, newest)):
        lost = _not_processed(keys)
        hopeless = {key for key in lost if _times_swept(key) > MAX_SWEEPS}
        _give_up(sorted(hopeless), now)
        found.given_up += len(hopeless)
        found.sent += send(key for key in lost if key not in hopeless)
    return found


def _behind_s() -> float | None:
    """How far behind the tasks are that wait, in seconds; None where they wait and none ends."""
    behind_s = 0.0
    for queue, slow_lane in ((QUEUE, False), (SLOW_LANE, True)):
        if waiting_tasks(app, queue):
            found = lag.current(slow_lane=slow_lane)
            if found is None:
                return None
            behind_s = max(behind_s, found)
    return behind_s


def keys_between(store: ObjectStore, start: datetime, end: datetime) -> Iterator[str]:
    """Keys of raw objects written from `start` to `end`, by the time in their name."""
    # Keys sort by hour, then by the time in their name.
    first = raw_objects.first_key(start)
    beyond = raw_objects.hour_prefix(end + HOUR)
    for key in store.keys(raw_objects.PREFIX, start_after=first):
        if key >= beyond:
            return
        written = raw_objects.written_at(key)
        if written is None or written < end:
            yield key


def send(keys: Iterable[str]) -> int:
    """Make tasks of objects; how many objects."""
    count = 0
    keys = iter(keys)
    while part := list(islice(keys, KEYS_PER_TASK)):
        app.send_task("treblle_etl.process_objects", kwargs={"keys": part})
        count += len(part)
    return count


def _chunks(keys: Iterator[str]) -> Iterator[list[str]]:
    while chunk := list(islice(keys, CHUNK)):
        yield chunk


def _not_processed(keys: list[str]) -> list[str]:
    known = set(
        LedgerEntry.objects.filter(object_key__in=keys).values_list("object_key", flat=True)
    )
    return [key for key in keys if key not in known]


def _times_swept(key: str) -> int:
    """How often it was found lost, this time included."""
    name = f"swept:{key}"
    cache.add(name, 0, REMEMBERED_S)
    return cache.incr(name)


def _give_up(keys: list[str], now: datetime) -> None:
    message = f"sent to a worker {MAX_SWEEPS} times and never finished"
    with transaction.atomic():
        LedgerEntry.objects.bulk_create(
            [LedgerEntry(object_key=key, processed_at=now, dead_letters=1) for key in keys],
            ignore_conflicts=True,
        )
        DeadLetter.objects.bulk_create(
            [DeadLetter(object_key=key, reason="gave_up", message=message) for key in keys]
        )
