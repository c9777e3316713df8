"""Checks on what is said and how: names of endpoints, JSON, dates, errors, lists."""

import re
from collections.abc import Mapping
from typing import Any, Final

from treblle_etl.transform.checks.facts import Facts, text_of
from treblle_etl.transform.checks.looking import LARGE_LIST
from treblle_etl.transform.checks.names import Kind
from treblle_etl.transform.checks.populations import WITHOUT_BODY, Finding, Population, RequestCheck

_MIXED: Final = Kind.CAMEL | Kind.SNAKE
_VERSION_HEADERS: Final = frozenset(
    ["api-version", "x-api-version", "accept-version", "x-version", "stripe-version"]
)
_VERSION_IN_PATH: Final = re.compile(r"/v\d{1,3}(?:[./]|$)", re.IGNORECASE)
_VERSION_PARAMETERS: Final = frozenset(["version", "api-version", "api_version", "v"])
_PAGING: Final = frozenset(
    [
        "next",
        "previous",
        "prev",
        "cursor",
        "nextcursor",
        "next_cursor",
        "next_page",
        "nextpage",
        "nextpagetoken",
        "next_page_token",
        "total",
        "total_count",
        "totalcount",
        "count",
        "page",
        "page_size",
        "per_page",
        "limit",
        "offset",
        "has_more",
        "hasmore",
        "pagination",
        "paging",
        "meta",
        "links",
        "_links",
        "last_page",
        "total_pages",
    ]
)
_ERROR_MEMBERS: Final = frozenset(
    [
        "error",
        "errors",
        "message",
        "code",
        "detail",
        "details",
        "title",
        "type",
        "status",
        "description",
        "msg",
        "reason",
        "error_code",
        "error_description",
        "errorcode",
    ]
)
_PROBLEM_MEMBERS: Final = frozenset(["type", "title", "status", "detail"])
# The type of a body that is no JSON although it was read as JSON.
_JSON_UNKNOWN: Final = frozenset(["text/plain", "text/html", "application/octet-stream"])


def plural_nouns(facts: Facts) -> Finding:
    return facts.naming.singular


def verbs_in_path(facts: Facts) -> Finding:
    return facts.naming.verb


def path_spelling(facts: Facts) -> Finding:
    return facts.naming.spelling


def nesting_depth(facts: Facts) -> Finding:
    return facts.naming.depth


def versioning_in_use(facts: Facts) -> Finding:
    asked, event = facts.asked, facts.event
    # A framework's route may be that of a mounted part, without what stands before it.
    if facts.naming.has_version or _VERSION_IN_PATH.search(event.path):
        return ""
    if not (_VERSION_HEADERS.isdisjoint(asked) and _VERSION_HEADERS.isdisjoint(facts.answered)):
        return ""
    if event.query and not _VERSION_PARAMETERS.isdisjoint(event.query):
        return ""
    accept = text_of(asked.get("accept"))
    if ("vnd." in accept and "v" in accept) or "version=" in accept:
        return ""
    label = event.host.partition(".")[0]
    if (label[:1] == "v" and label[1:].isdigit()) or facts.naming.is_public:
        return ""
    return "no version in path, query, host or headers"


def json_content_type(facts: Facts) -> Finding:
    body = facts.event.response_body
    if type(body) not in (dict, list) or not facts.content_type:
        return ""
    # SDKs say `{}` where there was no body.
    if not body and (facts.status in WITHOUT_BODY or not facts.event.response_size_bytes):
        return ""
    return f"JSON called `{facts.content_type[:64]}`" if facts.content_type in _JSON_UNKNOWN else ""


def json_validity(facts: Facts) -> Finding:
    content_type, event = facts.content_type, facts.event
    if content_type != "application/json" and not content_type.endswith("+json"):
        return ""
    if type(event.response_body) is str:
        # A JSON text is rare, but JSON; one that begins as an object or page was not readable.
        begins = event.response_body.lstrip()[:1]
        return "a body that is no JSON" if begins in ("<", "{", "[") else ""
    if event.response_body is None and any(e.type == "INVALID_JSON" for e in event.errors):
        return "a body that is no JSON"
    return ""


def date_format(facts: Facts) -> Finding:
    return f"field `{facts.got.bad_date}`" if facts.got.bad_date else ""


def mixed_names(facts: Facts) -> Finding:
    got = facts.got
    if got.kinds & _MIXED != _MIXED:
        return ""
    return f"`{got.names[Kind.CAMEL]}` and `{got.names[Kind.SNAKE]}`"


def error_body(facts: Facts) -> Finding:
    if facts.method == "HEAD" or not facts.answered:
        return ""
    body = facts.event.response_body
    if type(body) is dict:
        return "" if _says(body) else "an object without code or message"
    if type(body) is list and body:
        return ""
    if facts.content_type == "text/html":
        return "a page"
    return "a text" if type(body) is str and body else "no body"


def _says(body: dict[str, Any]) -> bool:
    """Whether an error says what is wrong, at the top or by the name of a field."""
    return bool(body) and (
        any(name.lower() in _ERROR_MEMBERS for name in list(body)[:32])
        or any(type(value) is list for value in list(body.values())[:32])
    )


def problem_details(facts: Facts) -> Finding:
    if facts.content_type == "application/problem+json" or not facts.answered:
        return ""
    body = facts.event.response_body
    if type(body) is dict and len(_PROBLEM_MEMBERS & body.keys()) >= 3:
        return ""
    return "not of the standard form"


def pagination(facts: Facts) -> Finding:
    if facts.got.largest_list <= LARGE_LIST:
        return ""
    body = facts.event.response_body
    if "link" in facts.answered or "x-total-count" in facts.answered:
        return ""
    if type(body) is dict:
        if any(name.lower() in _PAGING for name in list(body)[:64]):
            return ""
        largest = max((len(v) for v in list(body.values())[:64] if type(v) is list), default=0)
    else:
        largest = len(body) if type(body) is list else 0
    # A long list deep inside, such as the points of a line, is no page.
    return f"{largest} items at once" if largest > LARGE_LIST else ""


CHECKS: Mapping[Population, Mapping[str, RequestCheck]] = {
    Population.REQUESTS: {
        "plural-nouns": plural_nouns,
        "verbs-in-path": verbs_in_path,
        "path-spelling": path_spelling,
        "nesting-depth": nesting_depth,
        "versioning-in-use": versioning_in_use,
    },
    Population.ANSWERS: {
        "json-content-type": json_content_type,
        "json-validity": json_validity,
        "date-format": date_format,
        "mixed-names": mixed_names,
    },
    Population.READS: {"pagination": pagination},
    Population.ERRORS: {"error-body": error_body, "problem-details": problem_details},
}
