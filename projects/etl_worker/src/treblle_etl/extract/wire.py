"""The wire format of the published SDKs, and our own, made one typed event.

Source: the packages PyPI `treblle` 2.0.6, npm `treblle` 1.5.2 and `@treblle/express` 1.0.2, as
`docs/wire-format.md` records them. Liberal in what is missing, strict in what is stored: what
names a request (method, URL, status) must be there; anything else of a wrong type counts as
missing.
"""

import math
import re
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from ipaddress import IPv6Address, ip_address
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from treblle_etl.event import Event, Rejected, SdkError
from treblle_etl.extract import clock

# SDKs of npm give load times in microseconds, all others in milliseconds.
MICROSECOND_SDKS = frozenset({"node", "express", "cloudflare", "koa", "nestjs", "strapi"})
# SDKs of npm put the query of a request that has no body into `body`.
QUERY_IN_BODY_SDKS = MICROSECOND_SDKS
BODYLESS_METHODS = frozenset({"GET", "HEAD"})
MAX_ERRORS = 50
MAX_TEXT = 4096
MAX_HOST, MAX_PATH = 255, 1024
MAX_HEADERS = 200
MAX_PARAMETERS = 1000
# PyPI `treblle` sends this where there was no User-Agent header.
NO_USER_AGENT = "HTTP_USER_AGENT_NOT_FOUND"

_METHOD = re.compile(r"[A-Za-z-]{1,16}")
# Of letters, digits and marks of ASCII only.
_USUAL_URL = re.compile(
    r"(https?)://([A-Za-z0-9._:-]+)((?:/[!$-.0-;=@-Z_a-z|~/]*)?)(?:\?([!$-;=-Z_a-z|~]*))?"
)
# ASCII control characters, NUL among them, have no place in names, paths and labels.
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class _Missing(Exception):
    """A field without which there is no event."""


def event_from(
    payload: object, *, uuid: UUID, api_key: str, received_at: datetime, traceparent: str = ""
) -> Event | Rejected:
    """Understand one payload. Never raises, whatever the JSON."""
    try:
        return _event(payload, uuid, api_key, received_at, traceparent)
    except _Missing as missing:
        return Rejected("missing_field", str(missing), uuid)


def _event(
    payload: object, uuid: UUID, api_key: str, received_at: datetime, traceparent: str
) -> Event:
    if not isinstance(payload, dict):
        raise _Missing("the payload is not an object")
    data = _need_mapping(payload, "data", "data")
    request = _need_mapping(data, "request", "data.request")
    response = _need_mapping(data, "response", "data.response")
    server = _mapping(data.get("server"))
    sdk = _text(payload.get("sdk"), 64).lower()
    method = _method(request.get("method"))
    scheme, host, path, query = _address(request)
    headers = _headers(request.get("headers"))
    at, claimed = clock.requested_at(request.get("timestamp"), server.get("timezone"), received_at)
    return Event(
        uuid=uuid,
        api_key=_text(payload.get("api_key"), 64) or api_key,
        project_custom_id=_text(payload.get("project_id"), 64),
        received_at=received_at,
        requested_at=at,
        claimed_requested_at=claimed,
        method=method,
        host=host,
        path=path,
        query=query,
        route=_route(request.get("route_path")),
        ip=_ip(request.get("ip")),
        user_agent=_user_agent(request.get("user_agent"), headers),
        request_headers=headers,
        request_body=_request_body(request.get("body"), sdk, method),
        request_size_bytes=_whole(headers.get("content-length")),
        status=_status(response.get("code")),
        load_time_ms=_load_time_ms(response.get("load_time"), sdk),
        response_headers=_headers(response.get("headers")),
        response_body=response.get("body"),
        response_size_bytes=_whole(response.get("size")),
        errors=_errors(data.get("errors")),
        sdk=sdk,
        sdk_version=_text(payload.get("version"), 64),
        server=server,
        language=_mapping(data.get("language")),
        scheme=scheme,
        customer_id=_text(payload.get("customer_id"), 255),
        environment=_text(payload.get("environment"), 64),
        sdk_instance=_text(payload.get("sdk_instance"), 64),
        seq=_whole(payload.get("seq")),
        dropped=_whole(payload.get("dropped")) or 0,
        discarded=_whole(payload.get("discarded")) or 0,
        traceparent=traceparent,
    )


def _need_mapping(parent: Mapping[str, Any], key: str, name: str) -> dict[str, Any]:
    value = parent.get(key)
    if not isinstance(value, dict):
        raise _Missing(f"{name} is missing or not an object")
    return value


def _mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: object, limit: int = MAX_TEXT) -> str:
    """A string, or a number as one, cut to `limit` characters; anything else is empty."""
    if type(value) is str:
        text = value[:limit]
    elif value is None:
        return ""
    elif type(value) is int or type(value) is float:
        text = str(value)[:limit]
    else:
        return ""
    # Most texts are printable, which is found out several times faster.
    return text if text.isprintable() else _CONTROL.sub("\ufffd", text)


def _whole(value: object) -> int | None:
    """A count that SDKs send as a number or as its digits."""
    if value is None:
        return None
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 16:
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**53:
        return value
    return None


def _method(value: object) -> str:
    if not isinstance(value, str) or not _METHOD.fullmatch(value):
        raise _Missing("data.request.method is missing or not an HTTP method")
    return value.upper()


def _status(value: object) -> int:
    status = _whole(value)
    if status is None or not 100 <= status <= 599:
        raise _Missing("data.response.code is missing or not an HTTP status")
    return status


def _address(request: Mapping[str, Any]) -> tuple[str, str, str, dict[str, Any]]:
    """Scheme, host, path and query. PyPI `treblle` gives the query apart, npm in the URL."""
    url = request.get("url")
    if not isinstance(url, str) or not url:
        raise _Missing("data.request.url is missing or not a text")
    if (usual := _USUAL_URL.fullmatch(url)) is not None:
        # As most are: nothing in it has to be replaced.
        scheme, host, path, query_text = usual.groups("")
        host, path = host[:MAX_HOST], path[:MAX_PATH]
    else:
        scheme, host, path, query_text = _parts(url)
    query = request.get("query")
    if not isinstance(query, dict) or not query:
        query = _parsed_query(query_text)
    return scheme, host, path or "/", query


def _parts(url: str) -> tuple[str, str, str, str]:
    """Scheme, host, path and query as `urlsplit` finds them."""
    try:
        scheme, netloc, path, query, _ = urlsplit(url)
    except ValueError:  # its message would repeat the URL, and secrets in it
        raise _Missing("data.request.url cannot be read as a URL (RFC 3986)") from None
    if scheme not in ("http", "https"):
        scheme = ""
    return scheme, _text(netloc.rpartition("@")[2], MAX_HOST), _text(path, MAX_PATH), query


def _parsed_query(text: str) -> dict[str, Any]:
    if not text:
        return {}
    if "%" not in text and "+" not in text and text.count("&") < MAX_PARAMETERS:
        pairs = [field.partition("=") for field in text.split("&") if field]
        plain = {name: value for name, _, value in pairs}
        if len(plain) == len(pairs):
            return plain
    try:
        values = parse_qs(text, keep_blank_values=True, max_num_fields=MAX_PARAMETERS)
    except ValueError:
        return {}
    return {name: found[0] if len(found) == 1 else found for name, found in values.items()}


def _headers(value: object) -> dict[str, Any]:
    """Header names in lower case; values stay text or a list of texts, numbers become text."""
    if not isinstance(value, dict):
        return {}
    if len(value) <= MAX_HEADERS and _are_as_they_should_be(value):
        return value
    headers: dict[str, Any] = {}
    items = value.items() if len(value) <= MAX_HEADERS else list(value.items())[:MAX_HEADERS]
    for name, content in items:
        if type(content) is list:
            content = [_text(part) for part in content[:MAX_HEADERS]]
        elif type(content) is not str or len(content) > MAX_TEXT or not content.isprintable():
            content = _text(content)
        headers[name.lower()] = content
    return headers


def _are_as_they_should_be(headers: dict[str, Any]) -> bool:
    """Whether no header has to be changed, found out of all of them at once: most are short."""
    names = "".join(headers)
    try:
        texts = "".join(headers.values())
    except TypeError:  # one is a list or a number
        return False
    return len(texts) <= MAX_TEXT and texts.isprintable() and names == names.lower()


def _user_agent(value: object, headers: Mapping[str, Any]) -> str:
    text = _text(value, 512)
    if not text or text == NO_USER_AGENT:
        text = _text(headers.get("user-agent"), 512)
    return text


def _route(value: object) -> str | None:
    """The framework's own template as it wrote it; none where it is not a text."""
    return (_text(value, 1024) or None) if isinstance(value, str) else None


def _ip(value: object) -> str:
    """An address in its short form; IPv4 inside IPv6 as IPv4; what is no address is empty."""
    return _address_of(value) if isinstance(value, str) and len(value) <= 64 else ""


@lru_cache(maxsize=8192)
def _address_of(value: str) -> str:
    try:
        address = ip_address(value.strip().partition("%")[0])
    except ValueError:
        return ""
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return str(address)


def _request_body(body: object, sdk: str, method: str) -> object:
    if method in BODYLESS_METHODS and sdk in QUERY_IN_BODY_SDKS:
        return None
    return body


def _load_time_ms(value: object, sdk: str) -> float | None:
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    milliseconds = value / 1000 if sdk in MICROSECOND_SDKS else float(value)
    if not math.isfinite(milliseconds) or milliseconds < 0:
        return None
    return milliseconds


def _errors(value: object) -> tuple[SdkError, ...]:
    if not value or not isinstance(value, list):
        return ()
    return tuple(
        SdkError(
            source=_text(error.get("source"), 64),
            type=_text(error.get("type"), 128),
            message=_text(error.get("message")),
            file=_text(error.get("file"), 512) or None,
            line=_whole(error.get("line")),
        )
        for error in value[:MAX_ERRORS]
        if isinstance(error, dict)
    )
