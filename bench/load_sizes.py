"""How much `bench.load` sends, and the figures of each size."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from bench.figures import Figure
from bench.spent import Spent

EVENTS: Final = int(os.environ.get("BENCH_LOAD_EVENTS", "200000"))
SECONDS: Final = float(os.environ.get("BENCH_LOAD_SECONDS", "300"))
SMALLER_S: Final = float(os.environ.get("BENCH_LOAD_SMALLER_S", "60"))
PROJECTS: Final = int(os.environ.get("BENCH_LOAD_PROJECTS", "3200"))
BUSY: Final = 10


@dataclass(frozen=True)
class Size:
    """So many events at an even rate; the name is the last segment of its figures."""

    name: str
    events: int
    seconds: float

    def __str__(self) -> str:
        load = f"{self.events:,} events in {self.seconds:g} s"
        return f"{load}, {BUSY} busy of {PROJECTS:,} projects, {BUSY} watched"


def _smaller(name: str, share: float, seconds: float = SMALLER_S) -> Size:
    """That share of the rate on record."""
    return Size(name, round(EVENTS / SECONDS * share * seconds), seconds)


# A process's first events wait for what it loads and opens, which in a small size would be the lag.
# What is lost of these counts in the size that follows.
WARM_UP: Final = _smaller("", 1 / 4, 5.0)
ON_RECORD: Final = Size("", EVENTS, SECONDS)
# In the order they run.
SIZES: Final = (_smaller(".quarter", 1 / 4), _smaller(".half", 1 / 2), ON_RECORD)


@dataclass
class Outcome:
    """What became of one size. Those twice are of all events sent up to its end."""

    lost: int
    duplicated: int
    spent: Spent
    lag_p99_s: float
    memory_growth_mb: float


def figures_of(size: Size, outcomes: Sequence[Outcome]) -> Iterator[Figure]:
    """Of the load on record all, of the others what shows whether it grows with the rate."""
    lost = [outcome.lost for outcome in outcomes]
    lags = [outcome.lag_p99_s for outcome in outcomes]
    yield Figure(f"load.lost{size.name}", "events", lost, "≤ 0", str(size))
    yield Figure(f"load.lag_p99_s{size.name}", "s", lags, "< 1", f"intake to websocket; {size}")
    if size is ON_RECORD:
        twice = [outcome.duplicated for outcome in outcomes]
        growth = [outcome.memory_growth_mb for outcome in outcomes]
        yield Figure("load.duplicated", "events", twice, "≤ 0", str(size))
        yield Figure("load.memory_growth_mb", "MB", growth, "≤ 50", f"PSS; {size}")
        yield from _costs(size, [outcome.spent for outcome in outcomes])


def _costs(size: Size, spent: Sequence[Spent]) -> list[Figure]:
    """What a million events at that rate cost (`bench.cost`)."""
    times = 1_000_000 / size.events

    def a_million(name: str, unit: str, amounts: list[float], what: str) -> Figure:
        runs = [amount * times for amount in amounts]
        return Figure(f"load.{name}_per_million", unit, runs, "", f"{what}; {size}")

    def an_event(name: str, sizes: list[int]) -> Figure:
        runs = [stored / 1000 / size.events for stored in sizes]
        return Figure(f"load.{name}_kb_per_event", "kB", runs, "", f"as stored; {size}")

    return [
        a_million("core_s", "s", [one.core_s for one in spent], "processor time of all parts"),
        a_million("raw_objects", "objects", [one.raw_objects for one in spent], "put"),
        a_million("details_objects", "objects", [one.details_objects for one in spent], "put"),
        an_event("raw", [one.raw_bytes for one in spent]),
        an_event("details", [one.details_bytes for one in spent]),
    ]
