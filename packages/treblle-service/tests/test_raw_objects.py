"""A raw object holds what arrived, as it arrived, a line an event."""

import contextlib
import gzip
import json
import tracemalloc
from datetime import UTC, datetime
from typing import Any

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st
from treblle_service import raw_objects

MEGABYTE = 1_000_000
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(payloads=st.lists(JSON, max_size=5), indent=st.sampled_from([None, 2]), ascii=st.booleans())
def test_payloads_come_back_line_by_line(
    payloads: list[Any], indent: int | None, ascii: bool
) -> None:
    lines = [
        raw_objects.line(
            f"id-{number}",
            "2026-01-02T03:04:05.678901Z",
            'key "quoted"',
            "192.0.2.1",
            json.dumps(payload, indent=indent, ensure_ascii=ascii).encode("utf-8", "surrogatepass"),
        )
        for number, payload in enumerate(payloads)
    ]
    decoded = raw_objects.decode("x.ndjson.zst", raw_objects.encode(lines))
    read = [json.loads(line.decode("utf-8", "surrogatepass")) for line in decoded]
    assert [entry["payload"] for entry in read] == payloads
    assert [entry["id"] for entry in read] == [f"id-{n}" for n in range(len(payloads))]
    assert {entry["api_key"] for entry in read} <= {'key "quoted"'}


def test_a_line_carries_its_trace_and_only_where_there_is_one() -> None:
    told = raw_objects.line("id", "now", "key", "::1", b"{}", "00-ab-cd-01")
    assert json.loads(told)["traceparent"] == "00-ab-cd-01"
    assert b"traceparent" not in raw_objects.line("id", "now", "key", "::1", b"{}")


def test_a_payload_that_is_not_utf8_is_kept_byte_for_byte() -> None:
    line = raw_objects.line("id", "now", "key", "::1", b'"\xff\xfe"')
    (read,) = raw_objects.decode("x.ndjson.zst", raw_objects.encode([line]))
    assert read.endswith(b'"payload":"\xff\xfe"}')


def test_keys_name_the_hour_and_sort_by_it() -> None:
    at = datetime(2026, 3, 4, 5, 59, 59, tzinfo=UTC)
    assert raw_objects.key_for(at, "abc") == "raw/v1/2026/03/04/05/abc.ndjson.zst"
    assert raw_objects.key_for(at, "abc").startswith(raw_objects.hour_prefix(at))


def test_gzip_is_read_too() -> None:
    assert raw_objects.decode("x.ndjson.gz", gzip.compress(b'{"a":1}\n\n{"b":2}\n')) == [
        b'{"a":1}',
        b'{"b":2}',
    ]


@pytest.mark.parametrize("key", ["x.ndjson.zst", "x.ndjson.gz"])
@given(junk=st.binary(max_size=100))
def test_junk_is_unreadable_and_nothing_worse(key: str, junk: bytes) -> None:
    with pytest.raises(raw_objects.UnreadableObject):
        raw_objects.decode(key, b"junk" + junk)


@pytest.mark.parametrize("key", ["x.ndjson.zst", "x.ndjson.gz"])
def test_an_object_cut_off_is_unreadable(key: str) -> None:
    text = b'{"a":1}\n' * 1000
    whole = gzip.compress(text) if key.endswith("gz") else raw_objects.encode([text])
    with pytest.raises(raw_objects.UnreadableObject):
        raw_objects.decode(key, whole[:-10])


@given(place=st.integers(0, 10_000), flip=st.integers(1, 255))
def test_a_gzip_with_a_wrong_byte_is_unreadable_or_readable_and_nothing_worse(
    place: int, flip: int
) -> None:
    data = bytearray(gzip.compress(b"".join(b'{"number":%d}\n' % n for n in range(1000)), mtime=0))
    data[place % len(data)] ^= flip
    with contextlib.suppress(raw_objects.UnreadableObject):
        raw_objects.decode("x.ndjson.gz", bytes(data))


@pytest.mark.parametrize("key", ["x.ndjson.zst", "x.ndjson.gz"])
def test_a_bomb_is_refused_before_it_fills_the_memory(
    key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(raw_objects, "MAX_INFLATED_BYTES", MEGABYTE)
    bomb = bytes(50 * MEGABYTE)
    data = gzip.compress(bomb, 1) if key.endswith("gz") else zstandard.compress(bomb)
    tracemalloc.start()
    with pytest.raises(raw_objects.UnreadableObject, match="inflates beyond"):
        raw_objects.decode(key, data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10 * MEGABYTE
