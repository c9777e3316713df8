"""Values, content types and ways to prove oneself that a team's document does not know."""

from typing import Any

import pytest
from treblle_etl.transform.documents import Exchange, observe
from treblle_etl.transform.documents.comparing import differences
from treblle_etl.transform.documents.operation import Operation

JSON_TYPE = {"content-type": "application/json"}


def seen(*bodies: Any, **exchange: Any) -> dict[str, Operation]:
    """`GET /users` by bodies, each in a request of its own: `r0`, `r1`, …"""
    operation = Operation("GET", "/users")
    plain = {"path": "/users", "status": 200, "response_headers": JSON_TYPE}
    for number, body in enumerate(bodies):
        fields = {**plain, "response_body": body, "mark": (float(number), f"r{number}")}
        observe(operation, Exchange(**{**fields, **exchange}))
    return {"GET /users": operation}


def documented(schema: Any, **operation: Any) -> dict[str, Any]:
    content = {"application/json": {"schema": schema}}
    stated = {"responses": {"200": {"description": "", "content": content}}, **operation}
    return {"openapi": "3.1.0", "paths": {"/users": {"get": stated}}}


def of_field(stated: Any) -> dict[str, Any]:
    return {"type": "object", "properties": {"f": stated}}


def told(schema: Any, *values: Any) -> list[tuple[str, str | None]]:
    """Code and words of each difference of the field `f`, and the request that showed it."""
    found = differences(documented(of_field(schema)), seen(*({"f": value} for value in values)))
    lead = "`GET /users` 200: `f` "
    assert all(each.words.startswith(lead) and each.breaking for each in found)
    return [
        (f"{each.code}: {each.words.removeprefix(lead)}", each.first and each.first[1])
        for each in found
    ]


@pytest.mark.parametrize(
    ("stated", "values", "expected"),
    [
        (
            {"type": "string", "enum": ["on", "off"]},
            ["on", "off", "idle", "idle", "idle"],
            ("value-differs: is `idle` in traffic, none of the values in the document", "r2"),
        ),
        (
            {"type": "string", "enum": ["on"]},
            [f"word {number}" for number in range(60)],
            ("value-differs: has other values than those in the document", None),
        ),
        (
            {"type": "string", "format": "date-time"},
            ["2026-01-02T03:04:05Z", *["2 January"] * 3],
            ("format-differs: is not always date-time, the format in the document", "r1"),
        ),
        (
            {"type": "string", "format": "uuid"},
            ["ana@shop.example"] * 3,
            ("format-differs: is not always uuid, the format in the document", "r0"),
        ),
        (
            {"type": "integer", "minimum": 1},
            [1, 2, 0],
            ("bound-differs: is 0 in traffic, at least 1 in the document", "r2"),
        ),
        (
            {"type": "number", "exclusiveMaximum": 5},
            [1, 5, 5.5, 5.5],
            ("bound-differs: is 5.5 in traffic, at most 5 in the document", "r2"),
        ),
        (
            {"type": "integer", "format": "int32"},
            [1, 2**31, 2],
            (
                "bound-differs: is 2147483648 in traffic, at most 2147483647 in the document",
                "r1",
            ),
        ),
        (
            {"enum": [1, 2]},
            [1, 2, 3],
            ("bound-differs: is 3 in traffic, at most 2 in the document", "r2"),
        ),
        (
            {"type": "string", "minLength": 2},
            ["ab", "a", "abc"],
            ("length-differs: has 1 character, at least 2 in the document", "r1"),
        ),
        (
            {"type": "string", "maxLength": 2},
            ["ab", "a", "abc"],
            ("length-differs: has 3 characters, at most 2 in the document", "r2"),
        ),
        (
            {"type": "array", "maxItems": 1},
            [[1], [1, 2], []],
            ("length-differs: has 2 items, at most 1 in the document", "r1"),
        ),
        (
            {"type": "integer"},
            [1, None, None, None],
            ("type-differs: is null in traffic, integer in the document", "r1"),
        ),
        (
            {"allOf": [{"type": "integer", "maximum": 9}, {"maximum": 3}]},
            [1, 5, 2],
            ("bound-differs: is 5 in traffic, at most 3 in the document", "r1"),
        ),
    ],
    ids=lambda value: None,
)
def test_a_value_the_document_does_not_allow_is_told_with_its_request(stated, values, expected):
    assert told(stated, *values) == [expected]


@pytest.mark.parametrize(
    ("stated", "values"),
    [
        ({"type": "string", "enum": ["on"]}, ["on", "on", "idle", "idle"]),
        ({"type": "string", "enum": ["on"]}, ["****"] * 5),
        ({"type": "string", "format": "email"}, ["****"] * 5),
        ({"type": "string", "format": "email"}, ["a@b.example", "a", "b"]),
        ({"type": "string", "format": "cron"}, ["* * * * *"] * 5),
        ({"type": "string", "minLength": 9}, ["****"] * 5),
        ({"type": ["integer", "null"]}, [None] * 5),
        ({"type": "integer", "nullable": True}, [None] * 5),
        ({"anyOf": [{"type": "integer", "maximum": 3}, {"type": "integer"}]}, [7] * 5),
        ({"anyOf": [{"type": "string", "enum": ["a"]}, {"type": "string"}]}, ["b"] * 5),
        ({"oneOf": [{"type": "string", "enum": ["a"]}, {"enum": ["b"]}]}, ["a", "b"] * 3),
        ({"type": "integer", "exclusiveMinimum": True, "minimum": 1}, [1] * 5),
        ({"type": "integer", "maximum": "nine"}, [10] * 5),
    ],
    ids=lambda value: None,
)
def test_what_may_be_as_documented_or_was_seen_too_seldom_is_not_told(stated, values):
    assert told(stated, *values) == []


BEARER = {"type": "http", "scheme": "bearer"}
KEY = {"type": "apiKey", "in": "header", "name": "X-Shop"}
SENT = {"authorization": "Bearer ****"}


def security(asked: Any, sent: Any, *, times: int = 4, **schemes: Any) -> list[tuple[str, Any]]:
    document = documented({}, security=asked)
    document["components"] = {"securitySchemes": {"token": BEARER, "key": KEY, **schemes}}
    found = differences(document, seen(*[1] * times, request_headers=sent))
    lead = "`GET /users`"
    return [(each.words.removeprefix(lead).lstrip(": "), each.first) for each in found]


def test_requests_without_the_credential_the_document_asks_for_are_told():
    words = "asks for `token` in the document, but takes requests without any"
    assert security([{"token": []}], {}) == [(words, (0.0, "r0"))]
    assert security([{"token": []}, {}], {}) == []
    assert security([{"token": []}], {}, times=2) == []
    assert security([{"token": []}], SENT) == []
    assert security([{"token": []}], {"authorization": "****"}) == []


def test_a_credential_the_document_does_not_know_is_told():
    words = "clients send a `bearer` credential, {}"
    unknown = words.format("which is not in the document"), (0.0, "r0")
    assert security([{"key": []}], SENT) == [unknown]
    assert security([], SENT) == [(words.format("the document asks for nothing"), (0.0, "r0"))]


def test_a_scheme_of_the_document_that_nobody_uses_is_told():
    ways = [{"token": []}, {"key": []}]
    sent = {"x-api-key": "****"}
    other = {"type": "apiKey", "in": "header", "name": "X-Api-Key"}
    found = security(ways, sent, times=120, key=other)
    assert found == [("no request uses `token` of the document", None)]
    assert security(ways, sent, times=20, key=other) == []


def test_keys_of_any_name_and_ways_that_leave_no_trace_are_no_difference():
    assert security([{"key": []}], {"x-shop": "****"}) == []
    cookie = {"type": "apiKey", "in": "cookie", "name": "session"}
    assert security([{"cookie": []}], {}, cookie=cookie) == []


def test_a_content_type_that_is_never_answered_is_told_once_that_is_sure():
    document = documented({})
    content = document["paths"]["/users"]["get"]["responses"]["200"]["content"]
    content["application/xml"] = {}
    words = "`GET /users` 200: `application/xml` of the document is never answered"
    assert [each.words for each in differences(document, seen(*[1] * 100))] == [words]
    assert differences(document, seen(*[1] * 90)) == []


USER = {"type": "object", "properties": {"id": {"type": "string"}}}


@pytest.mark.parametrize(
    ("schema", "where"),
    [
        ({"$ref": "#/components/schemas/User"}, "/components/schemas/User/properties/id"),
        (
            {"allOf": [{"$ref": "#/components/schemas/Again"}, {"type": "object"}]},
            "/components/schemas/User/properties/id",
        ),
        ({"oneOf": [{"type": "null"}, USER]}, "SCHEMA/oneOf/1/properties/id"),
        ({"anyOf": [USER, {**USER, "required": ["id"]}]}, "SCHEMA"),
        ({"properties": {"id": {"$ref": "#/components/schemas/Loop"}}}, None),
    ],
    ids=["reference", "allof-of-references", "the-only-alternative", "ambiguous", "cycle"],
)
def test_a_location_is_where_the_document_has_it(schema, where):
    document = documented(schema)
    loop = {"allOf": [{"$ref": "#/components/schemas/Loop"}]}
    document["components"] = {
        "schemas": {"User": USER, "Again": {"$ref": "#/components/schemas/User"}, "Loop": loop}
    }
    found = differences(document, seen(*[{"id": 7}] * 4))
    place = "/paths/~1users/get/responses/200/content/application~1json/schema"
    assert [each.location for each in found] == ([where.replace("SCHEMA", place)] if where else [])


def test_what_the_document_lacks_lies_where_it_would_be():
    document = documented({"$ref": "#/components/schemas/User"})
    stated = {"in": "query", "name": "n", "schema": {"type": "integer"}}
    document["components"] = {"schemas": {"User": USER}, "parameters": {"N": stated}}
    document["paths"]["/users"]["parameters"] = [{"$ref": "#/components/parameters/N"}]
    operations = seen(*[{"id": "a", "more": 1}] * 4, query={"n": "x", "page": "1"})
    found = {each.code: each.location for each in differences(document, operations)}
    assert found == {
        "undocumented-field": "/components/schemas/User/properties/more",
        "undocumented-parameter": "/paths/~1users/get/parameters/-",
        "type-differs": "/components/parameters/N/schema",
    }
