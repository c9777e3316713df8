"""Raw objects read and loaded again: those of dead letters, or all of a span of time.

An object that was processed is in the ledger already, so it is loaded under a name of its own;
events that went in before are known by their id and change nothing. What was lost or rejected
the first time comes in now, and the numbers are those of everything loaded once.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from django.db.models import QuerySet
from treblle_models.identity import uuid7
from treblle_models.models import DeadLetter, LedgerEntry
from treblle_service.store import ObjectStore

from treblle_etl import pipeline
from treblle_etl.load.batch import Loaded
from treblle_etl.sweeper import keys_between


def replay(letters: QuerySet[DeadLetter]) -> Iterator[tuple[int, Loaded]]:
    """One object after the other; yields how many were read and what the last one gave."""
    keys = letters.order_by("object_key").values_list("object_key", flat=True).distinct()
    yield from _replayed(list(keys))


def replay_between(
    store: ObjectStore, start: datetime, end: datetime
) -> Iterator[tuple[int, Loaded]]:
    """Every raw object written from `start` (included) to `end` (left out); yields as `replay`."""
    yield from _replayed(keys_between(store, start, end))


def _replayed(keys: Iterable[str]) -> Iterator[tuple[int, Loaded]]:
    for number, key in enumerate(keys, 1):
        # Every letter of the object: reading it again makes new ones of what still fails.
        waiting = DeadLetter.objects.filter(object_key=key, replayed_at=None)
        tried = list(waiting.values_list("pk", flat=True))
        if LedgerEntry.objects.filter(object_key=key).exists():
            loaded = pipeline.of_this_process().reprocess(key, f"replay/{uuid7()}")
        else:
            loaded = pipeline.of_this_process().process([key])
        DeadLetter.objects.filter(pk__in=tried).update(replayed_at=datetime.now(UTC))
        yield number, loaded
