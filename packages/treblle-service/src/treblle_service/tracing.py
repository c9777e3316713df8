"""Traces of events by OpenTelemetry: off, and not even imported, unless a collector is named.

Each event is a trace of its own, from the intake to the browser. Its context (W3C Trace Context,
`traceparent`) lies in its line of the raw object, and goes along in the queue's message and in the
live message. What else may be said is OpenTelemetry's own: OTEL_SERVICE_NAME, OTEL_TRACES_SAMPLER,
OTEL_EXPORTER_OTLP_HEADERS, OTEL_BSP_… (its "Environment Variable Specification").
"""

from collections.abc import Mapping
from datetime import datetime
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final

from treblle_service.conf import BadSetting, Environment

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.trace import Span

COLLECTOR: Final = "OTEL_EXPORTER_OTLP_ENDPOINT"
EVENT_ID: Final = "treblle.event_id"
CARRIED: Final = "traceparent"
_NS_IN_S: Final = 1_000_000_000
_NS_IN_US: Final = 1_000


def traces_url(env: Environment) -> str:
    """Where spans go; empty: nowhere. Raises `BadSetting` where they could not."""
    collector = env.url(
        COLLECTOR,
        "",
        schemes=("http", "https"),
        help="an OpenTelemetry collector, http://host:4318 (OTLP over HTTP): traces of events go"
        " there. Needs the extra [otel]; its other OTEL_ names hold too (unset: none)",
    )
    if not collector:
        return ""
    if find_spec("opentelemetry") is None or find_spec("opentelemetry.sdk") is None:
        raise BadSetting(COLLECTOR, "is set, but OpenTelemetry is not installed: the extra [otel]")
    return f"{collector.rstrip('/')}/v1/traces"


def open_tracer(part: str, url: str) -> "EventTracer | None":
    """For a process of `part` (its `service.name` unless OTEL_SERVICE_NAME says another); None
    where `url`, of `traces_url`, is empty. Not before a process has forked: it starts a thread."""
    return EventTracer(part, url) if url else None


class EventTracer:
    """Spans of one process. They leave in a thread; a collector that is away costs them alone."""

    def __init__(self, part: str, url: str) -> None:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import SERVICE_NAME, OTELResourceDetector, Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

        named = Resource.create().merge(Resource({SERVICE_NAME: part}))
        self._provider = TracerProvider(resource=named.merge(OTELResourceDetector().detect()))
        self._provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=url)))
        self._tracer = self._provider.get_tracer("treblle")
        self._propagator = TraceContextTextMapPropagator()

    def begin(self, name: str, event_id: str, began: datetime) -> "tuple[Span, str]":
        """The first span of an event, to be ended, and its `traceparent`; that is empty where the
        sampler leaves the event out."""
        from opentelemetry.context import Context
        from opentelemetry.trace import set_span_in_context

        span = self._span(name, event_id, began, Context())
        carrier: dict[str, str] = {}
        if span.is_recording():
            self._propagator.inject(carrier, set_span_in_context(span))
        return span, carrier.get(CARRIED, "")

    def record(self, name: str, traces: Mapping[str, str], began: datetime) -> None:
        """What has just been done to several events (id → `traceparent`), from `began` until now."""
        for event_id, traceparent in traces.items():
            parent = self._propagator.extract({CARRIED: traceparent})
            self._span(name, event_id, began, parent).end()

    def close(self) -> None:
        """Send what has not left yet."""
        self._provider.shutdown()

    def _span(self, name: str, event_id: str, began: datetime, context: "Context") -> "Span":
        return self._tracer.start_span(
            name,
            context,
            attributes={EVENT_ID: event_id},
            start_time=int(began.timestamp()) * _NS_IN_S + began.microsecond * _NS_IN_US,
        )
