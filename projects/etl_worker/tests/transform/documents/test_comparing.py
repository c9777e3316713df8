"""A team's own document beside traffic: found are what it lacks, what is dead, and wrong types."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from treblle_etl.transform.documents import Exchange, observe
from treblle_etl.transform.documents.comparing import (
    MAX_DIFFERENCES,
    Called,
    Difference,
    differences,
)
from treblle_etl.transform.documents.operation import Operation
from treblle_etl.transform.documents.permitted import MAX_VISITS, Reader, TooLarge

JSON_TYPE = {"content-type": "application/json"}


def seen(name: str, *bodies: Any, times: int = 4, **exchange: Any) -> dict[str, Operation]:
    """An operation of which each body was answered (or `request_body` was sent) so many times."""
    method, template = name.split(" ")
    operation = Operation(method, template)
    fields = {
        "path": template.replace("{id}", "7"),
        "status": 200,
        "request_headers": JSON_TYPE,
        "response_headers": JSON_TYPE,
    }
    for body in bodies or (None,):
        for _ in range(times):
            observe(operation, Exchange(**{**fields, "response_body": body, **exchange}))
    return {name: operation}


def documented(schema: Any, name: str = "GET /users", **operation: Any) -> dict[str, Any]:
    method, path = name.split(" ")
    content = {"application/json": {"schema": schema}}
    stated = {"responses": {"200": {"description": "", "content": content}}, **operation}
    return {"openapi": "3.0.3", "paths": {path: {method.lower(): stated}}}


def words(document: Any, operations: dict[str, Operation], *called: Called) -> list[str]:
    return [each.words for each in differences(document, operations, called)]


ID = {"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}}}
NAME = {"type": "object", "properties": {"name": {"type": "string"}}}


@pytest.mark.parametrize(
    ("schema", "body", "told"),
    [
        ({"allOf": [ID, NAME]}, {"id": 1, "name": "a"}, []),
        ({"allOf": [ID, NAME]}, {"id": "x", "name": "a"}, ["`id` is string in traffic, integer"]),
        (
            {"allOf": [ID, NAME]},
            {"name": "a"},
            ["`id` is required by the document, but not always"],
        ),
        ({"allOf": [ID, NAME]}, {"id": 1, "age": 9}, ["`age` is not in the document"]),
        ({"anyOf": [ID, NAME]}, {"name": "a"}, []),
        ({"oneOf": [ID, {"type": "array", "items": ID}]}, [{"id": None}], ["`[].id` is null"]),
        ({"oneOf": [ID, NAME]}, {"id": 1, "age": 9}, ["`age` is not in the document"]),
        ({"oneOf": [ID, {"type": "null"}]}, None, []),
        ({"oneOf": [ID, {"type": "string"}]}, {"id": 2}, []),
        ({"oneOf": [ID, {"type": "string"}]}, [1], ["is array in traffic, object or string"]),
        ({**ID, "nullable": True}, None, []),
        ({"allOf": [ID], "nullable": True}, [], ["is array in traffic, null or object"]),
        ({"type": "number"}, 7, []),
        ({"type": "integer"}, 7.5, ["is number in traffic, integer in"]),
        ({"enum": ["a", "b"]}, 3, ["is integer in traffic, string in"]),
        ({"type": ["string", "null"]}, True, ["is boolean in traffic, null or string"]),
        (
            {"type": "object", "additionalProperties": {"type": "string"}},
            {"en": "a", "de": 7},
            ["`de` is integer in traffic, string"],
        ),
        ({**ID, "additionalProperties": True}, {"id": 1, "more": 2}, []),
        ({"if": ID, "then": NAME, "properties": {"id": {}}}, {"id": 1, "name": 3}, ["`name` is"]),
        ({"$ref": "#/components/schemas/A"}, {"id": "x"}, []),
        (True, {"id": 1}, []),
    ],
)
def test_composed_schemas_are_understood(schema, body, told):
    found = words(documented(schema), seen("GET /users", body))
    assert len(found) == len(told), found
    assert all(part in said for part, said in zip(told, found, strict=True)), found
    assert all(said.startswith("`GET /users` 200: ") for said in found)


def test_references_lead_through_the_document_and_cycles_end():
    document = documented({"$ref": "#/components/schemas/Tree"})
    document["components"] = {
        "schemas": {
            "Tree": {
                "allOf": [
                    {"$ref": "#/components/schemas/Tree"},
                    {"$ref": "#/components/schemas/Leaf"},
                ]
            },
            "Leaf": {
                "type": "object",
                "properties": {
                    "value": {"type": "integer"},
                    "children": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}},
                },
            },
        }
    }
    body = {"value": 1, "children": [{"value": "one", "children": []}]}
    assert words(document, seen("GET /users", body)) == [
        "`GET /users` 200: `children[].value` is string in traffic, integer in the document"
    ]


def test_a_document_made_to_grow_ends_in_bounded_work_and_says_so():
    schemas: dict[str, Any] = {"S0": ID}
    for number in range(1, 30):
        above = {"$ref": f"#/components/schemas/S{number - 1}"}
        options = [{"properties": {f"p{each}": above}, **above} for each in range(12)]
        schemas[f"S{number}"] = {"anyOf": options}
    document = documented({"$ref": "#/components/schemas/S29"})
    document["components"] = {"schemas": schemas}
    document["paths"]["/boats"] = documented(NAME, "GET /boats")["paths"]["/boats"]
    operations = seen("GET /users", {"p1": {"p2": 1}}) | seen("GET /boats", {"name": 1})
    assert [each.code for each in differences(document, operations)] == [
        "type-differs",
        "not-compared",
    ]
    reader = Reader(document)
    with pytest.raises(TooLarge):
        reader.permitted({"$ref": "#/components/schemas/S29"})
    assert reader.visits <= MAX_VISITS + 1_000


def test_what_clients_send_is_compared_and_breaks_nobody():
    name = "POST /users"
    body = {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["email", "made", "id"],
                    "properties": {
                        "email": {"type": "string"},
                        "made": {"type": "string", "readOnly": True},
                        "age": {"type": "integer"},
                        "id": {"type": "integer"},
                    },
                }
            }
        },
    }
    sent = {"email": "a", "age": "forty", "nick": "b"}
    operations = seen(name, request_body=sent)
    found = differences(documented({}, name, requestBody=body), operations)
    assert [(each.words, each.breaking) for each in found] == [
        ("`POST /users` request: `age` is string in traffic, integer in the document", False),
        ("`POST /users` request: `nick` is not in the document", False),
        ("`POST /users` request: `id` is required by the document, but not always sent", False),
    ]
    assert found[0].location == (
        "/paths/~1users/post/requestBody/content/application~1json/schema/properties/age"
    )
    assert words(documented({}, name), operations) == [
        "`POST /users` takes a body, which is not in the document"
    ]
    forms = seen(
        name,
        request_body=sent,
        request_headers={"content-type": "application/x-www-form-urlencoded"},
    )
    assert words(documented({}, name, requestBody=body), forms) == [
        "`POST /users` request: `application/x-www-form-urlencoded` is not in the document"
    ]


def test_parameters_are_compared():
    stated = [
        {"in": "query", "name": "page", "required": True, "schema": {"type": "integer"}},
        {"in": "query", "name": "q", "required": True, "schema": {"type": "string"}},
        {"in": "query", "name": "filter", "style": "deepObject", "schema": {"type": "object"}},
        {"in": "path", "name": "id", "required": True, "schema": {"type": "integer"}},
        {"in": "header", "name": "X-Version", "schema": {"type": "integer"}},
    ]
    document = documented({}, "GET /users/{id}", parameters=stated)
    query = {"page": "first", "filter[state]": "on", "sort": "name"}
    operations = seen(
        "GET /users/{id}", path="/users/ana", query=query, request_headers={"x-version": "two"}
    )
    assert words(document, operations) == [
        "`GET /users/{id}`: query parameter `sort` is not in the document",
        "`GET /users/{id}`: query parameter `q` is required by the document, but not always sent",
        "`GET /users/{id}`: header parameter `x-version` is string in traffic, integer in the document",
        "`GET /users/{id}`: path parameter `id` is string in traffic, integer in the document",
        "`GET /users/{id}`: query parameter `page` is string in traffic, integer in the document",
    ]


def test_statuses_and_media_types_that_are_not_in_the_document_are_told():
    operations = seen("GET /users", {"id": 1}, status=202)
    assert words(documented(ID), operations) == [
        "`GET /users` answers 202, which is not in the document"
    ]
    html = seen("GET /users", "<p>", response_headers={"content-type": "text/html"})
    assert words(documented(ID), html) == ["`GET /users` 200: `text/html` is not in the document"]


def test_servers_of_document_path_and_operation_lead_to_the_same_endpoint():
    document = documented(ID, "GET /users/{name}")
    document["servers"] = [{"url": "https://{region}.example/api/{version}/"}, {"url": "/v2"}]
    for template in ("/users/{id}", "/v2/users/{id}/", "/api/{version}/users/{id}"):
        assert words(document, seen(f"GET {template}", {"id": 1})) == []
    assert words(document, seen("GET /v3/users/{id}", {"id": 1})) == [
        "`GET /v3/users/{id}` is called, but not in the document"
    ]


def test_an_endpoint_is_dead_where_nobody_calls_it_or_only_long_ago():
    document = documented({}, "GET /users/{id}")
    for path in ("/users/me", "/taps", "/health", "/pumps/main", "/valves"):
        document["paths"][path] = {"get": {"responses": {"200": {}}}}
    operations = seen("GET /users/{id}", times=60) | seen("GET /pumps/{pump}", times=60)
    called = (
        Called("GET", "/health"),
        Called("GET", "/valves", datetime(2026, 1, 3, tzinfo=UTC)),
    )
    found = differences(document, operations, called, dead_before=datetime(2026, 2, 1, tzinfo=UTC))
    assert [each.words for each in found if each.code == "dead-endpoint"] == [
        "`GET /users/me` is never called",
        "`GET /taps` is never called",
        "`GET /valves` was called last on 2026-01-03",
    ]


def test_a_slip_or_a_preflight_is_no_difference():
    assert words(documented(ID), seen("GET /users", {"id": "x"}, times=2)) == []
    assert words(documented(ID), seen("OPTIONS /users") | seen("HEAD /boats")) == []
    hidden = seen("GET /users", {"id": "****"})
    assert words(documented(ID), hidden) == []


# A busy machine is no failure.
PATIENT = settings(deadline=None, max_examples=150)
# Words of OpenAPI among others, so that what is found has a form that is read.
NAMES = st.sampled_from(
    [
        "paths",
        "/users",
        "/users/{id}",
        "get",
        "post",
        "parameters",
        "in",
        "name",
        "query",
        "schema",
        "required",
        "requestBody",
        "content",
        "application/json",
        "responses",
        "200",
        "default",
        "type",
        "properties",
        "items",
        "additionalProperties",
        "allOf",
        "anyOf",
        "oneOf",
        "not",
        "if",
        "then",
        "$ref",
        "enum",
        "const",
        "nullable",
        "servers",
        "url",
        "components",
        "schemas",
        "A",
        "id",
    ]
) | st.text(max_size=4)
TEXTS = st.sampled_from(
    [
        "object",
        "string",
        "array",
        "query",
        "id",
        "#/components/schemas/A",
        "#/paths",
        "#",
        "http://[",
    ]
) | st.text(max_size=4)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=8),
    max_leaves=40,
)
OBJECTS = st.dictionaries(NAMES, ANYTHING, max_size=8)


def _holds(found: list[Difference]) -> None:
    assert len(found) <= MAX_DIFFERENCES
    assert all(isinstance(each.words, str) and each.location[:1] == "/" for each in found)


@PATIENT
@given(OBJECTS, ANYTHING)
def test_any_json_as_a_document_never_raises(document, body):
    operations = seen("GET /users/{id}", body, times=60) | seen("POST /users", request_body=body)
    _holds(differences(document, operations, [Called("GET", "/users")]))


@PATIENT
@given(OBJECTS, ANYTHING, OBJECTS)
def test_any_json_in_the_places_that_are_read_never_raises(operation, schema, components):
    body = {"id": [{"A": None}], "type": 7}
    stated = {"requestBody": {"content": {"application/json": {"schema": schema}}}, **operation}
    document = documented(schema, "GET /users/{id}")
    document["paths"]["/users"] = {"post": stated, "parameters": [schema]}
    document["components"] = {"schemas": {"A": schema, **components}}
    document["servers"] = [schema, {"url": "/v1"}]
    operations = seen("GET /users/{id}", body, times=60)
    operations |= seen("POST /users", request_body=body, query={"id": ["1", "b"]})
    _holds(differences(document, operations))
