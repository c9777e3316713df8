"""Every design-time check passes what is good and finds what is bad, whatever the JSON."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from treblle_etl.transform.checks.documents import DesignChecked, check_document
from treblle_etl.transform.checks.documents.judging import DOCUMENT_CHECKS, OPERATION_CHECKS
from treblle_etl.transform.checks.documents.reading import MAX_OPERATIONS
from treblle_service.check_catalog import CATALOG, Stage

from projects.etl_worker.tests.transform.checks.document_examples import (
    EXAMPLES,
    GOOD,
    OBSERVED,
    document,
)


def verdicts(checked: DesignChecked, code: str) -> set[str]:
    found = [*checked.operations.values(), checked.document]
    return {one[code] for one in found if code in one}


def test_every_check_has_an_entry_a_function_and_examples() -> None:
    design_time = {c.code for c in CATALOG.values() if c.stage is Stage.DESIGN_TIME}
    assert DOCUMENT_CHECKS.keys() | OPERATION_CHECKS.keys() == design_time
    assert not DOCUMENT_CHECKS.keys() & OPERATION_CHECKS.keys()
    assert set(EXAMPLES) == design_time


def test_a_good_document_fails_nothing() -> None:
    checked = check_document(GOOD)
    assert set().union(*(verdicts(checked, code) for code in EXAMPLES)) == {""}


@pytest.mark.parametrize("code", EXAMPLES)
def test_check_passes_what_is_good(code: str) -> None:
    observed = OBSERVED.get(code, ({}, {}))[0]
    assert verdicts(check_document(document(EXAMPLES[code][0]), observed=observed), code) == {""}


@pytest.mark.parametrize("code", EXAMPLES)
def test_check_finds_what_is_bad(code: str) -> None:
    observed = OBSERVED.get(code, ({}, {}))[1]
    spoiled = document(EXAMPLES[code][1])
    assert any(verdicts(check_document(spoiled, observed=observed), code))
    off = check_document(spoiled, observed=observed, disabled=frozenset([code]))
    assert not verdicts(off, code)


@pytest.mark.parametrize("code", OBSERVED)
def test_what_only_traffic_shows_does_not_apply_without_it(code: str) -> None:
    assert not verdicts(check_document(GOOD), code)


@pytest.mark.parametrize(
    ("code", "observed"),
    [
        ("hsts", "force-secure-connection"),
        ("content-type-options", "mime-sniffing"),
        ("iframe-embedding", "embedding-prevention"),
        ("csp", "content-security-policy"),
        ("compression-support", "compression"),
        ("cache-support", "caching-headers"),
        ("rate-limiting", "rate-limit-headers"),
    ],
)
def test_what_traffic_shows_need_not_be_documented(code: str, observed: str) -> None:
    spoiled = document(EXAMPLES[code][1])
    assert verdicts(check_document(spoiled, observed={observed: 0.0}), code) == {""}
    assert any(verdicts(check_document(spoiled, observed={observed: 0.9}), code))


def test_deprecated_operations_and_base_paths_are_told() -> None:
    made = document(lambda d: d["paths"]["/orders/{id}"]["get"].update(deprecated=True))
    checked = check_document(made)
    assert checked.deprecated == {("GET", "/orders/{id}")}
    assert checked.base_paths == ["", "/v1"]


def test_references_in_a_circle_end() -> None:
    circle = {"$ref": "#/components/schemas/A"}
    made = document(
        lambda d: d["components"]["schemas"].update(
            Order={"properties": {"next": circle}}, A={"properties": {"a": circle}}, B=circle
        )
    )
    assert check_document(made).operations


def test_work_is_bounded_by_operations() -> None:
    paths = {f"/a{n}": {"get": {}} for n in range(MAX_OPERATIONS + 500)}
    assert len(check_document({"paths": paths}).operations) == MAX_OPERATIONS


NAMES = st.sampled_from(
    [
        "openapi",
        "info",
        "paths",
        "get",
        "post",
        "parameters",
        "responses",
        "content",
        "schema",
        "properties",
        "security",
        "servers",
        "components",
        "securitySchemes",
        "$ref",
        "headers",
        "examples",
        "items",
        "url",
        "name",
        "in",
    ]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=10) | st.just("#/paths/a"),
    lambda part: (
        st.lists(part, max_size=4) | st.dictionaries(NAMES | st.text(max_size=6), part, max_size=5)
    ),
    max_leaves=40,
)


@settings(max_examples=200, deadline=None)
@given(made=JSON, paths=JSON, operation=JSON)
def test_any_json_is_taken(made: object, paths: object, operation: object) -> None:
    check_document(made)
    check_document({"paths": paths, "components": made, "servers": operation, "security": made})
    check_document(
        {"paths": {"/a/{b}": {"get": operation, "parameters": paths}}, "security": [operation]}
    )
