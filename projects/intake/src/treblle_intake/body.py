"""Reading a request's body: in pieces, within a size and a time, stopped as soon as it is too much."""

import asyncio
from contextlib import suppress

import msgspec

from treblle_intake.answers import Receive, Refused
from treblle_intake.deadlines import Deadlines
from treblle_intake.inflate import TooLarge, inflate
from treblle_intake.memory import Hold

# The published SDKs cap a body at 10 MB; the rest is for the envelope around it.
MAX_BODY_BYTES = 10 * 1024 * 1024 + 256 * 1024
# Compressed bodies from this size on inflate in a thread, so that others are answered meanwhile.
INFLATE_ASIDE_BYTES = 16 * 1024
# A client that is still sending when it is refused gets this much of a chance to read the answer.
LINGER_BYTES = 32 * 1024 * 1024
LINGER_S = 2.0


class Disconnected(Exception):
    """The client went away before its body was there."""


class Head(msgspec.Struct, gc=False):
    """The request headers that the intake looks at."""

    api_key: str = ""
    encoding: str = ""
    length: int = 0
    forwarded_for: str = ""


def read_head(headers: list[tuple[bytes, bytes]]) -> Head:
    head = Head()
    for name, value in headers:
        if name == b"x-api-key":
            head.api_key = value.decode("latin-1").strip()
        elif name == b"content-length":
            head.length = int(value)
        elif name == b"content-encoding":
            head.encoding = value.decode("latin-1").strip().lower()
        elif name == b"x-forwarded-for":
            head.forwarded_for = value.decode("latin-1")
    return head


async def read_body(receive: Receive, head: Head, hold: Hold, deadlines: Deadlines) -> bytes:
    """The body, inflated. Raises `Refused` (400, 408, 413, 503) or `Disconnected`."""
    if head.length > MAX_BODY_BYTES:
        raise _too_large(unread=True)
    try:
        with deadlines.start():
            body = await _pieces(receive, hold)
    except TimeoutError:
        message = f"The body was not here within {deadlines.limit_s:g} seconds."
        raise Refused(408, "too_slow", message, closes=True) from None
    if head.encoding and head.encoding != "identity":
        body = await _inflated(body, head.encoding)
        hold.grow_to(len(body))
    return body


async def _pieces(receive: Receive, hold: Hold) -> bytes:
    message = await receive()
    piece, more = _piece(message), message.get("more_body", False)
    hold.grow_to(len(piece), unread=more)
    if not more:
        return piece
    body = bytearray(piece)
    while more:
        message = await receive()
        body += _piece(message)
        more = message.get("more_body", False)
        if len(body) > MAX_BODY_BYTES:
            raise _too_large(unread=more)
        hold.grow_to(len(body), unread=more)
    return bytes(body)


def _piece(message: object) -> bytes:
    if not isinstance(message, dict) or message["type"] == "http.disconnect":
        raise Disconnected
    piece: bytes = message.get("body", b"")
    return piece


async def _inflated(body: bytes, encoding: str) -> bytes:
    try:
        if len(body) < INFLATE_ASIDE_BYTES:
            return inflate(body, encoding, MAX_BODY_BYTES)
        return await asyncio.to_thread(inflate, body, encoding, MAX_BODY_BYTES)
    except TooLarge:
        raise _too_large(unread=False) from None


def _too_large(*, unread: bool) -> Refused:
    message = f"The body is larger than {MAX_BODY_BYTES} bytes (inflated), the most taken here."
    return Refused(413, "too_large", message, closes=unread)


async def drop_the_rest(receive: Receive) -> None:
    """Read on for a moment without keeping anything.

    Closing a connection with unread bytes resets it, and the client would lose the answer.
    """
    dropped = 0
    with suppress(TimeoutError, Disconnected):
        async with asyncio.timeout(LINGER_S):
            more = True
            while more and dropped < LINGER_BYTES:
                message = await receive()
                dropped += len(_piece(message))
                more = message.get("more_body", False)
