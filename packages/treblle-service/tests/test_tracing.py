"""Traces are off unless a collector is named; then each event has one, as the operator samples."""

from datetime import UTC, datetime

import pytest
from treblle_service.conf import BadSetting, Environment
from treblle_service.tracing import COLLECTOR, EventTracer, open_tracer, traces_url

from embedded.ports import free_port
from tests.support.collector import Collector
from tests.support.conditions import wait_until

BEGAN = datetime(2026, 3, 1, 12, 0, 0, 250_000, tzinfo=UTC)
EVENT, OTHER = "018e0000-0000-7000-8000-000000000001", "018e0000-0000-7000-8000-000000000002"


def traced(collector: Collector) -> EventTracer:
    tracer = open_tracer("treblle-intake", traces_url(Environment({COLLECTOR: collector.url})))
    assert tracer is not None
    return tracer


@pytest.mark.parametrize("values", [{}, {COLLECTOR: ""}], ids=["unset", "empty"])
def test_without_a_collector_there_is_no_tracer(values: dict[str, str]) -> None:
    assert open_tracer("treblle-intake", traces_url(Environment(values))) is None


def test_a_collector_that_is_no_http_address_ends_the_start() -> None:
    with pytest.raises(BadSetting, match=f"{COLLECTOR}: .*http, https"):
        traces_url(Environment({COLLECTOR: "grpc://collector:4317"}))


def test_what_is_recorded_with_a_traceparent_belongs_to_the_span_it_came_from() -> None:
    with Collector() as collector:
        tracer = traced(collector)
        span, traceparent = tracer.begin("take event", EVENT, BEGAN)
        span.end()
        tracer.record("load event", {EVENT: traceparent}, datetime.now(UTC))
        tracer.close()
        wait_until(lambda: len(collector.of(EVENT)) == 2)
        first, second = collector.of(EVENT)
    assert (first.name, first.service, second.name) == (
        "take event",
        "treblle-intake",
        "load event",
    )
    assert (second.trace_id, second.parent_id) == (first.trace_id, first.span_id)
    assert first.began == 1_772_366_400_250_000_000


def test_an_event_the_sampler_leaves_out_carries_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_TRACES_SAMPLER", "always_off")
    with Collector() as collector:
        tracer = traced(collector)
        span, traceparent = tracer.begin("take event", EVENT, BEGAN)
        span.end()
        tracer.close()
        assert collector.of(EVENT) == []
    assert traceparent == ""


def test_the_name_of_the_service_is_the_operators_to_choose(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OTEL_SERVICE_NAME", "intake-of-the-north")
    with Collector() as collector:
        tracer = traced(collector)
        tracer.begin("take event", EVENT, BEGAN)[0].end()
        tracer.close()
        (span,) = collector.of(EVENT)
    assert span.service == "intake-of-the-north"


def test_a_collector_that_is_away_stops_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "1")
    away = Environment({COLLECTOR: f"http://127.0.0.1:{free_port()}"})
    tracer = open_tracer("treblle-intake", traces_url(away))
    assert tracer is not None
    span, traceparent = tracer.begin("take event", OTHER, BEGAN)
    span.end()
    tracer.close()
    assert traceparent
