"""Stretches of time a dashboard can show, and the slots it draws them in."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Self

from django.utils import timezone
from treblle_models.models import (
    DimensionDay,
    DimensionHour,
    DimensionRollup,
    EndpointDay,
    EndpointHour,
    EndpointRollup,
    ProjectDay,
    ProjectHour,
    ProjectMinute,
    Rollup,
)

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
# A range that was drawn gets the finest slots of which it has no more than so many.
MOST_SLOTS = 180
SLOTS = (MINUTE, 5 * MINUTE, HOUR, 6 * HOUR, DAY, 7 * DAY)
LONGEST = 366 * DAY
# Roll-ups by the minute are kept for a while only: what began before is drawn by the hour.
MINUTES_REACH = 2 * DAY
# Longer windows are broken down by whole days, shorter ones by whole hours.
BROKEN_DOWN_BY_HOURS = 3 * DAY
NAMES = {
    MINUTE: "minute",
    5 * MINUTE: "5 minutes",
    HOUR: "hour",
    6 * HOUR: "6 hours",
    # Days and weeks are counted in UTC, whatever zone times are shown in.
    DAY: "day (UTC)",
    7 * DAY: "week (UTC)",
}


@dataclass(frozen=True)
class Preset:
    """`count` slots up to the one that is going on."""

    key: str
    label: str
    slot: timedelta
    count: int

    def window(self, now: datetime) -> "Window":
        end = floor(now, self.slot) + self.slot
        return Window(self.key, f"last {self.label}", end - self.slot * self.count, end, self.slot)


PRESETS = (
    Preset("1h", "1 hour", MINUTE, 60),
    Preset("24h", "24 hours", HOUR, 24),
    Preset("7d", "7 days", HOUR, 7 * 24),
    Preset("30d", "30 days", DAY, 30),
    Preset("90d", "90 days", DAY, 90),
)
DEFAULT = PRESETS[1]
BY_KEY = {preset.key: preset for preset in PRESETS}


@dataclass(frozen=True)
class Window:
    """From `start` (included) to `end` (left out), both at whole slots since 1970, in UTC.

    `key` is that of its preset; one that was drawn or typed has none.
    """

    key: str
    label: str
    start: datetime
    end: datetime
    slot: timedelta

    @classmethod
    def drawn(cls, start: datetime, end: datetime, now: datetime) -> Self:
        """The window around what was drawn on a chart. Raises `ValueError` where there is none."""
        if not start < end or end - start > LONGEST:
            raise ValueError("a range ends after its beginning, and is a year long at most")
        least = MINUTE if now - start < MINUTES_REACH else HOUR
        slot = next(s for s in SLOTS if s >= least and (end - start) / s <= MOST_SLOTS)
        start, ceiling = floor(start, slot), floor(end, slot)
        shown, until = timezone.localtime(start), timezone.localtime(end)
        label = f"{shown:%Y-%m-%d %H:%M} – {until:%Y-%m-%d %H:%M %Z}"
        return cls("", label, start, ceiling if ceiling == end else ceiling + slot, slot)

    def in_hours(self) -> Self:
        """The same in slots of an hour at least: nothing finer is counted by environment."""
        if self.slot >= HOUR:
            return self
        end = floor(self.end - MINUTE, HOUR) + HOUR
        return type(self)(self.key, self.label, floor(self.start, HOUR), end, HOUR)

    @property
    def per(self) -> str:
        return NAMES[self.slot]

    @property
    def length(self) -> timedelta:
        return self.end - self.start

    @property
    def before(self) -> datetime:
        """Where the period of the same length begins that ends where this one begins."""
        return self.start - self.length

    @property
    def starts(self) -> list[datetime]:
        return [self.start + self.slot * number for number in range(self.length // self.slot)]

    @property
    def rollup(self) -> type[Rollup]:
        if self.slot < HOUR:
            return ProjectMinute
        return ProjectHour if self.slot < DAY else ProjectDay

    @property
    def dimension_rollup(self) -> type[DimensionRollup]:
        """For slots, where one value of a dimension is looked at."""
        return DimensionHour if self.slot < DAY else DimensionDay

    @property
    def breakdown_start(self) -> datetime:
        """Breakdowns are counted from the beginning of an hour or a day."""
        return floor(self.start, HOUR if self.length <= BROKEN_DOWN_BY_HOURS else DAY)

    @property
    def breakdown_rollup(self) -> type[DimensionRollup]:
        return DimensionHour if self.length <= BROKEN_DOWN_BY_HOURS else DimensionDay

    @property
    def endpoint_rollup(self) -> type[EndpointRollup]:
        return EndpointHour if self.length <= BROKEN_DOWN_BY_HOURS else EndpointDay


def floor(moment: datetime, slot: timedelta) -> datetime:
    """The last whole slot since 1970, in UTC."""
    seconds = int(slot.total_seconds())
    return datetime.fromtimestamp(int(moment.timestamp()) // seconds * seconds, UTC)
