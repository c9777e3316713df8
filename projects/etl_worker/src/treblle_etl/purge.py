"""Removes what is older than its retention, in small steps that let inserts pass.

Rows go by project, oldest first; details by object and retention class; raw objects, roll-ups,
ledger and dead letters each by their own. A step removes at most STEP_ROWS rows in one
transaction, and rests as long as it took. A run stops at its deadline and says where, so that the
next goes on there: in a worker that also loads, a run is a second.

Pinned requests stay: their rows are left out, and their details lie in a copy outside the
classes. Raw objects stay while a dead letter of theirs may be replayed, and until processed.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, Final

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from treblle_models import models as tables
from treblle_models.models import DeadLetter, LedgerEntry, PinnedRequest, Project, Request
from treblle_models.plans import free_plan
from treblle_models.retention import days_of_class, retention_days
from treblle_service import details, raw_objects
from treblle_service.store import ObjectStore, open_store

from treblle_etl.load.grains import DAY, HOUR, MINUTE, models_of

STEP_ROWS: Final = 1000
STEP_OBJECTS: Final = 100
# By project and bucket: which roll-ups are kept how long.
MINUTES: Final = models_of(MINUTE)
HOURS: Final[tuple[type[models.Model], ...]] = (
    *models_of(HOUR),
    *(tables.ProblemHour, tables.SdkHour),
)
DAYS: Final = models_of(DAY)

# Where a step ended within its area, and how many rows or objects it removed.
Step = tuple[str, int]


@dataclass(frozen=True)
class Keep:
    """Days that each kind is kept; requests and their details go by plan and project."""

    raw_days: int = 3
    ledger_days: int = 14
    dead_letter_days: int = 14
    minute_days: int = 15
    hour_days: int = 120
    day_days: int = 1100

    def __post_init__(self) -> None:
        if self.ledger_days <= self.raw_days:
            raise ValueError("the ledger must outlive raw objects: it is what knows them")


@dataclass(frozen=True)
class Position:
    """Where a run stopped: the area, and the step in it."""

    area: str
    step: str = ""


@dataclass
class Purged:
    """How many rows and objects went, by area; `position` where there is more to do."""

    removed: dict[str, int] = field(default_factory=dict)
    position: Position | None = None


class Purge:
    def __init__(
        self, raw_store: ObjectStore, details_store: ObjectStore, keep: Keep, now: datetime
    ) -> None:
        self._raw_store = raw_store
        self._details_store = details_store
        self._keep = keep
        self._now = now
        self._areas: dict[str, Callable[[str], Iterator[Step]]] = {
            "requests": self._requests,
            "details": self._details,
            "raw objects": self._raw_objects,
            "roll-ups": self._rollups,
            "ledger": self._ledger,
            "dead letters": self._dead_letters,
        }

    def run(
        self,
        position: Position | None = None,
        *,
        within_s: float = float("inf"),
        report: Callable[[Purged], None] = lambda _: None,
    ) -> Purged:
        """Go on from `position` (the beginning) until all is done or the time is over."""
        deadline = time.monotonic() + within_s
        purged = Purged()
        names = list(self._areas)
        first = names.index(position.area) if position and position.area in names else 0
        for name in names[first:]:
            after = position.step if position and position.area == name else ""
            began = time.monotonic()
            for step, removed in self._areas[name](after):
                purged.removed[name] = purged.removed.get(name, 0) + removed
                report(purged)
                if time.monotonic() > deadline:
                    purged.position = Position(name, step)
                    return purged
                if removed:
                    time.sleep(time.monotonic() - began)
                began = time.monotonic()
        return purged

    def _before(self, days: int) -> datetime:
        return self._now - timedelta(days=days)

    def _requests(self, after: str) -> Iterator[Step]:
        free = free_plan()
        pinned = PinnedRequest.objects.values("request_uuid")
        for project in _projects(after).select_related("user__subscription__plan"):
            old = Request.objects.for_project(project).filter(
                received_at__lt=self._before(retention_days(project, free))
            )
            if PinnedRequest.objects.for_project(project).exists():
                old = old.exclude(uuid__in=pinned.filter(project=project))
            yield from _removed(old.order_by("received_at"), project)

    def _rollups(self, after: str) -> Iterator[Step]:
        kept = ((MINUTES, self._keep.minute_days), (HOURS, self._keep.hour_days))
        for project in _projects(after):
            for grains, days in (*kept, (DAYS, self._keep.day_days)):
                for grain in grains:
                    old = grain._default_manager.filter(
                        project_id=project.pk, bucket__lt=self._before(days)
                    )
                    yield from _removed(old, project)

    def _details(self, after: str) -> Iterator[Step]:
        """Classes are the folders below the prefix; each is read until its first young day."""
        start_after = after
        while (
            key := next(self._details_store.keys(details.PREFIX, start_after), None)
        ) is not None:
            name = key.removeprefix(details.PREFIX).partition("/")[0]
            folder = f"{details.PREFIX}{name}/"
            days = days_of_class(name)
            if days is not None:
                end = f"{folder}{self._before(days):%Y/%m/%d}/"
                yield from _deleted(self._details_store, folder, end)
            # Past every key of this class.
            start_after = f"{folder}~"

    def _raw_objects(self, after: str) -> Iterator[Step]:
        end = raw_objects.hour_prefix(self._before(self._keep.raw_days))
        old = _keys_before(self._raw_store, raw_objects.PREFIX, end, after)
        while keys := list(islice(old, STEP_OBJECTS)):
            done = set(
                LedgerEntry.objects.filter(object_key__in=keys).values_list("object_key", flat=True)
            )
            waiting = DeadLetter.objects.filter(object_key__in=keys, replayed_at=None)
            kept = set(waiting.values_list("object_key", flat=True))
            gone = [key for key in keys if key in done and key not in kept]
            for key in gone:
                self._raw_store.delete(key)
            yield keys[-1], len(gone)

    def _ledger(self, after: str) -> Iterator[Step]:
        old = LedgerEntry.objects.filter(processed_at__lt=self._before(self._keep.ledger_days))
        # What the seeder notes there is no object of the raw store.
        yield from _removed(old.filter(object_key__startswith="r").order_by("processed_at"))

    def _dead_letters(self, after: str) -> Iterator[Step]:
        old = DeadLetter.objects.filter(created_at__lt=self._before(self._keep.dead_letter_days))
        yield from _removed(old.order_by("created_at"))


def by_settings() -> Purge:
    """With the stores and the retention of this process's settings, as of now."""
    keep = Keep(**{name: int(days) for name, days in settings.PURGE_KEEP_DAYS.items()})
    stores = open_store(settings.RAW_STORE_URL), open_store(settings.DETAILS_STORE_URL)
    return Purge(*stores, keep, timezone.now())


def _projects(after: str) -> "models.QuerySet[Project]":
    found: models.QuerySet[Project] = Project.objects.filter(pk__gt=int(after or 0)).order_by("pk")
    return found


def _removed(old: "models.QuerySet[Any]", project: Project | None = None) -> Iterator[Step]:
    """Remove rows in steps; one that stops in a project begins there again."""
    again, done = (str(project.pk - 1), str(project.pk)) if project else ("", "")
    while True:
        with transaction.atomic():
            ids = list(old.values_list("pk", flat=True)[:STEP_ROWS])
            if ids:
                rows = old.model._default_manager.filter(pk__in=ids)
                # Nothing points at these rows that would have to go with them.
                (rows.filter(project=project) if project else rows)._raw_delete(rows.db)
        if len(ids) < STEP_ROWS:
            # Where nothing was left there is no step, so that a run comes to the next area.
            if ids or project:
                yield done, len(ids)
            return
        yield again, len(ids)


def _deleted(store: ObjectStore, folder: str, end: str) -> Iterator[Step]:
    # Objects of a class go from the oldest on, so a run that stopped finds the next by itself.
    old = _keys_before(store, folder, end, "")
    while keys := list(islice(old, STEP_OBJECTS)):
        for key in keys:
            store.delete(key)
        yield "", len(keys)


def _keys_before(store: ObjectStore, prefix: str, end: str, after: str) -> Iterator[str]:
    for key in store.keys(prefix, start_after=after):
        if key >= end:
            return
        yield key
