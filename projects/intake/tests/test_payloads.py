"""`POST /`: what is taken, what is refused, and what lies in the store afterwards."""

import gzip
import json
import uuid
import zlib
from datetime import UTC, datetime, timedelta

import httpx
import pytest
import zstandard

KEY = "k" * 32
ENVELOPE = {"api_key": KEY, "project_id": "p" * 16, "version": 20, "sdk": "django", "data": {}}


def error_of(answer: httpx.Response) -> str:
    error = answer.json()["error"]
    assert error["message"].endswith(".")
    return error["code"]


def test_a_payload_is_answered_202_with_the_id_of_its_line_in_the_store(intake):
    before = datetime.now(UTC)
    answer = intake.post(ENVELOPE)
    assert answer.status_code == 202
    assert uuid.UUID(answer.json()["id"]).version == 7
    line = intake.line_of(answer.json()["id"])
    assert line["payload"] == ENVELOPE
    assert line["api_key"] == KEY
    assert line["remote_ip"] == "127.0.0.1"
    received_at = datetime.fromisoformat(line["received_at"])
    assert timedelta() <= received_at - before < timedelta(seconds=20)


@pytest.mark.parametrize(
    ("encoding", "encode"),
    [
        ("gzip", gzip.compress),
        ("GZIP", lambda body: gzip.compress(body[:9]) + gzip.compress(body[9:])),
        ("deflate", zlib.compress),
        ("deflate", lambda body: zlib.compress(body)[2:-4]),
        ("zstd", zstandard.ZstdCompressor().compress),
        ("identity", bytes),
    ],
)
def test_a_compressed_payload_is_stored_inflated(intake, encoding, encode):
    answer = intake.post(encode(json.dumps(ENVELOPE).encode()), content_encoding=encoding)
    assert answer.status_code == 202
    assert intake.line_of(answer.json()["id"])["payload"] == ENVELOPE


@pytest.mark.parametrize("large", [False, True])
@pytest.mark.parametrize("encoding", ["gzip", "deflate", "zstd", "br", "gzip, gzip"])
def test_an_encoding_that_does_not_hold_is_refused(intake, encoding, large):
    answer = intake.post(b"not compressed" * (5000 if large else 1), content_encoding=encoding)
    assert answer.status_code == 400
    assert error_of(answer) == "unreadable"


@pytest.mark.parametrize(
    ("encoding", "encode"),
    [
        ("gzip", gzip.compress),
        ("deflate", zlib.compress),
        ("zstd", zstandard.ZstdCompressor().compress),
        ("zstd", lambda body: zstandard.ZstdCompressor(write_content_size=False).compress(body)),
    ],
)
def test_a_compressed_batch_that_was_cut_off_loses_no_line_silently(intake, encoding, encode):
    whole = encode(b'{"data": 1}\n' * 3)
    assert intake.post(whole, "/batch", content_encoding=encoding).status_code == 202
    assert intake.post(whole[:-3], "/batch", content_encoding=encoding).status_code == 400


def test_an_event_id_becomes_the_id(intake):
    event_id = str(uuid.uuid4())
    answer = intake.post({**ENVELOPE, "event_id": event_id.upper()})
    assert answer.json() == {"id": event_id}
    assert intake.line_of(event_id)["payload"]["event_id"] == event_id.upper()


@pytest.mark.parametrize("event_id", ["seven", 7, None, {"a": []}, ""])
def test_an_event_id_that_is_no_uuid_stays_content(intake, event_id):
    answer = intake.post({**ENVELOPE, "event_id": event_id})
    assert uuid.UUID(answer.json()["id"]).version == 7
    assert intake.line_of(answer.json()["id"])["payload"]["event_id"] == event_id


def test_the_key_may_come_in_the_payload_alone(intake):
    answer = httpx.post(intake.url, json={"api_key": "in-the-payload"})
    assert answer.status_code == 202
    assert intake.line_of(answer.json()["id"])["api_key"] == "in-the-payload"


def test_the_key_may_come_in_the_header_alone(intake):
    answer = intake.post({"data": {}}, x_api_key="in-the-header")
    assert intake.line_of(answer.json()["id"])["api_key"] == "in-the-header"


@pytest.mark.parametrize("payload", [{}, {"api_key": ""}, {"api_key": 7}, {"api_key": "k" * 257}])
def test_a_payload_without_a_key_is_refused(intake, payload):
    answer = httpx.post(intake.url, json=payload)
    assert answer.status_code == 401
    assert error_of(answer) == "no_key"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'{"a": tru}',
        b'{"a": 01}',
        b'{"a": 1} trailing',
        b'{"a": "\\x"}',
        b'{"a": "raw \n break"}',
        b'{"data": {"body": "\xff"}}',
        b'{"\xc3": 1}',
        b'{"data": "\xed\xa0\x80"}',
        b'{"a": NaNa}',
        b"[1]",
        b'"text"',
        b"null",
        b"[NaN]",
        b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    ],
)
def test_a_body_that_is_no_json_object_is_refused(intake, body):
    answer = intake.post(body)
    assert answer.status_code == 400
    assert error_of(answer) == "unreadable"


@pytest.mark.parametrize(
    "body",
    [
        b'{"a":' + b"[" * 100 + b"]" * 100 + b"}",
        b'{"a":' + b'{"a":' * 100 + b"1" + b"}" * 101,
        b'{"a": "nul \\u0000 inside", "\\u0000": 1}',
        b'{"a": "\\ud83d\\ude00", "b": "\xf0\x9f\x98\x80"}',
        b'{"a": 1e999, "b": 123456789012345678901234567890}',
        b'{"data": 7, "version": [], "errors": "none"}',
        b'{\r\n  "pretty": [\n1,\r2]\n}\n',
    ],
)
def test_odd_but_valid_json_goes_through_unchanged(intake, body):
    answer = intake.post(body)
    assert answer.status_code == 202
    assert intake.line_of(answer.json()["id"])["payload"] == json.loads(body)


@pytest.mark.parametrize(
    ("body", "stored"),
    [
        (b'{"a": NaN, "b": [Infinity, -Infinity], "NaN": 1.5}', {"a": None, "b": [None, None], "NaN": 1.5}),
        (b'{"a": "half \\ud83d", "b": "\\u00e9"}', {"a": "half \ufffd", "b": "é"}),
    ],
)  # fmt: skip
def test_what_python_and_javascript_write_beyond_json_is_mended(intake, body, stored):
    """Python's json writes NaN, JavaScript's half characters: both reach the SDKs."""
    answer = intake.post(body)
    assert answer.status_code == 202
    assert intake.line_of(answer.json()["id"])["payload"] == stored


@pytest.mark.parametrize(
    ("method", "path", "status", "allow"),
    [
        ("GET", "/", 405, "POST"),
        ("PUT", "/batch", 405, "POST"),
        ("POST", "/healthz", 405, "GET, HEAD"),
        ("GET", "/nothing", 404, None),
        ("POST", "/batch/", 404, None),
    ],
)
def test_any_other_address_is_answered_404_or_405(intake, method, path, status, allow):
    answer = intake.client.request(method, path)
    assert answer.status_code == status
    assert answer.headers.get("allow") == allow
    assert error_of(answer)


@pytest.mark.parametrize(
    ("trusted", "forwarded", "stored"),
    [
        ("", "203.0.113.9", "127.0.0.1"),
        ("10.0.0.0/8", "203.0.113.9", "127.0.0.1"),
        ("10.0.0.0/8, 127.0.0.1", "203.0.113.9, 10.1.1.1", "203.0.113.9"),
        ("127.0.0.0/8", "2001:db8::7", "2001:db8::7"),
        ("127.0.0.0/8", "unknown", "127.0.0.1"),
    ],
)
def test_a_forwarded_address_counts_only_from_a_trusted_proxy(
    start_intake, trusted, forwarded, stored
):
    intake = start_intake(INTAKE_TRUSTED_PROXIES=trusted)
    answer = intake.post(ENVELOPE, x_forwarded_for=forwarded)
    assert intake.line_of(answer.json()["id"])["remote_ip"] == stored
