"""What would break a client of the API is found, and what would not is let through."""

import copy
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from tools.api_breaks import SECTION, breaks, unsaid

TODAY = date(2026, 11, 26)
BOOK = {
    "type": "object",
    "required": ["isbn"],
    "properties": {
        "isbn": {"type": "string", "format": "uuid"},
        "kind": {"$ref": "#/components/schemas/Kind"},
        "pages": {"type": "integer"},
        "next": {"oneOf": [{"$ref": "#/components/schemas/Book"}, {"type": "null"}]},
    },
}
NEW_BOOK = {
    "type": "object",
    "required": ["title"],
    "properties": {
        "title": {"type": "string", "maxLength": 80},
        "kind": {"$ref": "#/components/schemas/Kind"},
        "pages": {"type": ["integer", "null"]},
        "tags": {"type": "array", "items": {"type": "string"}},
    },
}


def content(name: str) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}


OLD: dict[str, Any] = {
    "paths": {
        "/books": {
            "get": {
                "security": [{"token": ["read"]}],
                "parameters": [
                    {
                        "in": "query",
                        "name": "sort",
                        "schema": {"type": "string", "enum": ["a", "b"]},
                    }
                ],
                "responses": {
                    "200": {"content": content("Book"), "headers": {"ETag": {}}},
                    "default": {"$ref": "#/components/responses/Problem"},
                },
            },
            "post": {
                "security": [{"token": ["write"]}],
                "requestBody": {"content": content("NewBook")},
                "responses": {"201": {"content": content("Book")}},
            },
        }
    },
    "components": {
        "schemas": {
            "Book": BOOK,
            "NewBook": NEW_BOOK,
            "Kind": {"type": "string", "enum": ["novel", "poem"]},
        },
        "responses": {"Problem": {"content": {"application/problem+json": {"schema": {}}}}},
    },
}


def changed(change: Callable[[Any, Any, Any], Any]) -> list[str]:
    """What breaks after `change(get, post, schemas)`."""
    new = copy.deepcopy(OLD)
    books = new["paths"]["/books"]
    change(books["get"], books["post"], new["components"]["schemas"])
    return sorted(set(breaks(OLD, new, TODAY)))


def put(place: Any, *steps: Any) -> None:
    """The last of `steps` is put where the others lead."""
    *way, name, value = steps
    for step in way:
        place = place[step]
    place[name] = value


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (lambda g, p, s: s["Book"]["properties"].pop("pages"), "GET /books` 200 `pages`: is gone"),
        (lambda g, p, s: put(s, "Book", "required", []), "`isbn`: may be missing now"),
        (
            lambda g, p, s: put(s, "Book", "properties", "pages", "type", ["integer", "null"]),
            "`pages`: may now be null",
        ),
        (
            lambda g, p, s: put(s, "Book", "properties", "pages", "type", "number"),
            "`pages`: may now be number",
        ),
        (lambda g, p, s: s["Book"]["properties"]["isbn"].pop("format"), "is not always `uuid`"),
        (lambda g, p, s: s["Kind"]["enum"].append("play"), "200 `kind`: may now also be `play`"),
        (
            lambda g, p, s: s["Kind"]["enum"].remove("poem"),
            "POST /books` body `kind`: may no longer be `poem`",
        ),
        (
            lambda g, p, s: s["NewBook"]["required"].append("pages"),
            "POST /books` body `pages`: is required now",
        ),
        (lambda g, p, s: s["NewBook"]["properties"].pop("pages"), "body `pages`: is gone"),
        (
            lambda g, p, s: put(s, "NewBook", "properties", "pages", "type", "integer"),
            "body `pages`: may no longer be null",
        ),
        (
            lambda g, p, s: put(s, "NewBook", "properties", "title", "maxLength", 40),
            "body `title`: has `maxLength` 40 now",
        ),
        (
            lambda g, p, s: put(s, "NewBook", "properties", "tags", "items", "pattern", "^x"),
            "body `tags[]`: must match `^x` now",
        ),
        (lambda g, p, s: g["parameters"].clear(), "takes no `sort` in query any more"),
        (lambda g, p, s: put(g, "parameters", 0, "required", True), "`sort` in query: is required"),
        (
            lambda g, p, s: put(g, "security", [{"token": ["write"]}]),
            "asks for the scope write too",
        ),
        (lambda g, p, s: g["responses"].pop("200"), "200: is no longer answered"),
        (lambda g, p, s: g["responses"]["200"]["headers"].pop("ETag"), "no header `ETag` any more"),
        (
            lambda g, p, s: put(p, "requestBody", "required", True),
            "POST /books`: needs a body now",
        ),
        (
            lambda g, p, s: put(p, "requestBody", "content", {"text/csv": {"schema": {}}}),
            "body: knows no `application/json` any more",
        ),
    ],
)
def test_what_breaks_a_client_is_named_with_its_place(change: Any, line: str) -> None:
    found = changed(change)
    assert any(line in each for each in found), found


@pytest.mark.parametrize(
    "change",
    [
        lambda g, p, s: None,
        lambda g, p, s: put(s, "Book", "properties", "more", {"type": "string"}),
        lambda g, p, s: put(s, "Book", "required", ["isbn", "pages"]),
        lambda g, p, s: put(s, "NewBook", "properties", "more", {"type": "string"}),
        lambda g, p, s: put(s, "NewBook", "required", []),
        lambda g, p, s: put(s, "NewBook", "properties", "title", "maxLength", 90),
        lambda g, p, s: put(s, "NewBook", "properties", "pages", "type", ["number", "null"]),
        lambda g, p, s: g["parameters"].append({"in": "query", "name": "q", "schema": {}}),
        lambda g, p, s: g["parameters"][0]["schema"]["enum"].append("c"),
        lambda g, p, s: put(p, "security", [{"token": ["read"]}]),
        lambda g, p, s: put(p, "responses", "202", {"content": {}}),
        lambda g, p, s: put(s, "Book", "properties", "isbn", "description", "Thirteen digits."),
    ],
)
def test_what_breaks_nobody_is_let_through(change: Any) -> None:
    assert changed(change) == []


@pytest.mark.parametrize(
    ("said", "lines"),
    [
        ({}, 1),
        ({"deprecated": True}, 1),
        ({"deprecated": True, "x-sunset": "2026-11-26"}, 1),
        ({"deprecated": True, "x-sunset": "2026-11-25"}, 0),
    ],
)
def test_an_operation_goes_only_after_its_sunset(said: dict[str, Any], lines: int) -> None:
    old = copy.deepcopy(OLD)
    old["paths"]["/books"]["get"] |= said
    new = copy.deepcopy(OLD)
    del new["paths"]["/books"]["get"]
    assert len(list(breaks(old, new, TODAY))) == lines


def test_a_break_that_the_changelog_says_is_a_decision() -> None:
    new = copy.deepcopy(OLD)
    del new["components"]["schemas"]["NewBook"]["properties"]["tags"]
    line = "`POST /books` body `tags`: is gone"
    changelog = "# Changelog\n\n## Unreleased\n\n### Added\n- {}\n\n## 1.0\n" + SECTION
    assert line in unsaid(OLD, new, changelog.format("it"), TODAY)
    assert line in unsaid(OLD, new, changelog.format(line), TODAY)
    decided = f"it\n\n{SECTION}\n- {line}: nobody sent any."
    assert unsaid(OLD, new, changelog.format(decided), TODAY) == []
