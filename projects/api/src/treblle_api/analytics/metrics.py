"""Metrics, each from the columns of a roll-up it needs."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from treblle_models.histogram import Histogram

COLUMNS: Final = (
    "requests",
    "client_errors",
    "server_errors",
    "request_bytes",
    "response_bytes",
    "load_time_sum_ms",
)


@dataclass
class Numbers:
    """Sums over some buckets; sizes in bytes, times in milliseconds."""

    requests: int = 0
    client_errors: int = 0
    server_errors: int = 0
    request_bytes: int = 0
    response_bytes: int = 0
    load_time_sum_ms: float = 0.0
    load_times: Histogram = field(default_factory=Histogram)

    def add(self, row: dict[str, Any]) -> None:
        for name in COLUMNS:
            setattr(self, name, getattr(self, name) + row[name])
        if row.get("load_times"):
            self.load_times.merge(Histogram.from_bytes(bytes(row["load_times"])))

    @property
    def errors(self) -> int:
        return self.client_errors + self.server_errors


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None


METRICS: Final[dict[str, Callable[[Numbers], float | None]]] = {
    "requests": lambda n: n.requests,
    "errors": lambda n: n.errors,
    "client_errors": lambda n: n.client_errors,
    "server_errors": lambda n: n.server_errors,
    "error_rate": lambda n: _share(n.errors, n.requests),
    "request_bytes": lambda n: n.request_bytes,
    "response_bytes": lambda n: n.response_bytes,
    "load_time_avg_ms": lambda n: _share(n.load_time_sum_ms, n.requests),
    "load_time_p50_ms": lambda n: n.load_times.percentile(0.5),
    "load_time_p95_ms": lambda n: n.load_times.percentile(0.95),
    "load_time_p99_ms": lambda n: n.load_times.percentile(0.99),
}


def needs_histograms(metric: str) -> bool:
    return metric.startswith("load_time_p")
