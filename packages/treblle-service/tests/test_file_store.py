"""A folder as a store: whole objects or none, whatever happens on the way."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest
from treblle_service.store.file_store import FileStore

SIZE = 2_000_000

# Files of this process cannot grow beyond 4,096 bytes: a write fails as on a full disk.
PUT_ON_A_FULL_DISK = """
import resource, sys
from treblle_service.store import StoreUnavailable, open_store

store = open_store(f"file://{sys.argv[1]}")
store.put("a/small", b"x" * 4096)
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
try:
    store.put("a/large", b"x" * 4097)
except StoreUnavailable as error:
    print(error)
"""


def files(folder: Path) -> list[str]:
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


def test_a_full_disk_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PUT_ON_A_FULL_DISK, tmp_path], text=True, capture_output=True
    )
    assert done.stdout.startswith("cannot write a/large"), done.stderr
    assert files(tmp_path) == ["a/small"]


def test_what_is_listed_is_whole_while_others_write(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    keys = [f"object-{number:02}" for number in range(20)]

    def write() -> None:
        for key in keys:
            store.put(key, b"x" * SIZE)

    writer = threading.Thread(target=write)
    writer.start()
    while writer.is_alive():
        listed = list(store.keys())
        assert {len(store.get(key)) for key in listed} <= {SIZE}
    writer.join()
    assert list(store.keys()) == keys


def test_what_a_crash_left_is_never_an_object(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    store.put("a/whole", b"x")
    (tmp_path / "a" / "torn.4711.partial").write_bytes(b"ha")
    assert list(store.keys()) == ["a/whole"]


@pytest.mark.parametrize(
    "key", ["", "/etc/passwd", "a/../../b", "a//b", "a/./b", "a/", "torn.partial"]
)
def test_a_key_never_leaves_the_folder(tmp_path: Path, key: str) -> None:
    with pytest.raises(ValueError, match="not an object key"):
        FileStore(tmp_path / "store").put(key, b"x")
    assert files(tmp_path) == []


def test_a_key_may_hold_any_letter(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    store.put("ä ö/日本 +&%?#", b"x")
    assert list(store.keys()) == ["ä ö/日本 +&%?#"]


def test_a_folder_that_is_not_writable_does_not_pass_its_check(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OSError, match="Not a directory"):
        FileStore(tmp_path / "file" / "store").check()
