"""Roll-ups added up: over all of a period, and slot by slot for its charts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from treblle_models.histogram import Histogram

from treblle_platform.periods import Period

P50, P95, P99 = 0.50, 0.95, 0.99
MILLISECOND_DIGITS = 3
# The columns of a roll-up that are added up, in the order `Figures.add` wants them.
ROLLUP_COLUMNS = ("requests", "client_errors", "server_errors", "response_bytes", "load_times")


@dataclass
class Figures:
    """Counts over some time, with the load times to take percentiles from; sizes in bytes."""

    requests: int = 0
    client_errors: int = 0
    server_errors: int = 0
    response_bytes: int = 0
    load_times: Histogram = field(default_factory=Histogram)

    def add(self, columns: Sequence[Any]) -> None:
        """One row of a roll-up, as `ROLLUP_COLUMNS`."""
        requests, client_errors, server_errors, response_bytes, load_times = columns
        self.requests += requests
        self.client_errors += client_errors
        self.server_errors += server_errors
        self.response_bytes += response_bytes
        self.load_times.merge(Histogram.from_bytes(bytes(load_times)))

    def merge(self, other: "Figures") -> None:
        self.requests += other.requests
        self.client_errors += other.client_errors
        self.server_errors += other.server_errors
        self.response_bytes += other.response_bytes
        self.load_times.merge(other.load_times)

    @property
    def errors(self) -> int:
        return self.client_errors + self.server_errors

    @property
    def error_rate(self) -> float | None:
        return self.errors / self.requests if self.requests else None

    @property
    def average_response_bytes(self) -> int | None:
        return round(self.response_bytes / self.requests) if self.requests else None

    @property
    def p50_ms(self) -> float | None:
        return self.load_times.percentile(P50)

    @property
    def p95_ms(self) -> float | None:
        return self.load_times.percentile(P95)

    @property
    def p99_ms(self) -> float | None:
        return self.load_times.percentile(P99)


def total_of(slots: Iterable[Figures]) -> Figures:
    total = Figures()
    for slot in slots:
        total.merge(slot)
    return total


def series(beginnings: Sequence[datetime], slots: Sequence[Figures]) -> dict[str, list[Any]]:
    """For the charts: a list a line, all as long as `at` (seconds since 1970)."""
    return {
        "at": [int(beginning.timestamp()) for beginning in beginnings],
        "requests": [slot.requests for slot in slots],
        "client_errors": [slot.client_errors for slot in slots],
        "server_errors": [slot.server_errors for slot in slots],
        "p50": [rounded(slot.p50_ms) for slot in slots],
        "p95": [rounded(slot.p95_ms) for slot in slots],
        "p99": [rounded(slot.p99_ms) for slot in slots],
    }


def rounded(milliseconds: float | None) -> float | None:
    return None if milliseconds is None else round(milliseconds, MILLISECOND_DIGITS)


@dataclass(frozen=True)
class Slotted:
    """The figures of a period in all and by slot, oldest first."""

    period: Period
    beginnings: list[datetime]
    slots: list[Figures]
    total: Figures

    @classmethod
    def of(cls, period: Period, now: datetime, rows: Iterable[Sequence[Any]]) -> "Slotted":
        """Of rows of roll-ups, as `bucket` and `ROLLUP_COLUMNS`; those outside the period do not count."""
        beginnings = period.beginnings(now)
        slots = [Figures() for _ in beginnings]
        for bucket, *columns in rows:
            number = (bucket - beginnings[0]) // period.slot
            if 0 <= number < len(slots):
                slots[number].add(columns)
        return cls(period, beginnings, slots, total_of(slots))

    def series(self) -> dict[str, list[Any]]:
        return series(self.beginnings, self.slots)
