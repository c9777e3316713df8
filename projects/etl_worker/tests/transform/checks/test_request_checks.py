"""Every check on requests passes what is good and finds what is bad, whatever the JSON."""

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from treblle_etl.event import Checked, Place
from treblle_etl.transform.checks import check_request
from treblle_etl.transform.checks.looking import MAX_NODES, is_card_number, look
from treblle_etl.transform.checks.names import Kind, kinds_of
from treblle_etl.transform.checks.registry import POPULATION_OF
from treblle_service.check_catalog import CATALOG, Group, Stage

from projects.etl_worker.tests.transform.checks.examples import EXAMPLES
from tests.support.events import GOOD, event

TEMPLATE = "/v1/orders/{order_id}"
# Found once an hour by what is known of the endpoint, not by a request.
OF_ENDPOINTS = {"undocumented-endpoint", "zombie-endpoint"}


def checked(disabled: frozenset[str] = frozenset(), **changes: Any) -> Checked:
    template = changes.pop("template", TEMPLATE)
    place = changes.pop("place", Place(country="HR", is_bad=changes.pop("is_bad", False)))
    return check_request(event(**changes), template=template, place=place, disabled=disabled)


def codes(found: Checked) -> set[str]:
    return {code for code, _ in found.failed} | set(found.rates)


def test_every_check_has_an_entry_a_function_and_examples() -> None:
    of_requests = {c.code for c in CATALOG.values() if c.stage is Stage.RUN_TIME} - OF_ENDPOINTS
    assert set(POPULATION_OF) == of_requests
    assert set(EXAMPLES) == of_requests


def test_a_good_request_fails_nothing() -> None:
    assert checked().failed == ()
    assert checked().rates == ()
    assert checked().threat_level == 0


@pytest.mark.parametrize("code", EXAMPLES)
def test_check_passes_what_is_good(code: str) -> None:
    assert code not in codes(checked(**EXAMPLES[code][0]))


@pytest.mark.parametrize("code", EXAMPLES)
def test_check_finds_what_is_bad(code: str) -> None:
    assert code in codes(checked(**EXAMPLES[code][1]))


@pytest.mark.parametrize("code", EXAMPLES)
def test_switched_off_check_counts_nowhere(code: str) -> None:
    found = checked(frozenset([code]), **EXAMPLES[code][1])
    assert code not in codes(found)
    others = checked(frozenset(CATALOG) - {code}, **EXAMPLES[code][1])
    assert codes(others) == {code}
    assert others.threat_level == CATALOG[code].threat


def test_threat_level_is_the_highest_of_what_failed() -> None:
    assert checked(answered={"x-frame-options": None}).threat_level == 1
    assert checked(asked={"authorization": None}).threat_level == 2
    assert checked(query={"q": "' OR 1=1 --"}, asked={"authorization": None}).threat_level == 3


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "gdpr"),
        ({"place": Place(country="BR")}, ""),
        ({"place": Place(country="US", region="California")}, "ccpa"),
        ({"place": Place(country="US", region="Nevada")}, ""),
        ({"response_body": {"ok": True}}, ""),
        ({"response_body": {"reference": "4111 1111 1111 1111"}}, "pci"),
        ({"response_body": {"card_number": "****"}, "place": Place(country="BR")}, "pci"),
        ({"response_body": {"diagnosis": "J45"}, "place": Place(country="US")}, "ccpa,hipaa"),
        ({"response_body": {"contact": "ana@mail.example"}, "place": Place()}, "gdpr"),
    ],
)
def test_regulations_follow_data_and_place(changes: dict[str, Any], expected: str) -> None:
    assert checked(**changes).regulations == expected


@pytest.mark.parametrize("host", ["localhost:8000", "10.0.0.7", "[::1]:8000", "shop.internal"])
def test_plain_http_on_private_ground_is_no_fault(host: str) -> None:
    found = checked(host=host, asked={"x-forwarded-proto": None})
    assert "secure-connection" not in codes(found)
    public = checked(asked={"x-forwarded-proto": None})
    assert "secure-connection" in codes(public)


def test_what_a_scanner_asks_for_says_nothing_of_the_api() -> None:
    """A path that belongs to no endpoint is not the API's to name."""
    asked = "/Get_User/7/shell.php"
    known = checked(template=asked, path=asked, status=404)
    assert {"path-spelling", "verbs-in-path", "sequential-ids", "versioning-in-use"} <= codes(known)
    unknown = checked(template=None, path=asked, status=404)
    assert not {code for code in codes(unknown) if CATALOG[code].group is Group.DESIGN} - {
        "problem-details",
        "error-body",
    }
    assert "sequential-ids" not in codes(unknown)


def test_an_empty_body_has_no_type() -> None:
    """SDKs say `{}` where nothing was sent, and frameworks call it a page."""
    page = {"content-type": "text/html; charset=utf-8"}
    empty = {"response_body": {}, "answered": page}
    assert "json-content-type" not in codes(checked(method="DELETE", status=204, **empty))
    assert "json-content-type" not in codes(checked(response_size_bytes=0, **empty))
    assert "json-content-type" in codes(checked(response_size_bytes=2, **empty))


@pytest.mark.parametrize(
    ("changes", "is_asked_for"),
    [
        ({}, True),
        ({"scheme": "https", "asked": {"x-forwarded-proto": None}}, True),
        ({"asked": {"x-forwarded-proto": "http"}}, False),
        ({"host": "127.0.0.1:8000", "asked": {"x-forwarded-proto": None}}, False),
    ],
)
def test_hsts_is_asked_for_where_the_answer_was_encrypted(
    changes: dict[str, Any], is_asked_for: bool
) -> None:
    found = checked(answered={"strict-transport-security": None}, **changes)
    assert ("force-secure-connection" in codes(found)) is is_asked_for
    assert ("encrypted" in found.populations) is is_asked_for


@pytest.mark.parametrize(
    ("host", "origin", "allowed", "is_found"),
    [
        ("api.shop.co.uk", "https://www.shop.co.uk", "https://www.shop.co.uk", False),
        ("api.shop.co.uk", "https://shop.other.co.uk", "https://shop.other.co.uk", True),
        ("api.dhl.de", "https://www.dhl.de:8443", "https://www.dhl.de:8443", False),
        ("api.shop.example", "https://other.example", "https://www.shop.example", False),
        ("api.shop.example", "http://203.0.113.7", "http://203.0.113.7", True),
        ("localhost:8000", "https://other.example", "https://other.example", False),
    ],
)
def test_an_origin_that_is_repeated_counts_where_it_is_of_another_site(
    host: str, origin: str, allowed: str, is_found: bool
) -> None:
    answered = {
        "access-control-allow-origin": allowed,
        "access-control-allow-credentials": "true",
    }
    found = checked(host=host, asked={"origin": origin}, answered=answered)
    assert ("cors-reflected-origin" in codes(found)) is is_found
    assert origin not in dict(found.failed).get("cors-reflected-origin", "")
    answered.pop("access-control-allow-credentials")
    found = checked(host=host, asked={"origin": origin}, answered=answered)
    assert "cors-reflected-origin" not in codes(found)


@pytest.mark.parametrize(
    ("number", "is_one"),
    [
        ("4111111111111111", True),
        ("5500-0000-0000-0004", True),
        ("4111111111111112", False),
        ("3333333333333333", False),
        ("1700000000000", False),
        ("41111111", False),
    ],
)
def test_card_numbers_are_told_by_luhn(number: str, is_one: bool) -> None:
    assert is_card_number(number) is is_one


@pytest.mark.parametrize(
    "name", ["format", "location", "duration", "update", "candidate", "season"]
)
def test_a_word_that_ends_like_a_date_is_none(name: str) -> None:
    assert not kinds_of(name) & Kind.DATE


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda part: (
        st.lists(part, max_size=5)
        | st.dictionaries(
            st.text(max_size=12) | st.sampled_from(["password", "$ne", "created_at", "error"]), part
        )
    ),
    max_leaves=30,
)
HEADERS = st.dictionaries(
    st.sampled_from(["content-type", "set-cookie", "cache-control", "server", "accept", "x"]),
    st.text(max_size=30) | st.lists(st.text(max_size=10), max_size=3),
)


@settings(max_examples=300, deadline=None)
@given(
    body=JSON,
    sent=JSON,
    query=st.dictionaries(st.text(max_size=10), JSON, max_size=4),
    asked=HEADERS,
    answered=HEADERS,
    status=st.integers(100, 599),
    method=st.sampled_from(["GET", "HEAD", "POST", "DELETE", "OPTIONS", "TRACE", "X"]),
    path=st.text(max_size=60),
)
def test_any_json_is_taken(**parts: Any) -> None:
    spoiled = event(
        request_body=parts["sent"],
        response_body=parts["body"],
        query=parts["query"],
        status=parts["status"],
        method=parts["method"],
        path=parts["path"],
    )
    for name, headers in (("request_headers", "asked"), ("response_headers", "answered")):
        spoiled = _with(spoiled, **{name: parts[headers]})
    found = check_request(spoiled, template=None, place=Place())
    assert codes(found) <= CATALOG.keys()
    assert all(finding for _, finding in found.failed)


def _with(spoiled: Any, **changes: Any) -> Any:
    return msgspec.structs.replace(spoiled, **changes)


def test_work_is_bounded_by_nodes() -> None:
    fields = {f"field_{n}": n for n in range(MAX_NODES)}
    deep: Any = {"password": "x"}
    for _ in range(MAX_NODES):
        deep = {"a": deep}
    assert look({"password": "x"}).kinds & Kind.PASSWORD
    assert not look(fields | {"password": "x"}).kinds & Kind.PASSWORD
    assert not look(deep).kinds & Kind.PASSWORD


@pytest.mark.parametrize(
    "text",
    [
        "'" * 20_000,
        "or 1=" * 4000,
        "<" + "a" * 20_000,
        "../" * 5000,
        "${" * 8000,
        "a@" * 8000,
        "4 " * 9000,
        "; drop " * 3000,
        "<img " + "on" * 9000,
    ],
)
def test_hostile_texts_take_no_time(text: str) -> None:
    """Patterns whose work grows with the square of a text would never end here."""
    for _ in range(20):
        check_request(
            _with(GOOD, request_body={"a": text}, path=text[:1024], query={"q": text}),
            template=None,
            place=Place(),
        )
