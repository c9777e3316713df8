"""When a difference between two sets of sightings is more than chance."""

from math import exp, lgamma
from typing import Final

# What was never seen before must be seen so often, whatever the odds.
MIN_SIGHTINGS: Final = 3
# The chance of being wrong, if nothing has changed.
MAX_CHANCE: Final = 1e-3


def is_new(seen: float, after: float, before: float) -> bool:
    """Whether what was in `seen` of the `after` newer sightings, and in none of the `before`
    older ones, is new: by Fisher's exact test, if all were alike it would seldom fall so.
    """
    return seen >= MIN_SIGHTINGS and chance(seen, after, before) < MAX_CHANCE


def is_gone(seen: float, before: float, after: float) -> bool:
    """Whether what was in `seen` of the `before` older sightings is gone, as it is in none of the
    `after` newer ones."""
    return seen > 0 and chance(seen, before, after) < MAX_CHANCE


def chance(seen: float, these: float, others: float) -> float:
    """That all `seen` fall among `these` and none among the `others`: C(these, s) / C(all, s)."""
    if not 0 < seen <= these:
        return 1.0
    everything = these + others
    return exp(
        lgamma(these + 1)
        - lgamma(these - seen + 1)
        - lgamma(everything + 1)
        + lgamma(everything - seen + 1)
    )
