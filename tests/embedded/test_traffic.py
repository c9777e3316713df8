"""The demo's traffic looks like that of a real API, from places that are known."""

import random
from ipaddress import ip_address, ip_network
from pathlib import Path

import httpx
import maxminddb

from demo.places import RANGES, networks, write_database
from demo.traffic import BUSY_RATE, QUIET_RATE, Traffic, next_step, rate_at
from demo.visitors import regulars
from tests.embedded.conftest import RecordingIntake
from tests.support.conditions import wait_until


def test_steps_meet_successes_mistakes_and_failures(django_shop: httpx.Client) -> None:
    dice = random.Random(7)
    orders: list[int] = []
    seen: set[tuple[str, int]] = set()
    for _ in range(300):
        step = next_step(dice, orders)
        answer = django_shop.request(step.method, step.path, json=step.body)
        seen.add((step.method, answer.status_code))
        if (step.path, answer.status_code) == ("/orders", 201):
            orders.append(answer.json()["id"])
    wanted = {("GET", 200), ("GET", 400), ("GET", 404), ("GET", 500), ("PUT", 200)}
    wanted |= {("POST", 200), ("POST", 201), ("POST", 401), ("POST", 422), ("DELETE", 204)}
    assert wanted <= seen


def test_traffic_reaches_the_api_and_ends_when_asked(
    intake: RecordingIntake, django_shop: httpx.Client
) -> None:
    port = django_shop.base_url.port
    assert port is not None
    with Traffic(port):
        wait_until(lambda: len(intake.sent) >= 5)
    addresses = {sent.payload["data"]["request"]["ip"] for sent in intake.sent}
    assert all(any(ip_address(a) in ip_network(r) for r in RANGES) for a in addresses)


def test_the_rate_stays_between_quiet_and_busy() -> None:
    rates = [rate_at(second) for second in range(1200)]
    assert min(rates) >= QUIET_RATE
    assert max(rates) <= BUSY_RATE
    assert max(rates) - min(rates) > 2


def test_every_visitor_comes_from_a_place_that_the_database_knows(tmp_path: Path) -> None:
    write_database(tmp_path / "places.mmdb")
    with maxminddb.open_database(tmp_path / "places.mmdb") as reader:
        records = [reader.get(visitor.address) for visitor in regulars(random.Random(1))]
        (network, place) = next(networks())
        first = reader.get(str(network[0]))
        nobody = reader.get("8.8.8.8")
    assert all(isinstance(record, dict) and record["city"] for record in records)
    assert isinstance(first, dict)
    assert first["country"] == {"iso_code": "HR", "names": {"en": "Croatia"}}
    assert first["location"] == {
        "latitude": place.latitude,
        "longitude": place.longitude,
        "time_zone": "Europe/Zagreb",
    }
    assert nobody is None
