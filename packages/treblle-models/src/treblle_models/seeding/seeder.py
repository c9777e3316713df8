"""Runs a plan: a transaction a day, each known to the ledger, so that a day is seeded once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from treblle_models.bulk import bulk_insert
from treblle_models.models import LedgerEntry, Request, User
from treblle_models.seeding.insight import seed_insight
from treblle_models.seeding.plan import Plan
from treblle_models.seeding.rollups import Rollups
from treblle_models.seeding.traffic import requests_of_hour
from treblle_models.seeding.world import World, make_world

# Writes the details of requests into a store, and their place into `details_*` of each.
DetailsWriter = Callable[[Sequence[Request]], None]


@dataclass(frozen=True)
class Progress:
    """`inserted` are rows of this run; `done` counts those that were there before, too."""

    done: int
    total: int
    inserted: int


class Seeder:
    """Seeds a plan into the database. Run again it goes on where it was stopped, or does nothing.

    Without `write_details` requests have no details.
    """

    def __init__(
        self, plan: Plan, owner: User, *, write_details: DetailsWriter | None = None
    ) -> None:
        self._plan = plan
        self._owner = owner
        self._write_details = write_details

    def run(
        self, until: datetime | None = None, report: Callable[[Progress], None] = lambda _: None
    ) -> int:
        """Seed what is missing; how many requests went in.

        `until` is the end of the seeded time, by default the beginning of this hour; a plan that
        was begun keeps the one it began with.
        """
        until = self._remembered(_beginning_of_hour(until or timezone.now()))
        start = until - timedelta(self._plan.days)
        with transaction.atomic():
            world = make_world(self._plan, self._owner, start, until)
        done = inserted = 0
        for day, hours in self._plan.days_before(until):
            number = sum(count for _, count in hours)
            if not self._is_done(day):
                self._seed(world, day, hours)
                inserted += number
            done += number
            report(Progress(done, self._plan.requests, inserted))
        self._understand(world, start, until)
        return inserted

    @transaction.atomic
    def _understand(self, world: World, start: datetime, until: datetime) -> None:
        key = f"{self._plan.name}/insight"
        if LedgerEntry.objects.filter(object_key=key).exists():
            return
        LedgerEntry.objects.create(object_key=key, processed_at=timezone.now())
        seed_insight(self._plan, world, start, until)

    def _remembered(self, until: datetime) -> datetime:
        entry, _ = LedgerEntry.objects.get_or_create(
            object_key=self._plan.name, defaults={"processed_at": until}
        )
        return entry.processed_at

    def _key(self, day: date) -> str:
        return f"{self._plan.name}/{day}"

    def _is_done(self, day: date) -> bool:
        return LedgerEntry.objects.filter(object_key=self._key(day)).exists()

    @transaction.atomic
    def _seed(self, world: World, day: date, hours: list[tuple[datetime, int]]) -> None:
        LedgerEntry.objects.create(
            object_key=self._key(day),
            processed_at=timezone.now(),
            loaded=sum(number for _, number in hours),
        )
        rollups = Rollups(world)
        for hour, number in hours:
            for requests in requests_of_hour(self._plan, world, hour, number):
                if self._write_details:
                    self._write_details(requests)
                bulk_insert(requests)
                rollups.add(requests)
            rollups.end_hour()
        rollups.end_day()


def _beginning_of_hour(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)
