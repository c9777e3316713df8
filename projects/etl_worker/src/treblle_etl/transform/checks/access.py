"""Checks on who may do what, and on what clients try."""

import re
from collections.abc import Mapping

from treblle_etl.transform.checks.attacks import PATTERNS
from treblle_etl.transform.checks.facts import Facts, text_of
from treblle_etl.transform.checks.names import Kind
from treblle_etl.transform.checks.naming import NOWHERE
from treblle_etl.transform.checks.populations import Finding, Population, RequestCheck

_PRIVATE = Kind.PERSONAL | Kind.CARD | Kind.HEALTH
_YEAR = re.compile(r"(?:19|20)\d\d")
_WRITING = frozenset(["POST", "PUT", "PATCH", "DELETE"])
_DEBUG_METHODS = frozenset(["TRACE", "TRACK", "CONNECT"])


def authorization(facts: Facts) -> Finding:
    if facts.has_credentials or facts.naming.is_public or not facts.asked:
        return ""
    got = facts.got
    if got.kinds & _PRIVATE or got.has_card:
        names = got.names
        name = names.get(Kind.CARD) or names.get(Kind.HEALTH) or names.get(Kind.PERSONAL) or "card"
        return f"no credentials, and `{name}` in the answer"
    return f"no credentials for a {facts.method}" if facts.method in _WRITING else ""


def sequential_ids(facts: Facts) -> Finding:
    if facts.naming is NOWHERE:
        return ""
    segments = facts.event.path.split("/")[:32]
    for place, segment in enumerate(segments):
        if segment.isdigit() and segment.isascii() and len(segment) <= 12:
            if _is_date(segments, place):
                continue
            return "a whole number as id in the path"
    return ""


def _is_date(segments: list[str], place: int) -> bool:
    """Whether a number is of a date: `/2026/03/01`."""
    before = segments[place - 1] if place else ""
    after = segments[place + 1] if place + 1 < len(segments) else ""
    if _YEAR.fullmatch(segments[place]):
        return len(after) <= 2
    is_short = len(segments[place]) <= 2
    return is_short and (_YEAR.fullmatch(before) is not None or _is_date_before(segments, place))


def _is_date_before(segments: list[str], place: int) -> bool:
    return (
        place >= 2 and len(segments[place - 1]) <= 2 and bool(_YEAR.fullmatch(segments[place - 2]))
    )


def basic_authentication(facts: Facts) -> Finding:
    said = text_of(facts.asked.get("authorization"))
    return "`Authorization: Basic`" if said[:6].lower() == "basic " else ""


def debug_methods(facts: Facts) -> Finding:
    return f"`{facts.method}` answered {facts.status}" if facts.method in _DEBUG_METHODS else ""


def injection_accepted(facts: Facts) -> Finding:
    return f"{_listed(facts.attacks)} answered {facts.status}" if facts.attacks else ""


def ip_reputation(facts: Facts) -> Finding:
    return "the address is on the operator's list" if facts.place.is_bad else ""


def accept_header(facts: Facts) -> Finding:
    return "" if "accept" in facts.asked or not facts.asked else "no `Accept`"


def _listed(attacks: frozenset[str]) -> str:
    return ", ".join(sorted(attacks))


def _attack(code: str) -> RequestCheck:
    def check(facts: Facts) -> Finding:
        return "in path, query or body" if code in facts.attacks else ""

    return check


ATTACKS: Mapping[str, RequestCheck] = {
    **{code: _attack(code) for code, _, _ in PATTERNS},
    "nosql-injection": _attack("nosql-injection"),
}
CHECKS: Mapping[Population, Mapping[str, RequestCheck]] = {
    Population.REQUESTS: {
        "sequential-ids": sequential_ids,
        "basic-authentication": basic_authentication,
        "ip-reputation": ip_reputation,
        "accept-header": accept_header,
        **ATTACKS,
    },
    Population.ANSWERS: {
        "authorization": authorization,
        "debug-methods": debug_methods,
        "injection-accepted": injection_accepted,
    },
}
