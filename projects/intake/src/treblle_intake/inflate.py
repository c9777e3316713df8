"""Content-Encoding undone, never beyond a limit: what would grow further is dropped unread."""

import zlib

import zstandard

from treblle_intake.answers import Refused

GZIP_WINDOW = 16 + zlib.MAX_WBITS
RAW_WINDOW = -zlib.MAX_WBITS
# RFC 8878 asks every decoder for 8 MB of window and lets it refuse more.
ZSTD_WINDOW_BYTES = 8 * 1024 * 1024
# The decoder takes no bound on what it returns. A block is at least 4 bytes for at most 128 KB of
# content, so a piece of this size becomes 4 MB.
ZSTD_PIECE_BYTES = 128


class TooLarge(Exception):
    """It inflates beyond the limit."""


def inflate(body: bytes, encoding: str, limit: int) -> bytes:
    """The content of `body`, at most `limit` bytes.

    Raises `TooLarge`, or `Refused` (400) for an encoding that is not known or does not hold.
    """
    try:
        if encoding in ("gzip", "x-gzip"):
            return _members(body, limit)
        if encoding == "deflate":
            return _one(body, _deflate_window(body), limit)[0]
        if encoding == "zstd":
            return _zstd(body, limit)
    except (zlib.error, zstandard.ZstdError, EOFError):
        raise Refused(400, "unreadable", f"The body is not valid {encoding}.") from None
    raise Refused(
        400,
        "unreadable",
        "The Content-Encoding is not known here: gzip, deflate and zstd are, one at a time.",
    )


def _members(body: bytes, limit: int) -> bytes:
    """A gzip body is one member, or several one after another (RFC 1952)."""
    content, rest = _one(body, GZIP_WINDOW, limit)
    if not rest:
        return content
    parts = [content]
    while rest:
        limit -= len(content)
        content, rest = _one(rest, GZIP_WINDOW, limit)
        parts.append(content)
    return b"".join(parts)


def _one(body: bytes, window: int, limit: int) -> tuple[bytes, bytes]:
    stream = zlib.decompressobj(window)
    content = stream.decompress(body, limit + 1)
    if len(content) > limit:
        raise TooLarge
    if not stream.eof:
        raise EOFError
    return content, stream.unused_data


def _deflate_window(body: bytes) -> int:
    """`deflate` is a zlib stream (RFC 9110), yet some send it bare; the first byte tells."""
    is_zlib = len(body) > 1 and body[0] & 0x0F == 8 and (body[0] << 8 | body[1]) % 31 == 0
    return zlib.MAX_WBITS if is_zlib else RAW_WINDOW


def _zstd(body: bytes, limit: int) -> bytes:
    """One frame, in pieces so small that none can grow far beyond the limit."""
    stream = zstandard.ZstdDecompressor(max_window_size=ZSTD_WINDOW_BYTES).decompressobj()
    content = bytearray()
    for start in range(0, len(body), ZSTD_PIECE_BYTES):
        content += stream.decompress(body[start : start + ZSTD_PIECE_BYTES])
        if len(content) > limit:
            raise TooLarge
    if not stream.eof:
        raise EOFError
    return bytes(content)
