"""Who sent a request and on whose behalf: API customer, trace and metadata.

What the server said (SDK, response headers) goes before what the client wrote: anyone can send a
header. `treblle-metadata` goes before the older headers, all of them before what the project
configured.
"""

import base64
import binascii
import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from treblle_etl.event import Caller, Event
from treblle_etl.transform.project import ProjectSettings

METADATA_HEADER = "treblle-metadata"
CUSTOMER_HEADERS = ("treblle-user-id",)
TRACE_HEADERS = ("treblle-tag-id", "trace-id")
CUSTOMER_KEY, TRACE_KEY = "user-id", "trace-id"
MAX_METADATA = 2000  # characters of JSON
MAX_CUSTOMER_ID = 255
MAX_TRACE_ID = 128
MAX_TOKEN = 16_384  # characters
MAX_CLAIM_DEPTH = 8
DIGEST_DIGITS = 16

_decode = msgspec.json.Decoder().decode
# W3C Trace Context, section 3.2: version, trace id, parent id, flags.
_TRACEPARENT_PARTS = 4
_TRACE_ID_DIGITS = 32
_NOBODY = Caller()


def caller_of(event: Event, project: ProjectSettings) -> Caller:
    """Whose request it is, masked. A secret that serves as a customer's id becomes a digest."""
    asked, answered = event.request_headers, event.response_headers
    metadata = _metadata(asked) | _metadata(answered)
    customer_id, is_secret = _customer(event, project, metadata)
    trace_id = _text(metadata.get(TRACE_KEY)) or _header(event, TRACE_HEADERS) or _trace(asked)
    if not (customer_id or trace_id or metadata):
        return _NOBODY
    shown_id, trace_id, metadata = project.masker.value([customer_id, trace_id, metadata])
    if is_secret or shown_id != customer_id:
        digest = hashlib.sha256(customer_id.encode()).hexdigest()
        shown_id = f"sha256:{digest[:DIGEST_DIGITS]}"
    return Caller(shown_id[:MAX_CUSTOMER_ID], trace_id[:MAX_TRACE_ID], metadata)


def _customer(
    event: Event, project: ProjectSettings, metadata: Mapping[str, Any]
) -> tuple[str, bool]:
    """The customer's id, and whether what it was read from holds secrets."""
    found = (
        event.customer_id.strip()
        or _text(metadata.get(CUSTOMER_KEY))
        or _header(event, CUSTOMER_HEADERS)
    )
    if found:
        return found, False
    name = project.customer_header
    if name and (found := _header(event, (name,))):
        return found, project.masker.names.hides(name)
    if project.customer_claim:
        return _claim(event.request_headers.get("authorization"), project.customer_claim), False
    return "", False


def _metadata(headers: Mapping[str, Any]) -> dict[str, Any]:
    """A flat JSON object of at most 2,000 characters; what is nested in it is left out."""
    if METADATA_HEADER not in headers:
        return {}
    content = _first(headers[METADATA_HEADER])
    if not content or len(content) > MAX_METADATA:
        return {}
    try:
        found = _decode(content)
    except (msgspec.DecodeError, RecursionError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {
        name: value
        for name, value in found.items()
        if value is None or isinstance(value, str | int | float)
    }


def _header(event: Event, names: tuple[str, ...]) -> str:
    for headers in (event.response_headers, event.request_headers):
        for name in names:
            if name in headers and (found := _first(headers[name])):
                return found.strip()
    return ""


def _trace(headers: Mapping[str, Any]) -> str:
    """The trace id of `traceparent`; all zeros is none."""
    parts = _first(headers.get("traceparent")).split("-")
    if len(parts) < _TRACEPARENT_PARTS or len(parts[1]) != _TRACE_ID_DIGITS:
        return ""
    return parts[1] if parts[1].strip("0") else ""


def _claim(authorization: object, path: str) -> str:
    """A claim of a bearer JWT (RFC 7519). The signature is not checked: that was the API's to do,
    and a request it refused still says whose it claims to be.
    """
    scheme, _, token = _first(authorization).partition(" ")
    parts = token.strip().split(".")
    if scheme.lower() != "bearer" or len(parts) != 3 or len(token) > MAX_TOKEN:
        return ""
    try:
        padded = parts[1] + "=" * (-len(parts[1]) % 4)
        claims = _decode(base64.urlsafe_b64decode(padded))
    except (binascii.Error, ValueError, RecursionError):  # DecodeError is a ValueError
        return ""
    return _text(_at(claims, path))


def _at(claims: Any, path: str) -> Any:
    """A claim by its whole name (names may be URLs), else by its path (`user.id`)."""
    if isinstance(claims, dict) and path in claims:
        return claims[path]
    for name in _steps(path):
        claims = claims.get(name) if isinstance(claims, dict) else None
    return claims


def _steps(path: str) -> Iterator[str]:
    yield from path.split(".")[:MAX_CLAIM_DEPTH]


def _first(value: object) -> str:
    if isinstance(value, list):
        value = value[0] if value else ""
    return value if isinstance(value, str) else ""


def _text(value: object) -> str:
    """An id that came as JSON: a text or a whole number."""
    if isinstance(value, str):
        return value.strip()
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""
