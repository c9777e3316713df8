"""Where one event is: from the raw object it came in to the row it became, or why it did not."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from uuid import UUID

from treblle_models.models import DeadLetter, LedgerEntry, Request
from treblle_service import raw_objects
from treblle_service.store import ObjectStore

# An SDK makes the id before it sends, and may send late.
BEFORE = timedelta(minutes=1)


def trace(store: ObjectStore, event_id: UUID, within: timedelta) -> Iterator[str]:
    """A line a finding. Raw objects are read from the time in the id on, for `within`."""
    yield from _row(event_id)
    found = False
    for key, received_at in _raw(store, event_id, within):
        found = True
        yield f"raw object     {key}, received {received_at}"
        yield f"ledger         {_ledger(key)}"
    if not found:
        yield f"raw object     none within {within} of the id's time (or retention has removed it)"
    for letter in DeadLetter.objects.filter(event_id=event_id).order_by("created_at"):
        replayed = f", replayed {letter.replayed_at:%F %T}" if letter.replayed_at else ""
        yield f"dead letter    {letter.reason}: {letter.message}{replayed}"


def _row(event_id: UUID) -> Iterator[str]:
    rows = Request.objects.filter(uuid=event_id).select_related("project")[:5]
    for row in rows:
        yield (
            f"row            {row.method} of project {row.project.uuid}, received"
            f" {row.received_at:%F %T.%f}, loaded {row.loaded_at:%F %T.%f}"
            f" ({(row.loaded_at - row.received_at).total_seconds():.3f} s later)"
        )
        yield f"details        {row.details_key or 'none'}"
    if not rows:
        yield "row            none"


def _raw(store: ObjectStore, event_id: UUID, within: timedelta) -> Iterator[tuple[str, str]]:
    made = datetime.fromtimestamp((event_id.int >> 80) / 1000, UTC)
    first = raw_objects.first_key(made - BEFORE)
    beyond = raw_objects.first_key(min(made + within, datetime.now(UTC)))
    keys = store.keys(raw_objects.PREFIX, start_after=first)
    for key in takewhile(lambda key: key < beyond, keys):
        for line in raw_objects.decode(key, store.get(key)):
            if str(event_id).encode() in line:
                known = json.loads(line)
                if known["id"] == str(event_id):
                    yield key, known["received_at"]


def _ledger(key: str) -> str:
    entry = LedgerEntry.objects.filter(object_key=key).first()
    if entry is None:
        return "not processed yet"
    return (
        f"processed {entry.processed_at:%F %T}: {entry.loaded} loaded,"
        f" {entry.duplicates} duplicates, {entry.dead_letters} dead letters"
    )
