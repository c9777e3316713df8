"""One example of a body, small enough to read, with nobody's data in it."""

from typing import Any, Final

import msgspec

from treblle_etl.transform.schemas.formats import format_of
from treblle_etl.transform.schemas.names import encodable, is_opaque

MAX_DEPTH: Final = 12
MAX_PROPERTIES: Final = 64
MAX_ITEMS: Final = 2
MAX_TEXT: Final = 120
MAX_BYTES: Final = 8_192
# Documentation's own names and addresses (RFC 2606, 5737, 3849).
_STAND_INS: Final = {"email": "user@example.com", "ipv4": "192.0.2.1", "ipv6": "2001:db8::1"}
# Strings without blanks and longer than that are tokens more often than words, in characters.
_TOKEN: Final = 40
_MASK: Final = "****"
_MAX_INTEGER: Final = 2**63 - 1


def example_of(body: Any) -> bytes:
    """JSON in UTF-8; empty where even the cut body is too large."""
    encoded = msgspec.json.encode(_cut(body, 0))
    return encoded if len(encoded) <= MAX_BYTES else b""


def _cut(value: Any, depth: int) -> Any:
    if isinstance(value, str):
        return _plain(value)
    if isinstance(value, dict):
        if depth >= MAX_DEPTH:
            return {}
        shown = list(value.items())[:MAX_PROPERTIES]
        return {_name(name): _cut(item, depth + 1) for name, item in shown}
    if isinstance(value, list):
        return [] if depth >= MAX_DEPTH else [_cut(item, depth + 1) for item in value[:MAX_ITEMS]]
    if isinstance(value, int) and abs(value) > _MAX_INTEGER:
        return _MAX_INTEGER
    return value


def _name(name: str) -> str:
    stand_in = _STAND_INS.get(format_of(name)) if is_opaque(name) else None
    return stand_in or encodable(name)[:MAX_TEXT]


def _plain(text: str) -> str:
    found = format_of(text)
    if found in _STAND_INS:
        return _STAND_INS[found]
    if not found and len(text) > _TOKEN and " " not in text:
        return _MASK
    return encodable(text[:MAX_TEXT])
