"""The details of a batch are one object, and one request of it is one ranged read."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from treblle_service import details
from treblle_service.sealed_frames import CannotUnseal, DetailsKeys
from treblle_service.store import NotFound, open_store
from treblle_service.store.file_store import FileStore

VALUES = st.dictionaries(
    st.text(st.characters(codec="utf-8")), st.text(st.characters(codec="utf-8"))
)
SHOP, BANK = UUID(int=1), UUID(int=2)
OLD, NEW = "old" * 12, "new" * 12
KEY = details.key_for(datetime(2026, 3, 4, tzinfo=UTC), "30d", "0198-id")


# No deadline: it writes files, on machines that do other work beside it.
@settings(deadline=None)
@given(st.lists(VALUES, min_size=1, max_size=8))
def test_each_request_reads_its_own(
    tmp_path_factory: pytest.TempPathFactory, batch: list[Any]
) -> None:
    store = FileStore(tmp_path_factory.mktemp("details"))
    writer = details.DetailsWriter(KEY)
    places = [writer.add(json.dumps(entry).encode(), SHOP) for entry in batch]
    writer.put(store)
    assert [details.read(store, place) for place in reversed(places)] == batch[::-1]


def test_a_batch_is_one_object_under_its_retention_class_and_day(s3_bucket_url: str) -> None:
    store = open_store(s3_bucket_url)
    writer = details.DetailsWriter(KEY)
    for number in range(100):
        writer.add(b'{"number":%d}' % number, SHOP)
    writer.put(store)
    assert list(store.keys()) == ["details/v1/30d/2026/03/04/0198-id.frames"]


def test_a_batch_without_details_writes_nothing(tmp_path: Path) -> None:
    details.DetailsWriter(KEY).put(FileStore(tmp_path))
    assert list(FileStore(tmp_path).keys()) == []


def test_details_that_retention_removed_are_not_found(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    writer = details.DetailsWriter(KEY)
    place = writer.add(b"{}", SHOP)
    writer.put(store)
    store.delete(KEY)
    with pytest.raises(NotFound):
        details.read(store, place)


def test_an_erased_frame_is_gone_and_its_neighbours_stay_where_they_are(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    writer = details.DetailsWriter(KEY)
    places = [writer.add(b'{"secret": "number %d"}' % number, SHOP) for number in range(3)]
    writer.put(store)
    size = len(store.get(KEY))
    gone = places[1]
    assert details.erase(store, KEY, [(gone.offset, gone.length)]) == gone.length
    content = store.get(KEY)
    assert len(content) == size
    assert not any(content[gone.offset : gone.offset + gone.length])
    assert [details.read(store, places[n])["secret"] for n in (0, 2)] == ["number 0", "number 2"]


def test_an_object_of_which_all_is_erased_is_removed(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    writer = details.DetailsWriter(KEY)
    places = [writer.add(b"{}", SHOP) for _ in range(3)]
    writer.put(store)
    details.erase(store, KEY, [(place.offset, place.length) for place in places])
    assert list(store.keys()) == []
    assert details.erase(store, KEY, [(0, 10)]) == 0


def test_a_pinned_frame_lies_apart_and_keeps_its_retention_class() -> None:
    key = details.pinned_key(KEY, "project", "request")
    assert not key.startswith(details.PREFIX)
    assert details.retention_class_of(key) == details.retention_class_of(KEY) == "30d"


def sealed(store: FileStore, keys: DetailsKeys, *texts: bytes) -> list[details.Place]:
    """Alternately the shop's and the bank's."""
    writer = details.DetailsWriter(KEY, keys)
    places = [writer.add(text, (SHOP, BANK)[number % 2]) for number, text in enumerate(texts)]
    writer.put(store)
    return places


def test_with_a_key_only_who_has_it_reads_details(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    (place,) = sealed(store, DetailsKeys([NEW]), b'{"card": "4111"}')
    assert details.read(store, place, DetailsKeys([NEW])) == {"card": "4111"}
    for others in (DetailsKeys(), DetailsKeys([OLD])):
        with pytest.raises(details.UnreadableDetails, match="is not among DETAILS_KEYS"):
            details.read(store, place, others)


def test_details_from_before_there_were_keys_stay_readable(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    (place,) = sealed(store, DetailsKeys(), b'{"card": "4111"}')
    assert details.read(store, place, DetailsKeys([NEW])) == {"card": "4111"}


def test_a_frame_does_not_pass_for_another_projects(tmp_path: Path) -> None:
    """The project is part of what its key is made of, and of what is authenticated."""
    store, keys = FileStore(tmp_path), DetailsKeys([NEW])
    (place,) = sealed(store, keys, b"{}")
    store.put(KEY, store.get(KEY).replace(SHOP.bytes, BANK.bytes))
    with pytest.raises(details.UnreadableDetails, match="was changed"):
        details.read(store, place, keys)


@given(position=st.integers(min_value=4))
def test_no_byte_of_a_sealed_frame_can_be_changed(position: int) -> None:
    keys = DetailsKeys([NEW])
    frame = bytearray(keys.seal(SHOP, bytes(16), b"what was said"))
    # The length stands for who walks an object; of a single frame the row knows it.
    frame[position % len(frame)] ^= 1
    if position % len(frame) < 4:
        return
    with pytest.raises(CannotUnseal):
        keys.unseal(bytes(frame))


def test_the_first_key_seals_and_the_others_open_until_all_is_sealed_anew(tmp_path: Path) -> None:
    store, rotated = FileStore(tmp_path), DetailsKeys([NEW, OLD])
    places = sealed(store, DetailsKeys([OLD]), b'{"n": 0}', b'{"n": 1}', b'{"n": 2}')
    assert details.read(store, places[0], rotated) == {"n": 0}
    details.erase(store, KEY, [(places[1].offset, places[1].length)])
    assert details.reseal(store, KEY, rotated) == 2
    assert details.reseal(store, KEY, rotated) == 0
    for number in (0, 2):
        assert details.read(store, places[number], DetailsKeys([NEW])) == {"n": number}
        with pytest.raises(details.UnreadableDetails):
            details.read(store, places[number], DetailsKeys([OLD]))


def test_sealing_anew_leaves_what_it_cannot_open_and_what_was_never_sealed(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    sealed(store, DetailsKeys([OLD]), b"{}")
    before = store.get(KEY)
    with pytest.raises(CannotUnseal):
        details.reseal(store, KEY, DetailsKeys([NEW]))
    assert store.get(KEY) == before
    sealed(store, DetailsKeys(), b"{}")
    before = store.get(KEY)
    assert details.reseal(store, KEY, DetailsKeys([NEW, OLD])) == 0
    assert store.get(KEY) == before
    assert details.reseal(store, "details/v1/gone.frames", DetailsKeys([NEW])) == 0


def test_a_pinned_copy_is_read_where_it_lies(tmp_path: Path) -> None:
    store, keys = FileStore(tmp_path), DetailsKeys([NEW])
    _, place = sealed(store, keys, b"{}", b'{"kept": true}')
    store.put("details/pinned/x", store.get_range(place.key, place.offset, place.length))
    copy = details.Place("details/pinned/x", 0, place.length)
    assert details.read(store, copy, keys) == {"kept": True}
