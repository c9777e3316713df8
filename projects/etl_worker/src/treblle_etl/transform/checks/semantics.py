"""Checks on how HTTP is used: methods, statuses, and the headers that belong to them."""

from collections.abc import Mapping
from typing import Any, Final

from treblle_etl.transform.checks.facts import Facts
from treblle_etl.transform.checks.populations import Finding, Population, RequestCheck

_READING: Final = frozenset(["GET", "HEAD"])
# How answers that failed tell so, whatever their status.
_FAILURE_STATES: Final = frozenset(["error", "fail", "failed", "failure"])
_IDENTITIES: Final = frozenset(["uuid", "url", "href", "self", "links", "_links", "key", "token"])
_IDS: Final = frozenset(["id", "Id", "ID"])
_RETRY: Final = frozenset([429, 503])


def method_status(facts: Facts) -> Finding:
    status, method, body = facts.status, facts.method, facts.event.response_body
    if status == 201 and method in ("GET", "HEAD", "DELETE"):
        return f"{method} answered 201"
    if status == 204 and body not in (None, "", {}, []):
        return "204 with a body"
    if status < 300 and type(body) is dict and _failed(body):
        return f"{status}, and the body says it failed"
    return ""


def _failed(body: dict[str, Any]) -> bool:
    if body.get("success") is False or body.get("ok") is False:
        return True
    status = body.get("status")
    if type(status) is str and status.lower() in _FAILURE_STATES:
        # A job or payment that failed is told by 200; an answer that did not get it is short.
        return ("message" in body or "error" in body) and not _names_itself(body)
    return bool(body.get("error")) and body.keys() <= {"error", "message", "code", "status"}


def method_limiting(facts: Facts) -> Finding:
    return "405 without `Allow`" if facts.status == 405 and "allow" not in facts.answered else ""


def retry_after(facts: Facts) -> Finding:
    if facts.status in _RETRY and "retry-after" not in facts.answered:
        return f"{facts.status} without `Retry-After`"
    return ""


def authentication_challenge(facts: Facts) -> Finding:
    if facts.status == 401 and "www-authenticate" not in facts.answered:
        return "401 without `WWW-Authenticate`"
    return ""


def location_of_created(facts: Facts) -> Finding:
    if facts.status != 201 or "location" in facts.answered:
        return ""
    return "" if _names_itself(facts.event.response_body) else "neither `Location` nor an id"


def _names_itself(body: Any) -> bool:
    for _ in range(2):
        if type(body) is not dict:
            return type(body) is list
        if any(name in _IDENTITIES or name[-2:] in _IDS for name in list(body)[:64]):
            return True
        # An envelope such as `{"data": {…}}`.
        body = next((v for v in list(body.values())[:8] if type(v) is dict), None)
    return False


def body_in_get(facts: Facts) -> Finding:
    if facts.method in _READING and facts.event.request_body not in (None, "", {}, []):
        return "a body was sent"
    return ""


def idempotency(facts: Facts) -> Finding:
    if facts.method != "POST" or not facts.naming.moves_money or facts.naming.is_public:
        return ""
    asked = facts.asked
    if "idempotency-key" in asked or "x-idempotency-key" in asked or "x-request-id" in asked:
        return ""
    return "no `Idempotency-Key`"


CHECKS: Mapping[Population, Mapping[str, RequestCheck]] = {
    Population.ANSWERS: {
        "method-status": method_status,
    },
    Population.WRITES: {
        "location-of-created": location_of_created,
        "idempotency": idempotency,
    },
    Population.READS: {"body-in-get": body_in_get},
    Population.ERRORS: {
        "method-limiting": method_limiting,
        "retry-after": retry_after,
        "authentication-challenge": authentication_challenge,
    },
}
