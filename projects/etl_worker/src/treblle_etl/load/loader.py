"""One transaction a batch: ledger, rows, roll-ups, dead letters; live messages on commit.

Exactly once in effect: the ledger row of an object goes in first, so an object processed again
changes nothing; an event that comes again in another object is known by `(project, id)`, and
roll-ups count only rows that went in.
"""

import logging
import random
import time
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from uuid import UUID

from django.db import (
    DatabaseError,
    DataError,
    IntegrityError,
    OperationalError,
    transaction,
)
from treblle_models.bulk import bulk_insert
from treblle_models.identity import uuid7
from treblle_models.models import DeadLetter, Project, Request
from treblle_models.retention import classes_of
from treblle_service import details
from treblle_service.sealed_frames import DetailsKeys
from treblle_service.store import ObjectStore
from treblle_service.tracing import EventTracer

from treblle_etl.event import Rejected, Understood
from treblle_etl.load import ledger, live, rows
from treblle_etl.load.batch import Batch, Loaded, ObjectContent
from treblle_etl.load.steps import AFTER_ROWS, BEFORE_ROWS

logger = logging.getLogger(__name__)

ATTEMPTS = 8
FIRST_PAUSE_S = 0.02
# MariaDB: lock wait timeout, deadlock found. Another try is what its manual asks for.
_LOCK_ERRORS = frozenset({1205, 1213})
QUERY_CHUNK = 500
MESSAGE_LENGTH = 1024

# An event with its place in its object: (object, line number, project, understood).
Entry = tuple[ObjectContent, Project, Understood]


class Loader:
    """Loads batches into the database and their details into the store."""

    def __init__(
        self,
        details_store: ObjectStore,
        publisher: live.Publisher,
        details_keys: DetailsKeys = details.NO_KEYS,
        tracer: EventTracer | None = None,
    ) -> None:
        self._store = details_store
        self._keys = details_keys
        self._publisher = publisher
        self._tracer = tracer

    def load(self, contents: list[ObjectContent]) -> Loaded:
        """Load objects in one transaction. What the database refuses becomes a dead letter,
        and never takes its neighbours down: the batch is halved until the culprit is alone.

        Raises `OperationalError` and `StoreUnavailable` while database or store are away; then
        nothing was loaded.
        """
        try:
            return self._with_retries(contents)
        except DataError as error:
            if len(contents) > 1:
                middle = len(contents) // 2
                return self.load(contents[:middle]) + self.load(contents[middle:])
            return self._load_halved(contents[0], error)

    def _load_halved(self, content: ObjectContent, error: DataError) -> Loaded:
        """One object with an event the database refuses: find it and put it aside."""
        culprits = set(self._refused(content.events))
        if not culprits:
            raise error
        kept = ObjectContent(
            content.key,
            content.ledger_key,
            unwanted=content.unwanted,
            rejected=list(content.rejected),
        )
        for project, understood in content.events:
            if understood.event.uuid in culprits:
                message = f"the database refuses it ({_kind_of(error)})"
                kept.reject(None, Rejected("refused", message, understood.event.uuid))
            else:
                kept.events.append((project, understood))
        return self._with_retries([kept])

    def _refused(self, events: list[tuple[Project, Understood]]) -> Iterable[UUID]:
        """The events that do not go in by themselves, tried and rolled back one by one."""
        for project, understood in events:
            trial = ObjectContent(f"trial/{uuid7()}", events=[(project, understood)])
            try:
                with transaction.atomic():
                    self._write([trial], {}, datetime.now(UTC))
                    transaction.set_rollback(True)
            except DataError:
                yield understood.event.uuid

    def _with_retries(self, contents: list[ObjectContent]) -> Loaded:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return self._load_once(contents)
            except (IntegrityError, OperationalError) as error:
                if attempt == ATTEMPTS or not _worth_another_try(error):
                    raise
                pause = FIRST_PAUSE_S * 2**attempt * random.random()  # noqa: S311 (jitter)
                logger.info("batch runs again in %.0f ms: %s", pause * 1000, _kind_of(error))
                time.sleep(pause)
        raise AssertionError("the last attempt returns or raises")

    def _load_once(self, contents: list[ObjectContent]) -> Loaded:
        now = datetime.now(UTC)
        fresh = ledger.not_in(contents)
        if not fresh:
            return Loaded()
        places = self._put_details(fresh, now)
        with transaction.atomic():
            return self._write(fresh, places, now)

    def _put_details(
        self, contents: list[ObjectContent], now: datetime
    ) -> dict[UUID, details.Place]:
        """Details are durable before the rows that point to them commit."""
        events = [event for content in contents for event in content.events]
        class_of = classes_of({project.pk: project for project, _ in events}.values())
        writers: dict[str, details.DetailsWriter] = {}
        places: dict[UUID, details.Place] = {}
        for project, understood in events:
            name = class_of[project.pk]
            if name not in writers:
                key = details.key_for(now, name, str(uuid7()))
                writers[name] = details.DetailsWriter(key, self._keys)
            place = writers[name].add(understood.details, project.uuid)
            places[understood.event.uuid] = place
        for writer in writers.values():
            writer.put(self._store)
        return places

    def _write(
        self, contents: list[ObjectContent], places: dict[UUID, details.Place], now: datetime
    ) -> Loaded:
        ledger.enter(contents, now)
        entries, duplicates = _without_known(contents)
        events = [(project, understood) for _, project, understood in entries]
        nowhere = details.Place("", 0, 0)
        requests = [
            rows.request_row(
                project,
                understood,
                details=places.get(understood.event.uuid, nowhere),
                loaded_at=now,
            )
            for project, understood in events
        ]
        batch = Batch(now, events, requests, contents)
        for step in BEFORE_ROWS:
            step(batch)
        bulk_insert(requests)
        for step in AFTER_ROWS:
            step(batch)
        letters = _dead_letters(contents)
        DeadLetter.objects.bulk_create(letters)
        loaded = Counter(content.ledger_key for content, _, _ in entries)
        ledger.count(contents, loaded, duplicates)
        _mark_first(events, now)
        transaction.on_commit(lambda: _tell(entries))
        templates = [understood.template for _, understood in events]
        traces = self._trace(entries, now)
        transaction.on_commit(
            lambda: live.announce(self._publisher, events, requests, templates, traces)
        )
        return Loaded(len(contents), len(requests), sum(duplicates.values()), len(letters))

    def _trace(self, entries: list[Entry], began: datetime) -> dict[str, str]:
        """Have spans recorded on commit; the traces of these events (id → `traceparent`)."""
        tracer = self._tracer
        if tracer is None:
            return {}
        events = [understood.event for _, _, understood in entries]
        traces = {str(event.uuid): event.traceparent for event in events if event.traceparent}
        transaction.on_commit(lambda: tracer.record("load event", traces, began))
        return traces


def _kind_of(error: DatabaseError) -> str:
    """Without the server's words: they repeat the value it refuses, which may be a secret."""
    code = error.args[0] if error.args and isinstance(error.args[0], int) else ""
    return f"{type(error).__name__} {code}".strip()


def _worth_another_try(error: IntegrityError | OperationalError) -> bool:
    """Another worker was quicker with the same object, event, endpoint or bucket; or a lock."""
    if isinstance(error, IntegrityError):
        return True
    return bool(error.args) and (error.args[0] in _LOCK_ERRORS or "locked" in str(error.args[0]))


def _without_known(
    contents: list[ObjectContent],
) -> tuple[list[Entry], dict[str, int]]:
    """Entries whose event is not in yet, sorted by project and id; and duplicates by object."""
    by_identity: dict[tuple[int, UUID], Entry] = {}
    duplicates: dict[str, int] = {}
    for content in contents:
        for project, understood in content.events:
            identity = (project.pk, understood.event.uuid)
            if identity in by_identity:
                duplicates[content.ledger_key] = duplicates.get(content.ledger_key, 0) + 1
            else:
                by_identity[identity] = (content, project, understood)
    for identity in _stored(by_identity):
        content = by_identity.pop(identity)[0]
        duplicates[content.ledger_key] = duplicates.get(content.ledger_key, 0) + 1
    return [by_identity[identity] for identity in sorted(by_identity)], duplicates


def _stored(identities: Iterable[tuple[int, UUID]]) -> list[tuple[int, UUID]]:
    by_project: dict[int, list[UUID]] = {}
    for project_id, uuid in identities:
        by_project.setdefault(project_id, []).append(uuid)
    found: list[tuple[int, UUID]] = []
    for project_id, uuids in by_project.items():
        for start in range(0, len(uuids), QUERY_CHUNK):
            chunk = uuids[start : start + QUERY_CHUNK]
            query = Request.objects.filter(project_id=project_id, uuid__in=chunk)
            found += [(project_id, uuid) for uuid in query.values_list("uuid", flat=True)]
    return found


def _dead_letters(contents: list[ObjectContent]) -> list[DeadLetter]:
    return [
        DeadLetter(
            object_key=content.key,
            line_number=line.number,
            event_id=line.rejected.event_id,
            reason=line.rejected.reason,
            message=line.rejected.message[:MESSAGE_LENGTH],
        )
        for content in contents
        for line in content.rejected
    ]


def _tell(entries: list[Entry]) -> None:
    """The lines by which an event is followed: the intake wrote the same two names."""
    if not logger.isEnabledFor(logging.DEBUG):
        return
    by_object: dict[str, list[str]] = {}
    for content, _, understood in entries:
        by_object.setdefault(content.key, []).append(str(understood.event.uuid))
    for key, ids in by_object.items():
        logger.debug("loaded", extra={"object_key": key, "event_ids": ids})


def _mark_first(events: list[tuple[Project, Understood]], now: datetime) -> None:
    """Onboarding waits for a project's first request."""
    waiting = {project.pk: project for project, _ in events if project.first_request_at is None}
    if waiting:
        Project.objects.filter(pk__in=waiting, first_request_at=None).update(first_request_at=now)
        transaction.on_commit(lambda: _remember_first(waiting.values(), now))


def _remember_first(projects: Iterable[Project], now: datetime) -> None:
    for project in projects:
        project.first_request_at = now
