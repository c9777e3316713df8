"""Every SDK's wire format becomes one typed event."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from treblle_etl.event import Event, Rejected
from treblle_etl.extract import lines, wire
from treblle_service import raw_objects

RECEIVED = datetime(2026, 3, 1, 12, 0, 0, 250_000, tzinfo=UTC)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)
FIELDS = st.sampled_from(
    ["data", "server", "request", "response", "errors", "headers", "body", "url", "code", "size",
     "load_time", "timestamp", "timezone", "method", "ip", "route_path", "query", "user_agent"]
)  # fmt: skip


def event_of(payload: object) -> Event | Rejected:
    return wire.event_from(payload, uuid=uuid4(), api_key="k", received_at=RECEIVED)


def accepted(payload: object) -> Event:
    event = event_of(payload)
    assert isinstance(event, Event), event
    return event


def test_python_payload_is_understood(payload: Callable[..., dict[str, Any]]) -> None:
    event = accepted(payload())
    assert (event.method, event.host, event.path) == ("POST", "shop.example", "/users/7")
    assert event.query == {"x": "1"}
    assert event.load_time_ms == 12.5
    assert (event.request_size_bytes, event.response_size_bytes) == (27, 34)
    assert event.requested_at == datetime(2026, 3, 1, 12, tzinfo=UTC)
    assert event.claimed_requested_at is None
    assert (event.sdk, event.sdk_version, event.route) == ("django", "20", "users/{pk}")


@pytest.mark.parametrize("sdk", ["node", "express", "cloudflare"])
def test_load_time_of_npm_sdks_is_microseconds(
    sdk: str, payload: Callable[..., dict[str, Any]]
) -> None:
    event = accepted(payload(sdk=sdk, **{"data.response.load_time": 1500}))
    assert event.load_time_ms == 1.5


def test_query_in_the_url_and_in_the_body_of_a_get_is_the_query(
    payload: Callable[..., dict[str, Any]],
) -> None:
    made = payload(sdk="express", **{"data.request.url": "http://shop.example/books?q=a&q=b&p="})
    del made["data"]["request"]["query"]
    made["data"]["request"] |= {"method": "GET", "body": {"q": ["a", "b"], "p": ""}}
    event = accepted(made)
    assert event.path == "/books"
    assert event.query == {"q": ["a", "b"], "p": ""}
    assert event.request_body is None


@pytest.mark.parametrize(
    ("timestamp", "zone", "expected"),
    [
        ("2026-03-01 11:59:58", "UTC", datetime(2026, 3, 1, 11, 59, 58, tzinfo=UTC)),
        # The process keeps local time, and says so.
        ("2026-03-01 12:59:58", "Europe/Zagreb", datetime(2026, 3, 1, 11, 59, 58, tzinfo=UTC)),
        # Django's setting says Zagreb, the process runs in UTC: the nearer reading counts.
        ("2026-03-01 11:59:58", "Europe/Zagreb", datetime(2026, 3, 1, 11, 59, 58, tzinfo=UTC)),
        ("2026-03-01T13:59:58+02:00", None, datetime(2026, 3, 1, 11, 59, 58, tzinfo=UTC)),
        ("2026-03-01 11:59:58", "No/Such_Zone", datetime(2026, 3, 1, 11, 59, 58, tzinfo=UTC)),
        ("2026-02-28 12:00:01", "UTC", datetime(2026, 2, 28, 12, 0, 1, tzinfo=UTC)),
    ],
)
def test_believable_clock_gives_the_time(
    timestamp: str,
    zone: str | None,
    expected: datetime,
    payload: Callable[..., dict[str, Any]],
) -> None:
    changes = {"data.request.timestamp": timestamp, "data.server.timezone": zone}
    event = accepted(payload(**changes))
    assert (event.requested_at, event.claimed_requested_at) == (expected, None)


@pytest.mark.parametrize("timestamp", ["2016-03-01 12:00:00", "2036-03-01 12:00:00"])
def test_clock_ten_years_off_is_kept_and_marked(
    timestamp: str, payload: Callable[..., dict[str, Any]]
) -> None:
    event = accepted(payload(**{"data.request.timestamp": timestamp}))
    assert event.requested_at == RECEIVED
    assert event.claimed_requested_at == datetime.fromisoformat(timestamp).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("path", "value", "named"),
    [
        ("data", None, "data"),
        ("data.request", [], "data.request"),
        ("data.response", "x", "data.response"),
        ("data.request.method", 7, "data.request.method"),
        ("data.request.method", "GE T", "data.request.method"),
        ("data.request.url", None, "data.request.url"),
        ("data.request.url", "http://[", "data.request.url"),
        ("data.response.code", "many", "data.response.code"),
        ("data.response.code", 99, "data.response.code"),
    ],
)
def test_what_names_a_request_must_be_there(
    path: str, value: Any, named: str, payload: Callable[..., dict[str, Any]]
) -> None:
    rejected = event_of(payload(**{path: value}))
    assert isinstance(rejected, Rejected)
    assert rejected.reason == "missing_field"
    assert named in rejected.message


def test_anything_else_of_a_wrong_type_counts_as_missing(
    payload: Callable[..., dict[str, Any]],
) -> None:
    event = accepted(
        payload(
            version=[1],
            sdk={},
            **{
                "data.server": 3,
                "data.language": "x",
                "data.errors": {"a": 1},
                "data.request.headers": [1],
                "data.request.ip": 12,
                "data.request.user_agent": {},
                "data.request.timestamp": [],
                "data.request.query": "x=1",
                "data.request.route_path": 4,
                "data.response.headers": None,
                "data.response.size": "12 bytes",
                "data.response.load_time": True,
            },
        )
    )
    assert (event.sdk, event.ip, event.user_agent, event.route) == ("", "", "", None)
    assert (event.response_size_bytes, event.load_time_ms) == (None, None)
    assert event.requested_at == RECEIVED


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("2001:DB8::1", "2001:db8::1"),
        ("fe80::1%eth0", "fe80::1"),
        ("bogus", ""),
    ],
)
def test_addresses_have_one_form(
    sent: str, kept: str, payload: Callable[..., dict[str, Any]]
) -> None:
    assert accepted(payload(**{"data.request.ip": sent})).ip == kept


@given(value=JSON, field=FIELDS)
def test_any_json_gives_an_event_or_a_reason(value: Any, field: str) -> None:
    from tests.support.payloads import django_payload

    made = django_payload()
    for part in (made, made["data"], made["data"]["request"], made["data"]["response"]):
        if field in part:
            part[field] = value
    assert isinstance(event_of(made), Event | Rejected)
    assert isinstance(event_of(value), Event | Rejected)


@given(junk=st.binary(max_size=200))
def test_any_line_gives_an_event_or_a_reason(junk: bytes) -> None:
    assert isinstance(lines.event_from(junk), Rejected)
    enveloped = raw_objects.line(str(uuid4()), RECEIVED.isoformat(), "k", "::1", junk)
    assert isinstance(lines.event_from(enveloped), Rejected)


URLS = st.builds(
    "".join,
    st.tuples(
        st.sampled_from(["http://", "https://", "HTTP://", "//", ""]),
        st.sampled_from(["shop.example", "u:p@shop.example:80", "[::1]:80", ""]),
        st.text(alphabet="/a.0?=&;#%+@:[]\\ \té{}~", max_size=16),
    ),
)


@given(url=URLS)
def test_urls_are_read_as_the_standard_library_reads_them(url: str) -> None:
    made = {"request": {"url": url, "method": "GET"}, "response": {"code": 200}}
    event = event_of({"data": made})
    try:
        parts = urlsplit(url)
    except ValueError:
        assert isinstance(event, Rejected)
        return
    if not url:
        assert isinstance(event, Rejected)
        return
    assert isinstance(event, Event)
    assert event.scheme == (parts.scheme if parts.scheme in ("http", "https") else "")
    assert (event.host, event.path) == (parts.netloc.rpartition("@")[2], parts.path or "/")
    values = parse_qs(parts.query, keep_blank_values=True)
    assert event.query == {n: v[0] if len(v) == 1 else v for n, v in values.items()}
