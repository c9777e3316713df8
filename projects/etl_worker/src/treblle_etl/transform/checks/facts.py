"""What the checks on a request ask for, worked out once."""

import re
from collections.abc import Mapping
from functools import lru_cache
from ipaddress import ip_address
from typing import Any, Final
from urllib.parse import unquote

import msgspec

from treblle_etl.event import Event, Place
from treblle_etl.transform.checks.attacks import attacks_in
from treblle_etl.transform.checks.looking import MAX_TEXT, Seen, look
from treblle_etl.transform.checks.names import Kind
from treblle_etl.transform.checks.naming import NOWHERE, Naming, naming_of

# Query parameters looked at in one request.
MAX_PARAMETERS: Final = 64
# Characters of an error looked at, and texts in it.
MAX_ERROR_TEXT: Final = 16_384
MAX_ERROR_TEXTS: Final = 200

_CREDENTIALS: Final = frozenset(
    [
        "authorization",
        "proxy-authorization",
        "x-api-key",
        "api-key",
        "apikey",
        "x-auth-token",
        "x-access-token",
        "cookie",
        "x-amz-security-token",
        "x-csrf-token",
        "x-session-id",
        "x-session-token",
    ]
)
_CREDENTIAL_WORD: Final = re.compile(r"api-?key|token|signature|\bauth|session|secret", re.I)
_LOCAL_NAME: Final = re.compile(
    r"localhost|testserver|host\.docker\.internal|[a-z0-9_-]+|.*\.(?:local|internal|localhost|test|lan)",
    re.I,
)


class Facts(msgspec.Struct, gc=False):
    """One request as the checks see it. Header names are in lower case."""

    event: Event
    status: int
    method: str
    asked: Mapping[str, Any]
    answered: Mapping[str, Any]
    # Media type of the answer in lower case, without parameters.
    content_type: str
    naming: Naming
    # None: not known.
    is_encrypted: bool | None
    has_credentials: bool
    attacks: frozenset[str]
    sent: Seen
    got: Seen
    # What an answer that failed says, one text a line.
    error_text: str
    place: Place


def facts_of(event: Event, template: str | None, place: Place) -> Facts:
    """Bounded work, whatever the bodies hold."""
    asked, answered = event.request_headers, event.response_headers
    sent = look(event.request_body, keeps_texts=True)
    query = look(event.query, keeps_texts=True) if event.query else None
    return Facts(
        event=event,
        status=event.status,
        method=event.method,
        asked=asked,
        answered=answered,
        content_type=media_type(answered.get("content-type")),
        naming=naming_of(template) if template is not None else NOWHERE,
        is_encrypted=_is_encrypted(event, asked),
        has_credentials=_has_credentials(event, asked),
        attacks=_attacks(event, sent, query),
        sent=sent,
        got=look(event.response_body),
        error_text=_error_text(event.response_body) if event.status >= 400 else "",
        place=place,
    )


def text_of(value: Any) -> str:
    """The value of a header, of several the first."""
    if type(value) is str:
        return value
    return str(value[0]) if isinstance(value, list) and value else ""


@lru_cache(maxsize=1024)
def _media_type(value: str) -> str:
    return value.partition(";")[0].strip().lower()


def media_type(value: Any) -> str:
    """`application/json` of `Application/JSON; charset=utf-8`."""
    return _media_type(text_of(value)) if value else ""


def _attacks(event: Event, sent: Seen, query: Seen | None) -> frozenset[str]:
    path = event.path
    texts = [unquote(path) if "%" in path else path]
    operator = sent.kinds & Kind.OPERATOR
    if query is not None:
        texts += query.texts
        operator |= query.kinds & Kind.OPERATOR
        if not operator and any("[$" in name for name in list(event.query)[:MAX_PARAMETERS]):
            operator = Kind.OPERATOR
    texts += sent.texts
    found = attacks_in("\n".join(texts)[:MAX_TEXT])
    return found | {"nosql-injection"} if operator else found


def _error_text(body: Any) -> str:
    """The texts of an error, one a line. Bounded."""
    if type(body) is str:
        return body[:MAX_ERROR_TEXT]
    texts: list[str] = []
    waiting = [body]
    left = MAX_ERROR_TEXTS
    while waiting and left > 0:
        left -= 1
        value = waiting.pop()
        kind = type(value)
        if kind is str:
            texts.append(value)
        elif kind is dict:
            waiting.extend(list(value.values())[:left])
        elif kind is list:
            waiting.extend(value[:left])
    return "\n".join(texts)[:MAX_ERROR_TEXT]


def _has_credentials(event: Event, asked: Mapping[str, Any]) -> bool:
    if not _CREDENTIALS.isdisjoint(asked):
        return True
    if any(_is_credential(name) for name in asked):
        return True
    query = event.query
    return bool(query) and any(_is_credential(str(name)) for name in list(query)[:MAX_PARAMETERS])


@lru_cache(maxsize=4096)
def _is_credential(name: str) -> bool:
    return len(name) <= 128 and _CREDENTIAL_WORD.search(name) is not None


def _is_encrypted(event: Event, asked: Mapping[str, Any]) -> bool | None:
    """By the address, unless a proxy that ends TLS says otherwise; None on private ground."""
    if event.scheme == "https":
        return True
    said = asked.get("x-forwarded-proto") or asked.get("x-forwarded-scheme")
    if said:
        return "https" in text_of(said).lower()
    forwarded = asked.get("forwarded")
    if forwarded and "proto=" in (text := text_of(forwarded).lower()):
        return "proto=https" in text
    if text_of(asked.get("x-forwarded-ssl")) == "on" or "https" in text_of(asked.get("cf-visitor")):
        return True
    if not event.scheme or is_private_host(event.host):
        return None
    return False


@lru_cache(maxsize=1024)
def is_private_host(host: str) -> bool:
    """Whether a host (port and all) is this machine or of a private network."""
    name = host.rpartition("]")[0].lstrip("[") if host.startswith("[") else host.partition(":")[0]
    if not name or _LOCAL_NAME.fullmatch(name):
        return True
    try:
        address = ip_address(name)
    except ValueError:
        return False
    return address.is_private or address.is_loopback or address.is_link_local
