"""One request with its response, as the middleware saw it: references only, nothing parsed."""

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import chain
from types import TracebackType
from typing import Final

HeaderPairs = Iterable[tuple[str | bytes, str | bytes]]
# Name, value, name, value…
Headers = tuple[str | bytes, ...]

# What an exchange without bodies takes in memory, about.
BARE_SIZE_BYTES: Final = 4096
UNHANDLED_STATUS: Final = 500
# As nginx says it: the client went before there was an answer.
CLIENT_GONE_STATUS: Final = 499


def flat(pairs: HeaderPairs) -> Headers:
    """Headers as one object. What waits is kept for long where the intake is away, and each object
    that holds others brings the next run of Python's collector nearer, in a thread of the host.
    """
    return tuple(chain.from_iterable(pairs))


def header(headers: Headers, name: str) -> str:
    """The first header of that (lower-case) name; empty where there is none."""
    wanted = (name, name.encode())
    for key, value in zip(headers[::2], headers[1::2], strict=True):
        if key.lower() in wanted:
            return value.decode("latin-1") if isinstance(value, bytes) else str(value)
    return ""


class BodyCopy:
    """The bytes that passed, up to a limit; beyond it only their number."""

    # Most bodies come in one piece, for which there is no list: see `flat`.
    __slots__ = ("_first", "_more", "limit_bytes", "size_bytes")

    def __init__(self, limit_bytes: int) -> None:
        self.limit_bytes = limit_bytes
        self.size_bytes = 0
        self._first = b""
        self._more: list[bytes] | None = None

    def add(self, chunk: object) -> None:
        """Note what passed; anything but bytes is the application's own mistake to make."""
        if type(chunk) is bytes:
            self._keep(chunk, len(chunk))
        elif isinstance(chunk, bytes | bytearray | memoryview):
            self._keep(bytes(chunk), memoryview(chunk).nbytes)

    def _keep(self, chunk: bytes, size_bytes: int) -> None:
        self.size_bytes += size_bytes
        if self.size_bytes > self.limit_bytes:
            self._first, self._more = b"", None
        elif self._more is not None:
            self._more.append(chunk)
        elif self._first:
            self._more = [chunk]
        else:
            self._first = chunk

    def restart(self) -> None:
        """The stream was rewound: what comes now has been seen before."""
        self.size_bytes = 0
        self._first, self._more = b"", None

    @property
    def too_long(self) -> bool:
        return self.size_bytes > self.limit_bytes

    @property
    def kept_bytes(self) -> int:
        return 0 if self.too_long else self.size_bytes

    def content(self) -> bytes:
        return b"".join((self._first, *self._more)) if self._more else self._first


@dataclass(frozen=True, slots=True)
class HostError:
    """An exception that the host's code did not catch."""

    type: str
    message: str
    file: str | None
    line: int | None

    @classmethod
    def of(cls, error: BaseException) -> "HostError":
        file, line = _origin(error.__traceback__)
        return cls(type(error).__name__, str(error), file, line)


def _origin(traceback: TracebackType | None) -> tuple[str | None, int | None]:
    if traceback is None:
        return None, None
    while traceback.tb_next is not None:
        traceback = traceback.tb_next
    return traceback.tb_frame.f_code.co_filename, traceback.tb_lineno


@dataclass(slots=True)
class Exchange:
    """What is reported of one request. Times: Unix seconds, and the monotonic clock's."""

    framework: str
    method: str
    scheme: str
    host: str
    path: str
    query: str
    remote_ip: str
    protocol: str
    software: str
    request_headers: Headers
    request_body: BodyCopy | None = None
    status: int = 0
    response_headers: Headers = ()
    response_body: BodyCopy | None = None
    # None where the body was passed on without looking at it.
    response_size_bytes: int | None = None
    streamed: bool = False
    broken_off: bool = False
    route: str | None = None
    customer_id: object = None
    errors: tuple[HostError, ...] = ()
    seq: int = 0
    started_at: float = field(default_factory=time.time)
    started: float = field(default_factory=time.perf_counter)
    load_time_ms: float = 0.0

    def stamp(self) -> None:
        """The response, or another piece of it, is there."""
        self.load_time_ms = (time.perf_counter() - self.started) * 1000

    def note(self, error: BaseException) -> None:
        self.errors += (HostError.of(error),)

    def fail(self, error: BaseException) -> None:
        """The application gave an exception instead of a whole response."""
        self.note(error)
        self.broken_off = True
        self.status = self.status or UNHANDLED_STATUS

    @property
    def size_bytes(self) -> int:
        """About what it takes in memory."""
        size_bytes = BARE_SIZE_BYTES
        if self.request_body is not None:
            size_bytes += self.request_body.kept_bytes
        if self.response_body is not None:
            size_bytes += self.response_body.kept_bytes
        return size_bytes
