"""What is out of the usual: how far a quarter of an hour lies from what was to be expected."""

from collections.abc import Mapping
from typing import Final

import msgspec

WINDOW_MINUTES: Final = 15
WINDOWS_A_DAY: Final = 24 * 60 // WINDOW_MINUTES
# Below this many requests in a window a ratio says nothing.
ENOUGH: Final = 50
# Increase over the usual, 1 = twice as much, and the level from there on.
SPIKES: Final = ((3.5, "high"), (1.5, "medium"), (0.8, "low"))
# Share of the usual that is left, and the level below it.
DROPS: Final = ((0.01, "high"), (0.10, "medium"), (0.30, "low"))

# Requests of one address in a window from which on they are an attack, by pattern.
ATTACKS: Final[Mapping[str, int]] = {"refused": 20, "malicious": 5, "scan": 50}
PATTERNS: Final[Mapping[str, str]] = {
    "refused": "requests refused with 401 or 403",
    "malicious": "requests that look like attacks, or from a bad address",
    "scan": "requests for what is not there",
}
# How many times the limit makes it worse.
_WORSE: Final = ((25, "high"), (5, "medium"))


class Usual(msgspec.Struct, frozen=True, gc=False):
    """Requests to be expected in a window: the mean of the last 24 hours, and what was seen at
    this time a day and a week before (None: there was no project yet).
    """

    daily: float
    day_before: float | None = None
    week_before: float | None = None

    @property
    def highest(self) -> float:
        return max(v for v in (self.daily, self.day_before, self.week_before) if v is not None)

    @property
    def lowest(self) -> float:
        return min(v for v in (self.daily, self.day_before, self.week_before) if v is not None)


def spike_level(observed: float, usual: Usual) -> str | None:
    """`low` (80–150 % more), `medium` (150–350 %), `high`; a daily peak is no spike."""
    expected = usual.highest
    if observed < ENOUGH or expected <= 0:
        return None
    increase = (observed - expected) / expected
    return next((level for limit, level in SPIKES if increase >= limit), None)


def drop_level(observed: float, usual: Usual) -> str | None:
    """How much is missing; what is quiet at this time every day is not."""
    expected = usual.lowest
    if expected < ENOUGH:
        return None
    return next((level for limit, level in DROPS if observed < limit * expected), None)


def attack_level(pattern: str, requests: int) -> str | None:
    """For so many requests of one address within a window that fit a pattern."""
    limit = ATTACKS[pattern]
    if requests < limit:
        return None
    return next((level for times, level in _WORSE if requests >= times * limit), "low")
