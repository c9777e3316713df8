"""What is out of the usual: how far a quarter of an hour lies from the same one of other days."""

from collections.abc import Mapping, Sequence
from statistics import median
from typing import Final

import msgspec

WINDOW_MINUTES: Final = 15
# Below this many requests in a window a ratio says nothing: less counts as so many.
ENOUGH: Final = 50
# Increase over the usual, 1 = twice as much, and the level from there on.
SPIKES: Final = ((3.5, "high"), (1.5, "medium"), (0.8, "low"))
# Share of the usual that is left, and the level below it.
DROPS: Final = ((0.01, "high"), (0.10, "medium"), (0.30, "low"))
# From so many days on their median is what is usual; of fewer each may be the odd one.
ENOUGH_DAYS: Final = 3
# A spike lies so many standard deviations above the usual; of a normal distribution the median
# absolute deviation (MAD), which one odd day does not move, is 1/1.4826 of one.
DEVIATIONS: Final = 3.0
_OF_MAD: Final = 1.4826

# Requests of one address in a window from which on they are an attack, by pattern.
ATTACKS: Final[Mapping[str, int]] = {"refused": 20, "malicious": 5, "scan": 50}
PATTERNS: Final[Mapping[str, str]] = {
    "refused": "requests refused with 401 or 403",
    "malicious": "requests that look like attacks, or from a bad address",
    "scan": "requests for what is not there",
}
# What an address does each day at that time is no attack; more than so many times that is one.
MORE_THAN_USUAL: Final = 1.8
# How many times the limit makes it worse.
_WORSE: Final = ((25, "high"), (5, "medium"))


class Usual(msgspec.Struct, frozen=True, gc=False):
    """Requests of the same quarter of an hour before: on each of the last seven days (`days`), on
    this day of the last four weeks (`weeks`), as far as there was a project; and of any quarter of
    the last 24 hours, as a mean (`recently`), for projects too young for more.
    """

    recently: float
    days: tuple[float, ...] = ()
    weeks: tuple[float, ...] = ()

    @property
    def highest(self) -> float:
        """What was to be expected at most: the peak of each day or each Monday is no spike."""
        return max(self._expected())

    @property
    def lowest(self) -> float:
        return min(self._expected())

    @property
    def spread(self) -> float:
        """How far days differ, as a standard deviation that one odd day does not move."""
        seen = (*self.days, *self.weeks)
        return _OF_MAD * _mad(seen) if len(seen) >= ENOUGH_DAYS else 0.0

    def _expected(self) -> list[float]:
        if len(self.days) < ENOUGH_DAYS:
            return [self.recently, *self.days, *self.weeks]
        return [median(self.days), *([median(self.weeks)] if self.weeks else [])]


def _mad(values: Sequence[float]) -> float:
    middle = median(values)
    return median(abs(value - middle) for value in values)


def spike_level(observed: float, usual: Usual) -> str | None:
    """`low` (80–150 % more), `medium` (150–350 %), `high`; nothing within what days differ by."""
    expected = usual.highest
    if observed <= expected + DEVIATIONS * usual.spread:
        return None
    least = max(expected, ENOUGH)
    increase = (observed - least) / least
    return next((level for limit, level in SPIKES if increase >= limit), None)


def drop_level(observed: float, usual: Usual) -> str | None:
    """How much is missing; what is quiet at this time every day is not."""
    expected = usual.lowest
    if expected < ENOUGH:
        return None
    return next((level for limit, level in DROPS if observed < limit * expected), None)


def attack_level(pattern: str, requests: int, before: Sequence[int] = ()) -> str | None:
    """For so many requests of one address within a window that fit a pattern; `before` are those
    of the same window on other days. An injection is an attack each day.
    """
    limit = ATTACKS[pattern]
    if requests < limit or (
        pattern != "malicious" and requests < MORE_THAN_USUAL * usual_of(before)
    ):
        return None
    return next((level for times, level in _WORSE if requests >= times * limit), "low")


def usual_of(before: Sequence[int]) -> float:
    """What an address does on most days; nothing where there are none."""
    return float(median(before)) if before else 0.0
