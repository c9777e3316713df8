"""What every object store promises: the same tests on a folder and on S3."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from treblle_service.store import NotFound, ObjectStore, StoreUnavailable, open_store


@pytest.fixture(params=["file", "s3", "s3 with a prefix"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ObjectStore]:
    if request.param == "file":
        yield open_store(f"file://{tmp_path}/a%20folder")
        return
    url: str = request.getfixturevalue("s3_bucket_url")
    prefix = "/some/prefix" if "prefix" in request.param else ""
    yield open_store(url.replace("?", f"{prefix}?"))


@pytest.fixture(params=["file", "s3"])
def broken_store(request: pytest.FixtureRequest, tmp_path: Path) -> ObjectStore:
    if request.param == "file":
        (tmp_path / "file").write_bytes(b"no folder")
        return open_store(f"file://{tmp_path}/file")
    moto_url: str = request.getfixturevalue("moto_url")
    return open_store(f"s3://no-such-bucket?endpoint={moto_url}")


def test_what_is_put_is_got(store: ObjectStore) -> None:
    data = bytes(range(256)) * 100
    store.put("a/b/c.bin", data)
    assert store.get("a/b/c.bin") == data


def test_an_empty_object_is_an_object(store: ObjectStore) -> None:
    store.put("empty", b"")
    assert store.get("empty") == b""


def test_a_second_put_replaces(store: ObjectStore) -> None:
    store.put("key", b"a longer first")
    store.put("key", b"second")
    assert store.get("key") == b"second"


def test_a_range_is_read(store: ObjectStore) -> None:
    store.put("key", b"0123456789")
    assert store.get_range("key", 3, 4) == b"3456"


def test_a_range_that_ends_beyond_the_object_is_cut(store: ObjectStore) -> None:
    store.put("key", b"0123456789")
    assert store.get_range("key", 8, 100) == b"89"


def test_what_is_not_there_is_not_found(store: ObjectStore) -> None:
    with pytest.raises(NotFound):
        store.get("a/b")
    with pytest.raises(NotFound):
        store.get_range("a/b", 0, 1)


def test_what_is_deleted_is_gone_and_a_second_time_is_fine(store: ObjectStore) -> None:
    store.put("a/b", b"x")
    store.delete("a/b")
    store.delete("a/b")
    with pytest.raises(NotFound):
        store.get("a/b")
    assert list(store.keys()) == []


KEYS = ["a-b/1", "a/1", "a/2/3", "a/2/4", "a/20", "a/3", "b"]


def test_keys_are_sorted_as_text_through_folders(store: ObjectStore) -> None:
    for key in reversed(KEYS):
        store.put(key, b"x")
    assert list(store.keys()) == KEYS == sorted(KEYS)


def test_keys_of_a_prefix_that_may_end_inside_a_name(store: ObjectStore) -> None:
    for key in KEYS:
        store.put(key, b"x")
    assert list(store.keys("a/2")) == ["a/2/3", "a/2/4", "a/20"]
    assert list(store.keys("none/")) == []


@pytest.mark.parametrize("start_after", [*KEYS, "a/2", "a/2/35", "zzz"])
def test_keys_go_on_after_one(store: ObjectStore, start_after: str) -> None:
    for key in KEYS:
        store.put(key, b"x")
    expected = [key for key in KEYS if key > start_after]
    assert list(store.keys(start_after=start_after)) == expected
    assert list(store.keys("a/", start_after)) == [key for key in expected if key[:2] == "a/"]


def test_a_store_that_works_passes_its_check(store: ObjectStore) -> None:
    store.check()


def test_a_store_that_is_away_says_so_at_every_call(broken_store: ObjectStore) -> None:
    with pytest.raises(StoreUnavailable):
        broken_store.put("a/b", b"x")
    with pytest.raises((StoreUnavailable, NotFound)):
        broken_store.get("a/b")
    with pytest.raises(StoreUnavailable):
        broken_store.check()


def test_an_s3_nobody_listens_at_is_unavailable(aws_environment: None) -> None:
    store = open_store("s3://bucket?endpoint=http://127.0.0.1:1")
    with pytest.raises(StoreUnavailable):
        store.put("key", b"x")


def test_a_store_of_another_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="file:// or s3://"):
        open_store("ftp://host/folder")
