"""The form of a payload: UTF-8, JSON, an object, and the two values the intake itself needs."""

import json
import re
from typing import Any, Final

import msgspec
import uuid_utils

from treblle_intake.answers import Refused

# Beyond this a payload must be strict JSON: reading it leniently costs many times its size.
MAX_LENIENT_BYTES = 1024 * 1024
MAX_KEY_CHARACTERS = 256
# What Python's and JavaScript's writers emit though JSON, or Unicode, does not have it.
NEARLY_JSON: Final = re.compile(rb"NaN|Infinity|\\u[dD][89a-fA-F]")
HALF_CHARACTERS: Final = re.compile("[\ud800-\udfff]")


class Payload(msgspec.Struct, gc=False):
    """A payload that is in order: its text, and what it says of its key and its id."""

    text: bytes
    api_key: str
    event_id: str


class _Envelope(msgspec.Struct):
    """The rest of the object is checked by the parser and built by nobody."""

    api_key: Any = None
    event_id: Any = None


_decode: Final = msgspec.json.Decoder(_Envelope).decode


def read_payload(body: bytes) -> Payload:
    """Raises `Refused` (400). The id is the payload's own where it is a UUID, else a new UUIDv7."""
    try:
        if not body.isascii():
            body.decode()  # the parser does not look into the strings that it skips
        body, envelope = _parsed(body)
    except UnicodeDecodeError as error:
        raise _unreadable(f"The body is not UTF-8 (byte {error.start}).") from None
    except msgspec.ValidationError:
        raise _unreadable("The body is JSON, but not an object.") from None
    except (ValueError, RecursionError) as error:
        raise _unreadable(f"The body is not JSON that can be read: {_why(error)}.") from None
    key = envelope.api_key
    return Payload(body, key.strip() if isinstance(key, str) else "", _id_of(envelope.event_id))


def key_of(header_key: str, payload_key: str) -> str:
    """The key an event came with, the header's first. Raises `Refused` (401)."""
    key = header_key or payload_key
    if not key or len(key) > MAX_KEY_CHARACTERS:
        raise Refused(
            401,
            "no_key",
            "No API key came with this. Send it as the header x-api-key, or as api_key in the payload.",
        )
    return key


def _parsed(body: bytes) -> tuple[bytes, _Envelope]:
    try:
        return body, _decode(body)
    except msgspec.ValidationError:
        raise
    except msgspec.DecodeError:
        if len(body) > MAX_LENIENT_BYTES or not NEARLY_JSON.search(body):
            raise
        mended = _mended(body)
        return mended, _decode(mended)


def _mended(body: bytes) -> bytes:
    """The same value in strict JSON: null for NaN and infinities, U+FFFD for half characters."""
    value = json.loads(body, parse_constant=lambda name: None)
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return HALF_CHARACTERS.sub("\ufffd", text).encode()


def _id_of(event_id: object) -> str:
    if isinstance(event_id, str):
        try:
            return str(uuid_utils.UUID(event_id))
        except ValueError:
            pass  # an id of another kind is content, and stays in the payload
    return str(uuid_utils.uuid7())


def _unreadable(message: str) -> Refused:
    return Refused(400, "unreadable", message)


def _why(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    return str(error).removeprefix("JSON is malformed: ")
