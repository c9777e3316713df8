"""The format of a string, by its form alone: names of JSON Schema and of OpenAPI's registry."""

import re
from ipaddress import AddressValueError, IPv6Address
from typing import Final

# Shorter than any of them (`::1`), longer than is worth looking at; in characters.
MIN_LENGTH: Final = 3
MAX_LENGTH: Final = 2_048

_DAY: Final = r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])"
_DATE: Final = re.compile(_DAY)
_DATE_TIME: Final = re.compile(
    _DAY + r"[Tt](?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d+)?"
    r"(?P<offset>[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)?",
)
_UUID: Final = re.compile(
    r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"
)
_EMAIL: Final = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"
)
_URI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^\s<>\"\\^`{|}]+")
_URI_TEMPLATE: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^\s<>\"\\^`]+")
_OCTET: Final = r"(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)"
_IPV4: Final = re.compile(rf"{_OCTET}(?:\.{_OCTET}){{3}}")
_IPV6: Final = re.compile(r"[0-9A-Fa-f:.]{3,45}")


def format_of(text: str) -> str:
    """Empty where it has none. `date-time` has an offset; without one it is `date-time-local`."""
    length = len(text)
    if not MIN_LENGTH <= length <= MAX_LENGTH:
        return ""
    if length >= 10 and text[4] == "-":
        return _dated(text, length)
    if length == 36 and text[8] == "-":
        return "uuid" if _UUID.fullmatch(text) else ""
    if ":" in text:
        return _with_colon(text)
    if "@" in text:
        return "email" if _EMAIL.fullmatch(text) else ""
    if text[0].isdigit() and text.count(".") == 3:
        return "ipv4" if _IPV4.fullmatch(text) else ""
    return ""


def _dated(text: str, length: int) -> str:
    if length == 10:
        return "date" if _DATE.fullmatch(text) else ""
    found = _DATE_TIME.fullmatch(text)
    if found is None:
        return ""
    return "date-time" if found["offset"] else "date-time-local"


def _with_colon(text: str) -> str:
    if "://" in text:
        if _URI.fullmatch(text):
            return "uri"
        return "uri-template" if "{" in text and _URI_TEMPLATE.fullmatch(text) else ""
    if text.count(":") >= 2 and _IPV6.fullmatch(text):
        try:
            IPv6Address(text)
        except AddressValueError:
            return ""
        return "ipv6"
    return ""
