"""What went wrong with a request, and what it has in common with others that failed alike."""

import hashlib
import re
from typing import Any

from treblle_etl.event import Event, Failure

CLIENT_ERROR, SERVER_ERROR, EXCEPTION, SLOW = "client_error", "server_error", "exception", "slow"
HALF = 32  # characters of a fingerprint for the endpoint, and as many for the failure
TYPE_LENGTH, MESSAGE_LENGTH = 128, 255
# What SDKs say of bodies they could not read: no failure of the API.
NO_EXCEPTIONS = frozenset({"INVALID_JSON"})
# A request is slow where it took this many times what 95 of 100 take at its endpoint, and long
# enough for a person to notice (Nielsen, "Response Times: The 3 Important Limits": one second).
SLOW_TIMES_USUAL = 3.0
SLOW_FROM_MS = 1000.0

# Where APIs say what went wrong, in this order: RFC 9457, then what is usual.
_TYPES = ("type", "code", "error_code", "errorCode", "error", "name", "__type")
_MESSAGES = ("title", "detail", "message", "error_description", "error", "msg", "reason")
_INNER = ("error", "errors", "fault", "data")
MAX_INNER = 3

# What differs from one occurrence to the next becomes a sign for its kind.
_VARIABLE = re.compile(
    r"(?P<quoted>'[^']{0,200}'|\"[^\"]{0,200}\"|`[^`]{0,200}`)"
    r"|(?P<uuid>[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12})"
    r"|(?P<email>[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8})"
    r"|(?P<url>https?://[^\s]{1,500})"
    r"|(?P<hidden>\*{2,})"
    r"|(?P<hex>0x[0-9a-fA-F]+|\b(?=[0-9a-fA-F]{0,32}\d)(?=[0-9a-fA-F]{0,32}[a-fA-F])[0-9a-fA-F]{8,64}\b)"
    r"|(?P<id>\b(?=[A-Za-z_-]{0,40}\d)[0-9A-Za-z_-]{16,64}\b)"
    r"|(?P<number>\d+(?:[.,:]\d+)*)"
)
_BLANKS = re.compile(r"\s+")


def failure_of(masked: Event) -> Failure | None:
    """The failure of a masked event; None where nothing failed. Slow ones: `slow_failure_of`."""
    error = next((each for each in masked.errors if each.type not in NO_EXCEPTIONS), None)
    if error is not None:
        return _failure(EXCEPTION, masked.status, error.type, error.message)
    if masked.status < 400:
        return None
    kind = SERVER_ERROR if masked.status >= 500 else CLIENT_ERROR
    return _failure(kind, masked.status, *stated_error(masked.response_body))


def slow_failure_of(load_time_ms: float | None, usual_p95_ms: float | None) -> Failure | None:
    """A request that took much longer than its endpoint usually does."""
    if load_time_ms is None or usual_p95_ms is None or load_time_ms < SLOW_FROM_MS:
        return None
    if load_time_ms < SLOW_TIMES_USUAL * usual_p95_ms:
        return None
    return Failure(SLOW, 0, "", "Much slower than usual", "")


def fingerprint_of(failure: Failure, endpoint_id: int | None, method: str) -> str:
    """Hexadecimal: of the endpoint (not of its template, which people may change), then of kind,
    status, error type and normalised message.

    It stays the same as long as they do, whatever process or release computes it. A problem moves
    to another endpoint by `moved`.
    """
    parts = (failure.kind, str(failure.status), failure.error_type, failure.normalised)
    return _place(endpoint_id, method) + _half("\x1f".join(parts))


def moved(fingerprint: str, endpoint_id: int | None, method: str) -> str:
    """The fingerprint of the same failure at another endpoint."""
    return _place(endpoint_id, method) + fingerprint[HALF:]


def is_of(fingerprint: str, endpoint_id: int | None, method: str) -> bool:
    """Not so where an earlier release made it; that one has to be computed anew."""
    return fingerprint.startswith(_place(endpoint_id, method))


def _place(endpoint_id: int | None, method: str) -> str:
    return _half(method if endpoint_id is None else str(endpoint_id))


def _half(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:HALF]


def earlier_fingerprint_of(failure: Failure, method: str, template: str | None) -> str:
    """As earlier releases computed it: of the template. Rows that have it are moved over."""
    parts = (method, template or "", failure.kind, str(failure.status))
    text = "\x1f".join((*parts, failure.error_type, failure.normalised))
    return hashlib.sha256(text.encode()).hexdigest()


def fingerprint_of_cut(failure: Failure, endpoint_id: int | None, method: str) -> str | None:
    """As it is worked out from a row of an earlier release, which has the beginning of the message
    only; None where that is all of the message.
    """
    if len(failure.message) < MESSAGE_LENGTH:
        return None
    message = failure.message
    cut = Failure(failure.kind, failure.status, failure.error_type, message, normalised(message))
    return fingerprint_of(cut, endpoint_id, method)


def stated_error(body: Any) -> tuple[str, str]:
    """Type and message as an error's body states them; empty where it does not."""
    for _ in range(MAX_INNER):
        if isinstance(body, list):
            body = body[0] if body else None
        if not isinstance(body, dict):
            return "", body if isinstance(body, str) else ""
        inner = next((body[n] for n in _INNER if isinstance(body.get(n), dict | list)), None)
        message = _first_text(body, _MESSAGES)
        if message or inner is None:
            return _type_of(body, message), message
        body = inner
    return "", ""


def normalised(message: str) -> str:
    """The message without what differs from one occurrence to the next."""
    cut = message[: 4 * MESSAGE_LENGTH]
    plain = _VARIABLE.sub(lambda match: f"<{match.lastgroup}>", cut)
    return _BLANKS.sub(" ", plain).strip()[:MESSAGE_LENGTH]


def _failure(kind: str, status: int, error_type: str, message: str) -> Failure:
    return Failure(
        kind,
        status,
        error_type[:TYPE_LENGTH],
        message[:MESSAGE_LENGTH],
        normalised(message),
    )


def _type_of(body: dict[str, Any], message: str) -> str:
    """A type is a word or a URI; RFC 9457's `about:blank` says nothing."""
    for name in _TYPES:
        value = body.get(name)
        if (
            isinstance(value, str)
            and value not in ("", "about:blank", message)
            and " " not in value
        ):
            return value
    return ""


def _first_text(body: dict[str, Any], names: tuple[str, ...]) -> str:
    return next((body[n] for n in names if isinstance(body.get(n), str) and body[n]), "")
