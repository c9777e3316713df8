"""Counters, gauges and histograms of this process.

Our own dictionaries rather than the client library's objects: nothing is imported before the
first scrape (4 MB a process), and counting costs a lock and an addition. What a scraper reads is
rendered by the library (`exposition`). Names follow prometheus.io/docs/practices/naming.
"""

import threading
from bisect import bisect_left
from collections.abc import Callable

# Seconds: from what a page takes to what wakes somebody.
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)

Labels = tuple[str, ...]


class Counter:
    """A number that only grows; its name ends in `_total`."""

    def __init__(self, name: str, help: str, labels: Labels = ()) -> None:
        self.name, self.help, self.labels = name, help, labels
        self._lock = threading.Lock()
        self.values: dict[Labels, float] = {} if labels else {(): 0}

    def add(self, amount: float = 1, *labels: str) -> None:
        with self._lock:
            self.values[labels] = self.values.get(labels, 0) + amount


class Gauge:
    """A number that goes up and down; a function of `follow` is asked when it is read."""

    def __init__(self, name: str, help: str, labels: Labels = ()) -> None:
        self.name, self.help, self.labels = name, help, labels
        self._read: Callable[[], dict[Labels, float]] = dict
        self._values: dict[Labels, float] = {}

    def set(self, value: float, *labels: str) -> None:
        self._values[labels] = value

    def follow(self, read: Callable[[], float]) -> None:
        self._read = lambda: {(): read()}

    @property
    def values(self) -> dict[Labels, float]:
        return self._values | self._read()


class Histogram:
    """How values are spread over buckets, each counting what is at most its bound."""

    def __init__(
        self, name: str, help: str, labels: Labels = (), bounds: tuple[float, ...] = SECONDS
    ) -> None:
        self.name, self.help, self.labels, self.bounds = name, help, labels, bounds
        self._lock = threading.Lock()
        # Counts by bucket, the last one for what is beyond all bounds; and the sum.
        self.values: dict[Labels, tuple[list[int], float]] = {}

    def observe(self, value: float, *labels: str) -> None:
        bucket = bisect_left(self.bounds, value)
        with self._lock:
            counts, total = self.values.get(labels) or ([0] * (len(self.bounds) + 1), 0.0)
            counts[bucket] += 1
            self.values[labels] = (counts, total + value)


Instrument = Counter | Gauge | Histogram
