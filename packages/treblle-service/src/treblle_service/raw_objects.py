"""Raw objects: what arrived at the intake, as it arrived, many events to an object.

NDJSON compressed with zstd (gzip is read too), each line
`{"id", "received_at", "api_key", "remote_ip", "payload"}`, and `traceparent` where the event is
traced (`treblle_service.tracing`); the key is
`raw/v1/<yyyy>/<mm>/<dd>/<hh>/<uuidv7>.ndjson.zst` (UTC hour). Written once.
"""

import gzip
import io
import zlib
from collections.abc import Iterable
from datetime import UTC, datetime
from json.encoder import encode_basestring_ascii as quoted
from uuid import UUID

import zstandard

PREFIX = "raw/v1/"
# A batch is at most some tens of MB; what inflates beyond this was not written by an intake.
MAX_INFLATED_BYTES = 256 * 1024 * 1024


class UnreadableObject(ValueError):
    """The object is not a raw object: its compression or its size is wrong."""


def key_for(written_at: datetime, object_id: str) -> str:
    return f"{hour_prefix(written_at)}{object_id}.ndjson.zst"


def hour_prefix(hour: datetime) -> str:
    """The prefix under which an hour's objects lie (`hour` aware, in UTC)."""
    return f"{PREFIX}{hour:%Y/%m/%d/%H}/"


def first_key(moment: datetime) -> str:
    """The smallest key an object written at `moment` (UTC) or later can have."""
    return hour_prefix(moment) + str(UUID(int=int(moment.timestamp() * 1000) << 80))


def written_at(key: str) -> datetime | None:
    """The time in an object's name (a UUIDv7); None where the name is no uuid."""
    try:
        name = UUID(key.rpartition("/")[2].partition(".")[0])
    except ValueError:
        return None
    return datetime.fromtimestamp((name.int >> 80) / 1000, UTC)


def line(
    event_id: str,
    received_at: str,
    api_key: str,
    remote_ip: str,
    payload: bytes,
    traceparent: str = "",
) -> bytes:
    """One line; `payload` is JSON text and goes in as it came, its line breaks made blanks.

    A raw line break cannot stand inside a JSON string, so replacing it changes no value.
    """
    names = quoted(event_id), quoted(received_at), quoted(api_key), quoted(remote_ip)
    head = '{{"id":{},"received_at":{},"api_key":{},"remote_ip":{}'.format(*names)
    if traceparent:
        head += f',"traceparent":{quoted(traceparent)}'
    flat = payload.replace(b"\n", b" ").replace(b"\r", b" ")
    return b'%s,"payload":%s}' % (head.encode(), flat)


def encode(lines: Iterable[bytes]) -> bytes:
    return zstandard.ZstdCompressor(level=1).compress(b"\n".join(lines) + b"\n")


def decode(key: str, data: bytes) -> list[bytes]:
    """The lines of an object; empty ones are left out. Raises `UnreadableObject`."""
    inflate = _inflate_gzip if key.endswith(".gz") else _inflate_zstd
    try:
        text = inflate(data, MAX_INFLATED_BYTES + 1)
    except (OSError, EOFError, zlib.error, zstandard.ZstdError) as error:
        raise UnreadableObject(f"{key}: {error}") from error
    if len(text) > MAX_INFLATED_BYTES:
        raise UnreadableObject(f"{key}: inflates beyond {MAX_INFLATED_BYTES} bytes")
    return [line for line in text.split(b"\n") if line]


def _inflate_gzip(data: bytes, limit: int) -> bytes:
    with gzip.GzipFile(fileobj=io.BytesIO(data)) as reader:
        return reader.read(limit)


def _inflate_zstd(data: bytes, limit: int) -> bytes:
    text = zstandard.ZstdDecompressor().stream_reader(data).read(limit)
    # A frame that is cut off reads as a shorter one: only its head tells.
    size = zstandard.frame_content_size(data)
    if size > len(text) and len(text) < limit:
        raise EOFError(f"cut off: {len(text)} of {size} bytes")
    return text
