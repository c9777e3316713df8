"""Lines of raw objects become events or are rejected, each by itself."""

from datetime import UTC, datetime
from uuid import UUID

import msgspec

from treblle_etl.event import Event, Rejected
from treblle_etl.extract import wire


class RawLine(msgspec.Struct):
    """The envelope the intake wrote around a payload."""

    id: UUID
    received_at: datetime
    api_key: str
    remote_ip: str
    payload: msgspec.Raw
    traceparent: str = ""


_lines = msgspec.json.Decoder(RawLine)
_payloads = msgspec.json.Decoder()


def sender_of(line: bytes) -> str:
    """The account key a line came with; empty where the line cannot be read."""
    try:
        return _lines.decode(line).api_key
    except (msgspec.DecodeError, RecursionError):
        return ""


def event_from(line: bytes) -> Event | Rejected:
    """One line of a raw object. Never raises, whatever the bytes."""
    try:
        raw = _lines.decode(line)
    except (msgspec.DecodeError, RecursionError) as error:
        return Rejected("unreadable_line", f"not a line the intake writes: {error}")
    if raw.received_at.tzinfo is None:
        return Rejected("unreadable_line", "received_at has no time zone", raw.id)
    try:
        payload = _payloads.decode(raw.payload)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return Rejected("unreadable_payload", f"not JSON: {error}", raw.id)
    return wire.event_from(
        payload,
        uuid=raw.id,
        api_key=raw.api_key,
        received_at=raw.received_at.astimezone(UTC),
        traceparent=raw.traceparent,
    )
