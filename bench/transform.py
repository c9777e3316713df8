"""What understanding one request costs, by insight, and beside Sentry's normaliser.

From the line of a raw object to the understood event, every insight on, one core. Sentry's is
`StoreNormalizer` of `sentry-relay` (Rust), user agents on, on events of the same size that carry
the same headers and body as theirs carry it; it neither masks nor checks. Both read JSON. With
Sentry's usual data scrubbing after it, it masks too.
"""

import json
import random
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from treblle_etl.event import Event, Place
from treblle_etl.extract import lines
from treblle_etl.transform.caller import caller_of
from treblle_etl.transform.checks import check_request
from treblle_etl.transform.client import client_of
from treblle_etl.transform.details import details_of
from treblle_etl.transform.masking import masker_for
from treblle_etl.transform.problems import failure_of
from treblle_etl.transform.project import ProjectSettings
from treblle_etl.transform.template import template_of
from treblle_etl.transform.understand import understand
from treblle_models.identity import UUID7_RANDOM_BITS, uuid7_at
from treblle_service import raw_objects

from bench import shop
from bench.figures import RUNS, Figure

# Of each run, and of the first, which warms up: what is remembered by value helps no more than with
# real traffic.
EVENTS: Final = 500
SIZES: Final = {"2kb": 2_000, "8kb": 8_000}
SOMEWHERE: Final = Place(country="HR", city="Zagreb", time_zone="Europe/Zagreb")


def measure() -> list[Figure]:
    settings = ProjectSettings(masker=masker_for((), False), customer_claim="sub")
    figures: list[Figure] = []
    for size, size_bytes in SIZES.items():
        payloads = list(shop.payloads(EVENTS * (RUNS + 1), size_bytes))
        raw = [line_of(payload, number) for number, payload in enumerate(payloads)]
        ours = _runs(lambda line: _understood(line, settings), raw)
        target = "≤ 100" if size == "2kb" else ""
        against = f"raw line to understood event of {size_bytes} bytes, every insight on"
        figures.append(Figure(f"transform.us.{size}", "µs", ours, target, against))
        figures += _by_stage(size, raw, settings)
        if size == "2kb":
            for name, target, what, normaliser in (
                ("", "≤ 0.3", "sentry-relay", _normaliser()),
                (".scrubbing", "", "sentry-relay that masks too", _scrubbing_normaliser()),
            ):
                theirs = _runs(normaliser, [json.dumps(sentry_event(each)) for each in payloads])
                ratios = [own / other for own, other in zip(ours, theirs, strict=True)]
                against = f"{what}, {sorted(theirs)[len(theirs) // 2]:.0f} µs an event"
                figures.append(
                    Figure(f"transform.vs_relay{name}", "x time", ratios, target, against)
                )
    return figures


def _by_stage(size: str, raw: list[bytes], settings: ProjectSettings) -> Iterator[Figure]:
    """The cost of each insight by itself; what it needs of others is worked out before."""
    events = [_event(line) for line in raw]
    shown = [settings.masker.shown(event) for event in events]
    masked = [each.event for each in shown]
    pairs = list(zip(events, masked, strict=True))
    none = check_request(events[0], template="/", place=SOMEWHERE, disabled=frozenset())
    stages: dict[str, tuple[Callable[[Any], object], Sequence[Any]]] = {
        "read": (_event, raw),
        "mask": (settings.masker.shown, events),
        "template": (
            lambda e: template_of(e.method, e.path, e.route, e.status, settings.templates),
            masked,
        ),
        "client": (lambda event: client_of(event.user_agent), events),
        "caller": (lambda event: caller_of(event, settings), events),
        "failure": (failure_of, masked),
        "checks": (
            lambda pair: check_request(
                pair[0], template="/orders/{id}", place=SOMEWHERE, disabled=frozenset()
            ),
            pairs,
        ),
        "details": (lambda each: details_of(each, none), shown),
    }
    for stage, (work, items) in stages.items():
        yield Figure(f"transform.stage_us.{stage}.{size}", "µs", _runs(work, items))


def _runs(work: Callable[[Any], object], items: Sequence[Any]) -> list[float]:
    """Microseconds an item, once for each run, which has items of its own; the first round warms
    caches and is not counted.
    """
    found = []
    for run in range(RUNS + 1):
        share = items[run * EVENTS : (run + 1) * EVENTS]
        began = time.process_time()
        for item in share:
            work(item)
        if run:
            found.append((time.process_time() - began) / len(share) * 1e6)
    return found


def _event(line: bytes) -> Event:
    event = lines.event_from(line)
    if not isinstance(event, Event):
        raise TypeError(f"the benchmark made a payload that is refused: {event}")
    return event


def _understood(line: bytes, settings: ProjectSettings) -> object:
    return understand(_event(line), place_of=lambda address: SOMEWHERE, project=settings)


def line_of(payload: dict[str, Any], number: int) -> bytes:
    at = "2026-03-01T12:00:00.250000+00:00"
    event_id = str(
        uuid7_at(1_772_366_400_000, random.Random(number).getrandbits(UUID7_RANDOM_BITS))
    )
    return raw_objects.line(event_id, at, "K" * 32, "127.0.0.1", json.dumps(payload).encode())


def sentry_event(payload: dict[str, Any]) -> dict[str, Any]:
    """The same request as Sentry's SDKs send it: what is answered stands in `extra`."""
    data = payload["data"]
    request, response = data["request"], data["response"]
    return {
        "event_id": "4fd2c5e8b3a24c1e9f6d3a2b1c0d9e8f",
        "platform": "python",
        "timestamp": 1_772_366_400.0,
        "logger": "django",
        "transaction": "/v1/orders/{id}",
        "user": {"ip_address": request["ip"]},
        "request": {
            "url": request["url"],
            "method": request["method"],
            "headers": list(request["headers"].items()),
            "data": request["body"],
        },
        "extra": {
            "status": response["code"],
            "headers": response["headers"],
            "body": response["body"],
        },
        "exception": {"values": [{"type": "KeyError", "value": "'id'"}]},
    }


def _normaliser() -> Callable[[str], object]:
    from sentry_relay.processing import StoreNormalizer

    normaliser = StoreNormalizer(
        project_id=1, client_ip="203.0.113.9", protocol_version="7", normalize_user_agent=True
    )
    return lambda event: normaliser.normalize_event(raw_event=event)


def _scrubbing_normaliser() -> Callable[[str], object]:
    from sentry_relay.processing import convert_datascrubbing_config, pii_strip_event

    normalise = _normaliser()
    config = convert_datascrubbing_config({"scrubData": True, "scrubDefaults": True})
    return lambda event: pii_strip_event(config, normalise(event))
