"""One request with its response, as the middleware saw it: nothing parsed.

What waits is kept for long where the intake is away, and each object that holds others brings the
next run of Python's collector nearer, in a thread of the host: so an exchange has few of them.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import chain
from types import TracebackType
from typing import Any, Final, NamedTuple

HeaderPairs = Iterable[tuple[str | bytes, str | bytes]]
# Name, value, name, value… in one text; what separates them is in none (RFC 9110, 5.5).
Headers = str | bytes

# What an exchange without bodies takes in memory, about.
BARE_SIZE_BYTES: Final = 4096
UNHANDLED_STATUS: Final = 500
# As nginx says it: the client went before there was an answer.
CLIENT_GONE_STATUS: Final = 499


def flat(pairs: HeaderPairs) -> Headers:
    """Headers as one object."""
    parts = list(chain.from_iterable(pairs))
    separator: Any = b"\0" if parts and type(parts[0]) is bytes else "\0"
    try:
        headers: Headers = separator.join(parts)
    except TypeError:
        return flat(_as_text(parts))
    if parts and headers.count(separator) >= len(parts):  # a value must not pass for a name
        return flat(_as_text(parts))
    return headers


def _as_text(parts: list[str | bytes]) -> list[tuple[str, str]]:
    texts = [_text(part).replace("\0", "\ufffd") for part in parts]
    return list(zip(texts[::2], texts[1::2], strict=True))


def _text(part: object) -> str:
    return part.decode("latin-1") if isinstance(part, bytes) else str(part)


def by_name(headers: Headers) -> dict[str, list[str]]:
    """The values of each header, by its lower-case name."""
    parts = _text(headers).split("\0")
    values: dict[str, list[str]] = {}
    for name, value in zip(parts[::2], parts[1::2], strict=False):
        values.setdefault(name.lower(), []).append(value)
    return values


def header(pairs: HeaderPairs, name: str) -> str:
    """The first header of that (lower-case) name; empty where there is none."""
    wanted = (name, name.encode())
    for key, value in pairs:
        if key.lower() in wanted:
            return _text(value)
    return ""


class BodyCopy:
    """The bytes that passed, up to a limit; beyond it only their number."""

    # Most bodies come in one piece, for which there is no list.
    __slots__ = ("_first", "_more", "limit_bytes", "size_bytes")

    def __init__(self, limit_bytes: int) -> None:
        self.limit_bytes = limit_bytes
        self.size_bytes = 0
        self._first = b""
        self._more: list[bytes] | None = None

    def add(self, chunk: object) -> None:
        """Note what passed; anything but bytes is the application's own mistake to make."""
        if type(chunk) is not bytes:
            if not isinstance(chunk, bytes | bytearray | memoryview):
                return
            chunk = bytes(chunk)
        self.size_bytes += len(chunk)
        if self.size_bytes > self.limit_bytes:
            self._first, self._more = b"", None
        elif not self._first:
            self._first = chunk
        elif self._more is None:
            self._more = [chunk]
        else:
            self._more.append(chunk)

    def restart(self) -> None:
        """The stream was rewound: what comes now has been seen before."""
        self.size_bytes = 0
        self._first, self._more = b"", None

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


class Request(NamedTuple):
    """What the server told of a request. Headers by lower-case name, one value or several."""

    method: str
    host: str
    query: str
    remote_ip: str
    protocol: str
    software: str
    headers: dict[str, list[str]]


@dataclass(slots=True)
class Exchange:
    """What is reported of one request. Times: Unix seconds, and the monotonic clock's.

    `told` is what the server said of the request, in its own form, from which `read` makes the
    request in the background. A body is None where it is not one to report; its `…_bytes` count
    what passed of it, of which nothing is kept where that was more than the limit.
    """

    framework: str
    scheme: str
    path: str
    told: Any = field(repr=False)
    read: Callable[[Any], Request]
    request_body: bytes | None = None
    request_body_bytes: int = 0
    status: int = 0
    response_headers: Headers = ""
    response_body: bytes | None = None
    response_body_bytes: int = 0
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
        return BARE_SIZE_BYTES + len(self.request_body or b"") + len(self.response_body or b"")
