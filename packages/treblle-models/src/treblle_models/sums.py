"""What a roll-up counts, in memory: the one place that says what a request adds to its bucket."""

from dataclasses import dataclass, field
from typing import Any

from treblle_models.histogram import Histogram
from treblle_models.models.rollups import Rollup
from treblle_models.models.traffic import Request


@dataclass(slots=True)
class Sum:
    """Counts of some requests; sizes in bytes, times in milliseconds."""

    requests: int = 0
    client_errors: int = 0
    server_errors: int = 0
    request_bytes: int = 0
    response_bytes: int = 0
    load_time_sum_ms: float = 0.0
    histogram: Histogram = field(default_factory=Histogram)

    @classmethod
    def of(cls, request: Request) -> "Sum":
        """What one request adds."""
        one = cls()
        one.add(request)
        return one

    @classmethod
    def of_bucket(cls, row: Rollup) -> "Sum":
        """What a row of a roll-up holds."""
        return cls(
            requests=row.requests,
            client_errors=row.client_errors,
            server_errors=row.server_errors,
            request_bytes=row.request_bytes,
            response_bytes=row.response_bytes,
            load_time_sum_ms=row.load_time_sum_ms,
            histogram=row.histogram(),
        )

    def add(self, request: Request) -> None:
        self.requests += 1
        self.client_errors += 400 <= request.status < 500
        self.server_errors += request.status >= 500
        self.request_bytes += request.request_size_bytes or 0
        self.response_bytes += request.response_size_bytes or 0
        if request.load_time_ms is not None:
            self.load_time_sum_ms += request.load_time_ms
            self.histogram.add(request.load_time_ms)

    def merge(self, other: "Sum") -> None:
        self.requests += other.requests
        self.client_errors += other.client_errors
        self.server_errors += other.server_errors
        self.request_bytes += other.request_bytes
        self.response_bytes += other.response_bytes
        self.load_time_sum_ms += other.load_time_sum_ms
        self.histogram.merge(other.histogram)

    def columns(self, load_times: bytes = b"") -> dict[str, Any]:
        """Values for the columns of `models.Rollup`, with load times that were there before."""
        return {
            "requests": self.requests,
            "client_errors": self.client_errors,
            "server_errors": self.server_errors,
            "request_bytes": self.request_bytes,
            "response_bytes": self.response_bytes,
            "load_time_sum_ms": self.load_time_sum_ms,
            "load_times": self.histogram.added_to(load_times),
        }
