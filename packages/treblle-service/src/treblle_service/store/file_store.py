"""Objects in a local folder: written aside, fsynced, renamed, the folder fsynced."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from treblle_service.store.interface import NotFound, StoreUnavailable

PARTIAL_SUFFIX = ".partial"


class FileStore:
    """One folder; a key is a path below it."""

    def __init__(self, folder: str | Path) -> None:
        self._root = Path(folder)

    def put(self, key: str, data: bytes) -> None:
        path = self._path(key)
        partial = path.with_name(f"{path.name}.{os.getpid()}{PARTIAL_SUFFIX}")
        try:
            self._make_folder(path.parent)
            _write_durably(partial, data)
            partial.rename(path)
            _sync_folder(path.parent)
        except OSError as error:
            with suppress(OSError):
                partial.unlink()
            raise StoreUnavailable(f"cannot write {key}: {error.strerror}") from error

    def get(self, key: str) -> bytes:
        try:
            return self._path(key).read_bytes()
        except FileNotFoundError:
            raise NotFound(key) from None
        except OSError as error:
            raise StoreUnavailable(f"cannot read {key}: {error.strerror}") from error

    def get_range(self, key: str, offset: int, length: int) -> bytes:
        try:
            with self._path(key).open("rb") as file:
                file.seek(offset)
                return file.read(length)
        except FileNotFoundError:
            raise NotFound(key) from None
        except OSError as error:
            raise StoreUnavailable(f"cannot read {key}: {error.strerror}") from error

    def delete(self, key: str) -> None:
        try:
            self._path(key).unlink(missing_ok=True)
        except OSError as error:
            raise StoreUnavailable(f"cannot delete {key}: {error.strerror}") from error

    def keys(self, prefix: str = "", start_after: str = "") -> Iterator[str]:
        start = prefix.rpartition("/")[0]
        for key in self._walk(start, start_after):
            if key.startswith(prefix) and key > start_after:
                yield key

    def check(self) -> None:
        try:
            self._root.mkdir(parents=True, exist_ok=True)
            free = os.statvfs(self._root).f_bavail
        except OSError as error:
            raise StoreUnavailable(f"{self._root}: {error.strerror}") from error
        if not os.access(self._root, os.W_OK) or free == 0:
            raise StoreUnavailable(f"{self._root}: not writable or full")

    def _walk(self, folder: str, start_after: str) -> Iterator[str]:
        """Sorted keys below a folder, whole folders before `start_after` left out unread."""
        try:
            entries = list(os.scandir(self._root / folder))
        except FileNotFoundError:
            return
        lead = f"{folder}/" if folder else ""
        # A folder sorts as its keys do, with the slash.
        named = sorted((lead + e.name + ("/" if e.is_dir() else ""), e.is_dir()) for e in entries)
        for name, is_folder in named:
            if is_folder:
                if name + "\U0010ffff" > start_after:
                    yield from self._walk(name.rstrip("/"), start_after)
            elif not name.endswith(PARTIAL_SUFFIX):
                yield name

    def _path(self, key: str) -> Path:
        parts = key.split("/")
        if key.endswith(PARTIAL_SUFFIX) or any(part in ("", ".", "..") for part in parts):
            raise ValueError(f"not an object key: {key!r}")
        return self._root.joinpath(*parts)

    def _make_folder(self, folder: Path) -> None:
        if folder.is_dir():
            return
        folder.mkdir(parents=True, exist_ok=True)
        # The new names themselves must outlast a power cut, up to the root of the store.
        while folder != self._root.parent:
            folder = folder.parent
            _sync_folder(folder)


def _write_durably(path: Path, data: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o640)
    try:
        view = memoryview(data)
        while view:
            view = view[os.write(descriptor, view) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
