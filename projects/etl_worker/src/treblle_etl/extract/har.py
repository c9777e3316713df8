"""Recorded browser or proxy traffic as lines of raw objects: HTTP Archive 1.2.

Format: HTTP Archive (HAR) 1.2 of the W3C Web Performance Working Group's draft, as browsers and
proxies write it. Each entry becomes the payload an SDK would have sent.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

SDK = "har"
VERSION = 20


class BadArchive(ValueError):
    """The file is not an HTTP archive."""


class Recorded(NamedTuple):
    """An entry: when it was recorded, the payload, and an id that the same entry always has."""

    at: datetime
    event_id: UUID
    payload: bytes


def recorded_in(text: bytes, *, api_key: str, custom_id: str) -> Iterator[Recorded]:
    """One an entry, in the order of the file. Raises `BadArchive`."""
    try:
        entries = msgspec.json.decode(text)["log"]["entries"]
    except (msgspec.MsgspecError, KeyError, TypeError) as error:
        raise BadArchive(f"not an HTTP archive: {error!r}") from error
    if not isinstance(entries, list):
        raise BadArchive("not an HTTP archive: log.entries is no list")
    for number, entry in enumerate(entries):
        try:
            at = datetime.fromisoformat(entry["startedDateTime"]).astimezone(UTC)
            data = _data(entry, at)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise BadArchive(f"entry {number} is not one of HTTP archive 1.2: {error!r}") from error
        made = {"api_key": api_key, "project_id": custom_id, "version": VERSION, "sdk": SDK}
        payload = msgspec.json.encode(made | {"data": data})
        yield Recorded(at, _id_of(number, at, payload), payload)


def _id_of(number: int, at: datetime, payload: bytes) -> UUID:
    """Form: UUID version 7 (RFC 9562); what is random in others is a digest here."""
    digest = hashlib.sha256(b"%d %s" % (number, payload)).digest()
    value = int(at.timestamp() * 1000) << 80 | int.from_bytes(digest[:10])
    return UUID(int=value & ~(0xF << 76 | 0x3 << 62) | 0x7 << 76 | 0x2 << 62)


def _data(entry: dict[str, Any], at: datetime) -> dict[str, Any]:
    request, response = entry["request"], entry["response"]
    headers = _pairs(request.get("headers", ()))
    content = response.get("content") or {}
    return {
        "server": {"ip": entry.get("serverIPAddress", "")},
        "language": {"name": SDK},
        "request": {
            "timestamp": at.strftime("%Y-%m-%d %H:%M:%S"),
            "url": request["url"],
            "method": request["method"],
            "headers": headers,
            "user_agent": headers.get("user-agent", ""),
            "ip": "",
            "query": _pairs(request.get("queryString", ())),
            "body": _body((request.get("postData") or {}).get("text")),
        },
        "response": {
            "code": int(response["status"]),
            "headers": _pairs(response.get("headers", ())),
            "size": max(0, int(content.get("size") or 0)),
            "load_time": max(0.0, float(entry.get("time") or 0)),
            "body": _body(_content(content)),
        },
        "errors": [],
    }


def _pairs(listed: Any) -> dict[str, str]:
    return {str(each["name"]).lower(): str(each["value"]) for each in listed}


def _content(content: dict[str, Any]) -> str | None:
    text: str | None = content.get("text")
    if text is None or content.get("encoding") != "base64":
        return text
    try:
        return base64.b64decode(text, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None  # an image or the like: a body is shown only where it is text


def _body(text: str | None) -> Any:
    if not text:
        return None
    try:
        return json.loads(text)
    except ValueError:
        return text
