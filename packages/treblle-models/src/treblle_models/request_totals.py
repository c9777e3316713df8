"""Numbers of all requests that a filter matches: counted from the rows, within a window."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.db.models import Avg, Count, Max, Q, Sum
from django.utils import timezone

from treblle_models.models import Project
from treblle_models.request_filters import RequestFilter

# Rows are read one by one here: beyond this, ask the roll-ups.
LONGEST_WINDOW: Final = timedelta(days=31)


@dataclass(frozen=True)
class Totals:
    """Times in milliseconds, sizes in bytes; None where no row has the value."""

    requests: int
    client_errors: int
    server_errors: int
    load_time_avg_ms: float | None
    load_time_max_ms: float | None
    response_bytes: int


def totals(project: Project, filter: RequestFilter) -> Totals:
    """COUNT, SUM and AVG over LONGEST_WINDOW before the filter's end, or since its start."""
    end = filter.end or timezone.now()
    oldest = end - LONGEST_WINDOW
    found = filter.apply(project)
    if filter.start is None or filter.start < oldest:
        found = found.filter(received_at__gte=oldest)
    numbers: dict[str, Any] = found.aggregate(
        requests=Count("pk"),
        client_errors=Count("pk", filter=Q(status__gte=400, status__lt=500)),
        server_errors=Count("pk", filter=Q(status__gte=500)),
        load_time_avg_ms=Avg("load_time_ms"),
        load_time_max_ms=Max("load_time_ms"),
        response_bytes=Sum("response_size_bytes"),
    )
    return Totals(**{**numbers, "response_bytes": numbers["response_bytes"] or 0})
