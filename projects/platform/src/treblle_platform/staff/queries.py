"""What staff see: the state the ETL measured, dead letters by reason, volume by account."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import redis
from django.conf import settings
from django.db.models import Count, Max, Min, QuerySet, Sum
from django.db.models.functions import TruncHour
from treblle_models.models import DeadLetter, Forgetting, LedgerEntry, Progress, UsageMonth
from treblle_service.pipeline_state import PipelineState, StateBoard

from treblle_platform.lists import Column

# A measurement older than this says that no listener runs.
STALE_AFTER = timedelta(minutes=1)
HOURS = 24
MAX_FORGETTINGS = 50
DEFAULT_SORT = "-requests"
COLUMNS: Sequence[Column] = (
    Column("Account", key="account", css="c-main"),
    Column("Requests", key="requests", falls=True, number=True),
)


@dataclass(frozen=True)
class Reason:
    """Dead letters of one reason that were not replayed."""

    reason: str
    letters: int
    object_count: int
    first_at: datetime
    last_at: datetime
    example: str
    can_replay: bool


@dataclass(frozen=True)
class Hour:
    """What was loaded in an hour; `width` is its share of the busiest one, in percent."""

    at: datetime
    loaded: int
    duplicates: int
    dead_letters: int
    width: int

    @property
    def start(self) -> int:
        """Bars stand at the right."""
        return 100 - self.width


def pipeline_state() -> tuple[PipelineState | None, str]:
    """The newest state and what is wrong with it, if anything."""
    try:
        state = StateBoard(settings.CACHES["default"]["LOCATION"]).read()
    except redis.RedisError:
        return None, "The cache does not answer, so nothing is known of the pipeline."
    if state is None:
        return None, "No listener has measured the pipeline yet."
    return state, ""


def is_stale(state: PipelineState, now: datetime) -> bool:
    return now - state.measured_at > STALE_AFTER


def reasons() -> list[Reason]:
    """Most frequent first."""
    waiting = DeadLetter.objects.filter(replayed_at=None)
    groups = waiting.values("reason").annotate(
        letters=Count("id"),
        object_count=Count("object_key", distinct=True),
        first_at=Min("created_at"),
        last_at=Max("created_at"),
        example=Max("message"),
        last_key=Max("object_key"),
    )
    return [
        Reason(
            reason=group["reason"],
            letters=group["letters"],
            object_count=group["object_count"],
            first_at=group["first_at"],
            last_at=group["last_at"],
            example=group["example"],
            # One without an object was a message of the queue: there is nothing to read again.
            can_replay=bool(group["last_key"]),
        )
        for group in groups.order_by("-letters", "reason")
    ]


def failed_forgettings() -> QuerySet[Forgetting]:
    """Orders that were given up, oldest first."""
    failed = Forgetting.objects.filter(progress=Progress.FAILED)
    return failed.order_by("created_at", "pk")[:MAX_FORGETTINGS]


def hours(now: datetime) -> list[Hour]:
    """The last hours in which anything was loaded, newest first."""
    entries = LedgerEntry.objects.filter(processed_at__gte=now - timedelta(hours=HOURS))
    rows = list(
        entries.annotate(at=TruncHour("processed_at"))
        .values("at")
        .annotate(Sum("loaded"), Sum("duplicates"), Sum("dead_letters"))
        .order_by("-at")
    )
    most = max((row["loaded__sum"] for row in rows), default=0) or 1
    return [
        Hour(
            at=row["at"],
            loaded=row["loaded__sum"],
            duplicates=row["duplicates__sum"],
            dead_letters=row["dead_letters__sum"],
            width=round(100 * row["loaded__sum"] / most),
        )
        for row in rows
    ]


def accounts(now: datetime, search: str) -> QuerySet[UsageMonth]:
    """Of this month; by email address where something is searched."""
    found = UsageMonth.objects.filter(month=now.date().replace(day=1)).select_related("user")
    return found.filter(user__email__icontains=search) if search else found
