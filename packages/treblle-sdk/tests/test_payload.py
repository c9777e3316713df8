"""The wire format: what the published SDKs send, and what is added to it."""

import gzip
import re
import zlib
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from treblle_sdk.options import Options
from treblle_sdk.payload import PayloadBuilder

OPTIONS = Options(sdk_token="token", api_key="key", body_limit_bytes=1000)


def build(exchange, options=OPTIONS):
    return PayloadBuilder(options).build(exchange)


def test_the_payload_has_the_form_of_the_published_sdks(make_exchange):
    exchange = make_exchange(
        request=b'{"name": "Ana"}',
        response=b'{"id": 7}',
        query="page=2&tag=a&tag=b&empty=",
        headers=[
            ("Content-Type", "application/json; charset=utf-8"),
            ("User-Agent", "curl/8"),
            ("X-Forwarded-For", "198.51.100.7, 10.0.0.1"),
        ],
        route="/orders/<int:pk>",
    )
    exchange.load_time_ms = 12.34567
    before = datetime.now(UTC)

    payload = build(exchange)

    data = payload["data"]
    sent_at = datetime.fromisoformat(data["request"].pop("timestamp")).replace(tzinfo=UTC)
    assert abs(sent_at - before) < timedelta(seconds=5)
    assert data["request"] == {
        "ip": "198.51.100.7",
        "url": "https://api.example/orders",
        "user_agent": "curl/8",
        "method": "POST",
        "headers": {
            "content-type": "application/json; charset=utf-8",
            "user-agent": "curl/8",
            "x-forwarded-for": "198.51.100.7, 10.0.0.1",
        },
        "query": {"page": "2", "tag": ["a", "b"], "empty": ""},
        "body": {"name": "Ana"},
        "route_path": "/orders/{pk}",
    }
    assert data["response"] == {
        "headers": {"content-type": "application/json"},
        "code": 200,
        "size": 9,
        "load_time": 12.346,
        "body": {"id": 7},
    }
    assert data["server"]["timezone"] == "UTC"
    assert data["server"]["os"].keys() == {"name", "release", "architecture"}
    assert data["language"]["name"] == "python"
    assert data["errors"] == []
    assert (payload["api_key"], payload["project_id"]) == ("token", "key")
    assert payload["sdk"] == "python-wsgi"


def test_each_event_has_an_id_that_sorts_by_its_time(make_exchange):
    early, late = (
        make_exchange(started_at=1_700_000_000.001),
        make_exchange(started_at=1_700_000_000.002),
    )

    ids = [UUID(build(exchange)["event_id"]) for exchange in (early, late, late)]

    assert [each.version for each in ids] == [7, 7, 7]
    assert len(set(ids)) == 3
    assert ids[0] < min(ids[1:])
    assert ids[0].int >> 80 == 1_700_000_000_001


def test_environment_sample_rate_and_customer_are_told_where_they_are_set(make_exchange):
    plain = build(make_exchange())
    options = Options(sdk_token="t", api_key="k", environment="staging", sample_rate=0.5)
    told = build(make_exchange(customer_id=42), options)

    assert not {"environment", "sample_rate", "customer_id"} & plain.keys()
    assert (told["environment"], told["sample_rate"], told["customer_id"]) == ("staging", 0.5, "42")


@pytest.mark.parametrize(("encoding", "codec"), [("gzip", gzip), ("deflate", zlib)])
def test_a_compressed_body_is_read(make_exchange, encoding, codec):
    headers = [("content-type", "application/json"), ("content-encoding", encoding)]
    content = codec.compress(b'{"a": 1}')

    payload = build(make_exchange(response=content, response_headers=headers))

    assert payload["data"]["response"]["body"] == {"a": 1}


@pytest.mark.parametrize(
    ("headers", "content", "says"),
    [
        ([], b'"%s"' % (b"x" * 2000), "2002 bytes, more than the limit of 1000"),
        ([("content-encoding", "gzip")], gzip.compress(b" " * 99_999), "unpacked more than"),
        ([("content-encoding", "br")], b"anything", "encoded with br"),
        ([("content-encoding", "gzip")], b"no gzip", "cannot be undone"),
        ([], b"[" * 990, ""),
    ],
)
def test_a_body_that_is_left_out_says_why(make_exchange, headers, content, says):
    exchange = make_exchange(
        response=content,
        response_headers=[("content-type", "application/json"), *headers],
    )
    options = Options(sdk_token="token", api_key="key", body_limit_bytes=1000)

    body = build(exchange, options)["data"]["response"]["body"]

    assert says in (body or "")


@pytest.mark.parametrize("content", [b"{not json", b"\xff\xfe", b'{"a": 1'])
def test_json_that_is_none_is_an_error_and_no_body(make_exchange, content):
    payload = build(make_exchange(response=content))

    assert payload["data"]["response"]["body"] is None
    assert [error["type"] for error in payload["data"]["errors"]] == ["INVALID_JSON"]


def test_a_request_body_the_application_did_not_read_is_no_error(make_exchange):
    headers = [("content-type", "application/json"), ("content-length", "500")]

    payload = build(make_exchange(request=b'{"a"', headers=headers))

    assert payload["data"]["request"]["body"] is None
    assert payload["data"]["errors"] == []


@pytest.mark.parametrize(
    ("content", "body"),
    [
        (
            b"name=Ana&tag=a&tag=b&password=x",
            {"name": "Ana", "tag": ["a", "b"], "password": "****"},
        ),
        (b'{"name": "Ana"}', {"name": "Ana"}),
    ],
)
def test_a_form_is_reported_as_its_fields(make_exchange, content, body):
    headers = [("content-type", "application/x-www-form-urlencoded")]

    payload = build(make_exchange(request=content, headers=headers))

    assert payload["data"]["request"]["body"] == body


def test_numbers_that_json_does_not_have_become_texts(make_exchange):
    payload = build(make_exchange(response=b'{"a": NaN, "b": 1e999, "c": -Infinity}'))

    assert payload["data"]["response"]["body"] == {"a": "NaN", "b": "inf", "c": "-Infinity"}


def test_an_exception_is_told_with_its_place(make_exchange):
    exchange = make_exchange(status=0)
    try:
        raise LookupError("no such order")
    except LookupError as error:
        exchange.fail(error)

    payload = build(exchange)

    (error,) = payload["data"]["errors"]
    assert payload["data"]["response"]["code"] == 500
    assert (error["type"], error["message"], error["file"]) == (
        "LookupError",
        "no such order",
        __file__,
    )
    assert error["line"] > 0


def test_a_client_that_went_away_is_told_by_its_status(make_exchange):
    assert build(make_exchange(status=0))["data"]["response"]["code"] == 499


def test_a_path_is_quoted_so_that_the_url_is_one(make_exchange):
    url = build(make_exchange(path="/städte/a b\udc80"))["data"]["request"]["url"]

    assert re.fullmatch(r"https://api\.example/st%C3%A4dte/a%20b(\?|%3F)", url)
