"""What is counted is rendered as Prometheus reads it, on pages and on the port of workers."""

from collections.abc import Iterator

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from treblle_service.conf import Environment
from treblle_service.metrics import Counter, Gauge, Histogram, catalog, exposition
from treblle_service.side_port import SidePort, serve, side_port

from embedded.ports import free_port

TOKEN = "for the scraper"


def samples() -> dict[tuple[str, tuple[str, ...]], float]:
    """What Prometheus' own parser reads."""
    return {
        (sample.name, tuple(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(exposition.render().decode())
        for sample in family.samples
    }


def test_counters_gauges_and_histograms_are_read_by_prometheus_own_parser(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    counter = Counter("it_total", "It", ("kind",))
    gauge = Gauge("that", "That")
    spread = Histogram("it_seconds", "How long", bounds=(1.0, 5.0))
    monkeypatch.setattr(catalog, "instruments", lambda: [counter, gauge, spread])
    counter.add(2, 'odd "kind"\n')
    gauge.follow(lambda: 7)
    for value in (0.5, 1.0, 3.0, 60.0):
        spread.observe(value)
    read = samples()
    assert read["it_total", ('odd "kind"\n',)] == 2
    assert read["that", ()] == 7
    assert [read["it_seconds_bucket", (bound,)] for bound in ("1.0", "5.0", "+Inf")] == [2, 3, 4]
    assert (read["it_seconds_sum", ()], read["it_seconds_count", ()]) == (64.5, 4)


def test_a_process_tells_what_it_takes_itself() -> None:
    assert samples()["process_resident_memory_bytes", ()] > 0


def test_names_of_figures_are_never_given_twice() -> None:
    names = [each.name for each in catalog.instruments()]
    assert len(names) == len(set(names)) > 10


@pytest.fixture
def url(request: pytest.FixtureRequest) -> Iterator[str]:
    def probe() -> None:
        if request.param:
            raise request.param

    place = SidePort("127.0.0.1", free_port(), TOKEN)
    server = serve(place, {"broker": probe})
    assert server is not None
    yield f"http://127.0.0.1:{place.port}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("url", [None], indirect=True)
def test_a_worker_answers_on_its_side_port(url: str) -> None:
    assert httpx.get(f"{url}/healthz").json() == {"status": "ok"}
    assert httpx.get(f"{url}/readyz").status_code == 200
    assert httpx.get(f"{url}/metrics").status_code == 403
    told = httpx.get(f"{url}/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert "process_resident_memory_bytes" in told.text
    assert httpx.get(f"{url}/else").status_code == 404


@pytest.mark.parametrize("url", [ConnectionError("redis://:hunter2@host")], indirect=True)
def test_a_worker_without_its_broker_is_not_ready_and_tells_no_password(url: str) -> None:
    answer = httpx.get(f"{url}/readyz")
    assert answer.status_code == 503
    assert answer.json()["problem"] == "broker: ConnectionError"


def test_the_side_port_is_off_unless_asked_for() -> None:
    place = side_port(Environment({}))
    assert place.port == 0
    assert serve(place, {}) is None
