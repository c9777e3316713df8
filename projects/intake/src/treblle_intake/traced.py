"""Commits with a span an event, from when it was received until it is durable or refused."""

from collections.abc import Sequence

from treblle_service.tracing import EventTracer

from treblle_intake.answers import Refused
from treblle_intake.committer import Committer, Event

NAME = "take event"


class TracedCommitter:
    """Stands before a `Committer` where traces are on: where they are off there is none."""

    def __init__(self, committer: Committer, tracer: EventTracer) -> None:
        self._committer = committer
        self._tracer = tracer

    async def commit(self, events: Sequence[Event], size: int) -> None:
        """As `Committer.commit`; each event carries its trace from here on."""
        spans = []
        for event in events:
            span, event.traceparent = self._tracer.begin(NAME, event.id, event.received_at)
            spans.append(span)
        try:
            await self._committer.commit(events, size)
        except Refused as refused:
            for span in spans:
                span.set_attribute("error.type", refused.code)
            raise
        finally:
            for span in spans:
                span.end()
