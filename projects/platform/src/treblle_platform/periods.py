"""Stretches of time that numbers are shown for, and the roll-ups they are read from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.http import QueryDict
from treblle_models.models import (
    DimensionDay,
    DimensionHour,
    DimensionRollup,
    EndpointDay,
    EndpointHour,
    EndpointRollup,
)

RANGE = "range"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True)
class Period:
    """`whole` (hours or days, UTC) times `wholes`, the one that is going on included.

    Charts draw it in slots of length `slot`. Sums come from `endpoints` and `dimensions`, charts
    from roll-ups as fine as the slots.
    """

    key: str
    label: str
    whole: timedelta
    wholes: int
    slot: timedelta
    per: str
    endpoints: type[EndpointRollup]
    dimensions: type[DimensionRollup]

    def start(self, now: datetime) -> datetime:
        seconds = int(self.whole.total_seconds())
        current = int(now.timestamp()) // seconds * seconds
        return datetime.fromtimestamp(current - (self.wholes - 1) * seconds, UTC)

    def beginnings(self, now: datetime) -> list[datetime]:
        """Where each slot begins, up to the one that is going on."""
        start = self.start(now)
        return [start + self.slot * number for number in range((now - start) // self.slot + 1)]

    @property
    def endpoint_slots(self) -> type[EndpointRollup]:
        return EndpointHour if self.slot < DAY else EndpointDay

    @property
    def dimension_slots(self) -> type[DimensionRollup]:
        return DimensionHour if self.slot < DAY else DimensionDay


PERIODS: Sequence[Period] = (
    Period("24h", "24 hours", HOUR, 24, HOUR, "hour", EndpointHour, DimensionHour),
    Period("7d", "7 days", DAY, 7, 6 * HOUR, "6 hours", EndpointDay, DimensionDay),
    Period("30d", "30 days", DAY, 30, DAY, "day (UTC)", EndpointDay, DimensionDay),
)
BY_KEY = {period.key: period for period in PERIODS}


def period_of(query: QueryDict, default: str = "7d") -> Period:
    """What the URL asks for; one nobody knows is the usual one."""
    return BY_KEY.get(query.get(RANGE, ""), BY_KEY[default])
