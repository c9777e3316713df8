"""A ZIP made while it is sent: no file and no large memory in between."""

import zipfile
from collections.abc import AsyncIterator, Iterable, Iterator
from io import RawIOBase

from asgiref.sync import sync_to_async


class _Outlet(RawIOBase):
    """Takes what the ZIP writes, for whoever fetches it. It cannot seek, and says so."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]  # bytes is all that comes
        self._pieces.append(bytes(data))
        return len(data)

    def taken(self) -> bytes:
        data, self._pieces = b"".join(self._pieces), []
        return data


def zip_chunks(entries: Iterable[tuple[str, bytes]]) -> Iterator[bytes]:
    outlet = _Outlet()
    with zipfile.ZipFile(outlet, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries:
            archive.writestr(name, content)
            yield outlet.taken()
    yield outlet.taken()


async def in_threads(chunks: Iterator[bytes]) -> AsyncIterator[bytes]:
    """The same for an asynchronous server, which would else gather all before sending any."""
    take = sync_to_async(lambda: next(chunks, None), thread_sensitive=True)
    while (chunk := await take()) is not None:
        yield chunk
