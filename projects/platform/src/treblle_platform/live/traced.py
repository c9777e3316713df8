"""The last span of an event: from when its live message came until a browser was sent it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from typing import Any

from django.conf import settings
from django.utils import timezone
from treblle_service.tracing import EventTracer, open_tracer

NAME = "push to browser"

# By the uuid of the request: its `traceparent`, and when it came.
Traced = dict[str, tuple[str, datetime]]


@cache
def _tracer() -> EventTracer | None:
    return open_tracer("treblle-platform", settings.TRACES_URL)


def arrived(message: dict[str, Any]) -> Traced:
    """Take the traces out of a live message: they are not for who reads it."""
    traces: dict[str, str] = message.pop("traces", {})
    now = timezone.now()
    return {uuid: (traceparent, now) for uuid, traceparent in traces.items()}


def pushed(traced: Traced, rows: Iterable[Mapping[str, Any]]) -> None:
    """Record those of `traced` that are among the rows just sent."""
    tracer = _tracer() if traced else None
    if tracer is None:
        return
    for row in rows:
        if found := traced.get(row["uuid"]):
            traceparent, came_at = found
            tracer.record(NAME, {row["uuid"]: traceparent}, came_at)
