"""Taking lines out of raw objects, for an erasure: of one API customer, or of whole projects.

Raw objects are closed to all but intake and ETL, so this stage is here; rows and details are
erased by the platform's worker after it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from uuid import UUID

from celery import current_app
from django.conf import settings
from django.db import transaction
from django.db.models import F
from treblle_models.models import DeadLetter, Erasure, Progress, Project
from treblle_service import raw_objects
from treblle_service.store import NotFound, ObjectStore, open_store

from treblle_etl.event import Event
from treblle_etl.extract import lines
from treblle_etl.pipeline import settings_of
from treblle_etl.transform.caller import caller_of
from treblle_etl.transform.paths import Templates
from treblle_etl.waiting import BACKGROUND

# As the platform notes it in an erasure (`treblle_platform.privacy.project`).
NOTES, CUSTOM_IDS = "notes", "custom_ids"
OBJECTS_A_TURN = 200
RAW_TASK = "treblle_etl.erase_raw"
ROWS_TASK, PLATFORM_QUEUE = "treblle_platform.erase", "platform"

IsTheirs = Callable[[Event], bool]


@dataclass(frozen=True)
class Turn:
    """What one turn did; `last_key` is where the next begins, None when all were searched."""

    lines: int
    objects: int
    last_key: str | None


def search(erasure: Erasure, store: ObjectStore, start_after: str) -> Turn:
    """The next objects after that key. Safe to run again: what is out is out."""
    theirs = _selection(erasure)
    keys = list(islice(store.keys(raw_objects.PREFIX, start_after), OBJECTS_A_TURN))
    erased, written = 0, 0
    if theirs is not None:
        wanted, is_theirs = theirs
        for key in keys:
            count = take_out(store, key, wanted, is_theirs)
            erased += count
            written += count > 0
    return Turn(erased, written, keys[-1] if len(keys) == OBJECTS_A_TURN else None)


def take_out(store: ObjectStore, key: str, custom_ids: frozenset[str], is_theirs: IsTheirs) -> int:
    """Write the object anew without the lines that are theirs; how many went.

    Dead letters name lines by their number: those after a line that goes move up.
    """
    try:
        found = raw_objects.decode(key, store.get(key))
    except (NotFound, ValueError):
        return 0
    gone: dict[int, UUID] = {}
    for number, line in enumerate(found):
        event = _event_of(line, custom_ids)
        if event is not None and is_theirs(event):
            gone[number] = event.uuid
    if not gone:
        return 0
    left = [line for number, line in enumerate(found) if number not in gone]
    if left:
        store.put(key, _encoded(key, left))
    else:
        store.delete(key)
    _renumber(key, gone)
    return len(gone)


def count(erasure: Erasure, turn: Turn) -> None:
    """Put what a turn did into the receipt."""
    for group, amount in (("lines", turn.lines), ("objects", turn.objects)):
        if amount:
            counts = erasure.receipt.setdefault(group, {})
            counts["raw"] = counts.get("raw", 0) + amount
    erasure.progress = Progress.RUNNING
    erasure.save(update_fields=["receipt", "progress", "updated_at"])


def _selection(erasure: Erasure) -> tuple[frozenset[str], IsTheirs] | None:
    """The projects' custom ids, and which of their events are meant."""
    if erasure.subject != Erasure.Subject.CUSTOMER:
        custom_ids = frozenset(erasure.receipt.get(NOTES, {}).get(CUSTOM_IDS, ()))
        return (custom_ids, lambda event: True) if custom_ids else None
    project = Project.find_by_uuid(erasure.project_uuid) if erasure.project_uuid else None
    if project is None or not erasure.external_id:
        return None
    wishes = settings_of(project, Templates())

    def is_theirs(event: Event) -> bool:
        return caller_of(event, wishes).customer_id == erasure.external_id

    return frozenset({project.custom_id}), is_theirs


def _event_of(line: bytes, custom_ids: frozenset[str]) -> Event | None:
    """The event of a line that may be theirs; most lines are another project's and not parsed."""
    if not any(custom_id.encode() in line for custom_id in custom_ids):
        return None
    event = lines.event_from(line)
    if not isinstance(event, Event) or event.project_custom_id not in custom_ids:
        return None
    return event


def _encoded(key: str, left: list[bytes]) -> bytes:
    if key.endswith(".gz"):
        import gzip

        return gzip.compress(b"\n".join(left) + b"\n")
    return raw_objects.encode(left)


@transaction.atomic
def _renumber(key: str, gone: dict[int, UUID]) -> None:
    letters = DeadLetter.objects.filter(object_key=key)
    letters.filter(line_number__in=gone).delete()
    letters.filter(event_id__in=gone.values()).delete()
    for number in sorted(gone, reverse=True):
        letters.filter(line_number__gt=number).update(line_number=F("line_number") - 1)


def take_turn(uuid: str, start_after: str) -> None:
    """One turn of an order, and the task that goes on with it."""
    erasure = Erasure.objects.filter(uuid=uuid).exclude(progress=Progress.DONE).first()
    if erasure is None:
        return
    turn = search(erasure, open_store(settings.RAW_STORE_URL), start_after)
    count(erasure, turn)
    if turn.last_key is None:
        current_app.send_task(ROWS_TASK, kwargs={"erasure": uuid}, queue=PLATFORM_QUEUE)
    else:
        arguments = {"erasure": uuid, "start_after": turn.last_key}
        current_app.send_task(RAW_TASK, kwargs=arguments, queue=BACKGROUND)
