"""What an object store can do, and how one is opened from a URL."""

from collections.abc import Iterator
from typing import Protocol
from urllib.parse import parse_qs, unquote, urlsplit


class NotFound(LookupError):
    """There is no object under that key."""


class StoreUnavailable(OSError):
    """The store refused or did not answer; nothing may be taken as written."""


class ObjectStore(Protocol):
    """Immutable bytes under keys. Keys are slash-separated and sort as text.

    Every call raises `StoreUnavailable` where the store cannot be reached or refuses.
    """

    def put(self, key: str, data: bytes) -> None:
        """Return only when the object is durable; replaces what lay there, all at once."""

    def get(self, key: str) -> bytes:
        """The whole object; raises `NotFound`."""

    def get_range(self, key: str, offset: int, length: int) -> bytes:
        """`length` bytes from `offset`; raises `NotFound`."""

    def delete(self, key: str) -> None:
        """Remove the object; one that is not there is fine."""

    def keys(self, prefix: str = "", start_after: str = "") -> Iterator[str]:
        """Keys under `prefix`, sorted, those after `start_after` only."""

    def check(self) -> None:
        """Raise `StoreUnavailable` unless the store could take an object now."""


def open_store(url: str) -> ObjectStore:
    """Open `file:///folder` or `s3://bucket/prefix` (`?endpoint=http://…` for S3-compatible ones).

    Credentials and region come from the environment as boto3 reads them.
    """
    parts = urlsplit(url)
    if parts.scheme == "file":
        from treblle_service.store.file_store import FileStore

        return FileStore(unquote(parts.path))
    if parts.scheme == "s3":
        from treblle_service.store.s3_store import S3Store  # boto3 costs 30 MB: only where used

        endpoint = parse_qs(parts.query).get("endpoint", [None])[0]
        return S3Store(parts.netloc, parts.path.strip("/"), endpoint=endpoint)
    raise ValueError(f"a store URL begins with file:// or s3://, not {parts.scheme}://")
