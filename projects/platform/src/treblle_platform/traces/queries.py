"""The requests of one trace in all projects that somebody may see."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from treblle_models.models import Project, Request, User

# A trace of more is a loop.
MOST_REQUESTS: Final = 500
MOST_PROJECTS: Final = 200
# How far around the time it is looked for: no index leads with trace ids.
WITHIN: Final = {
    "15m": timedelta(minutes=15),
    "1h": timedelta(hours=1),
    "24h": timedelta(hours=24),
}
LEAST_WIDTH: Final = 0.4


@dataclass(frozen=True)
class Span:
    """One request; `offset_ms` from the trace's beginning, `x` and `width` of a hundred."""

    request: Request
    offset_ms: float
    x: float
    width: float


@dataclass(frozen=True)
class Trace:
    spans: list[Span]
    length_ms: float
    is_complete: bool

    @property
    def projects(self) -> int:
        return len({span.request.project_id for span in self.spans})


def trace_of(user: User, trace_id: str, around: datetime, within: timedelta) -> Trace:
    projects = Project.objects.visible_to(user)[:MOST_PROJECTS]
    found = Request.objects.filter(
        project__in=[project.pk for project in projects],
        received_at__gte=around - within,
        received_at__lte=around + within,
        trace_id=trace_id,
    )
    ordered = found.select_related("endpoint", "project").order_by("requested_at", "pk")
    requests = list(ordered[: MOST_REQUESTS + 1])
    shown = requests[:MOST_REQUESTS]
    offsets = [_ms(request.requested_at - shown[0].requested_at) for request in shown]
    ends = [o + (r.load_time_ms or 0) for o, r in zip(offsets, shown, strict=True)]
    length = max(ends, default=0.0) or 1.0
    return Trace(
        spans=[
            Span(
                request,
                offset,
                x=min(100 * offset / length, 100 - LEAST_WIDTH),
                width=max(100 * (request.load_time_ms or 0) / length, LEAST_WIDTH),
            )
            for offset, request in zip(offsets, shown, strict=True)
        ],
        length_ms=length,
        is_complete=len(requests) <= MOST_REQUESTS,
    )


def _ms(span: timedelta) -> float:
    return span / timedelta(milliseconds=1)
