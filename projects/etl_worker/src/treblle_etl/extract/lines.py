"""Lines of raw objects become events or are rejected, each by itself."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec

from treblle_etl.event import Event, Rejected
from treblle_etl.extract import wire


class _Envelope(msgspec.Struct):
    """What the intake wrote around a payload."""

    id: UUID
    received_at: datetime
    api_key: str
    remote_ip: str
    traceparent: str = ""


class RawLine(_Envelope, kw_only=True):
    """A line whose payload is not looked at."""

    payload: msgspec.Raw


class _ReadLine(_Envelope, kw_only=True):
    payload: Any


_lines = msgspec.json.Decoder(RawLine)
_read_lines = msgspec.json.Decoder(_ReadLine)
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
        # In one go, as nearly all can be read.
        read = _read_lines.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _event_in_steps(line)
    return _event(read, read.payload)


def _event_in_steps(line: bytes) -> Event | Rejected:
    """First the envelope, so that what is refused is refused by its id, then the payload."""
    try:
        raw = _lines.decode(line)
    except (msgspec.DecodeError, RecursionError) as error:
        return Rejected("unreadable_line", f"not a line the intake writes: {error}")
    if raw.received_at.tzinfo is None:
        return _without_zone(raw)
    try:
        payload = _payloads.decode(raw.payload)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return Rejected("unreadable_payload", f"not JSON: {error}", raw.id)
    return _event(raw, payload)


def _event(envelope: _Envelope, payload: object) -> Event | Rejected:
    if envelope.received_at.tzinfo is None:
        return _without_zone(envelope)
    return wire.event_from(
        payload,
        uuid=envelope.id,
        api_key=envelope.api_key,
        received_at=envelope.received_at.astimezone(UTC),
        traceparent=envelope.traceparent,
    )


def _without_zone(envelope: _Envelope) -> Rejected:
    return Rejected("unreadable_line", "received_at has no time zone", envelope.id)
