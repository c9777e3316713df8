"""A document from traffic: valid OpenAPI 3.1, and right about what the traffic shows."""

import json

import msgspec
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from openapi_spec_validator import OpenAPIV31SpecValidator
from treblle_etl.transform.documents import (
    About,
    Exchange,
    Operation,
    as_json,
    as_yaml,
    document,
    from_bytes,
    merged,
    observe,
    to_bytes,
)

# A busy machine is no failure.
PATIENT = settings(deadline=None, max_examples=60)

ABOUT = About("Shop", "7", servers=("https://api.shop.example",))
JSON = {"content-type": "application/json; charset=utf-8"}


def shop() -> dict[str, Operation]:
    operations = [
        Operation("GET", "/orders/{order_id}"),
        Operation("GET", "/orders"),
        Operation("POST", "/orders"),
    ]
    for number in range(40):
        order = {
            "id": number,
            "state": ["open", "paid", "sent"][number % 3],
            "customer": {"email": f"person{number}@mail.example"},
            "note": None if number % 2 else "as soon as possible",
        }
        bearer = {
            "authorization": "Bearer ****",
            "user-agent": "shop/2",
            "treblle-user-id": "ana",
            "x-tenant": "north",
        }
        mark = (float(number), f"request {number}")
        one, many, new = operations
        path = f"/orders/{number}"
        observe(one, Exchange(path, 200, {}, bearer, None, JSON, order, mark))
        query = {"page": str(number), "sort": ["id", "state"][number % 2]} if number % 4 else {}
        observe(many, Exchange("/orders", 200, query, bearer, None, JSON, {"data": [order]}, mark))
        sent = {"customer": 5, "lines": [{"sku": "A-1", "count": number}]}
        observe(new, Exchange("/orders", 201, {}, bearer | JSON, sent, JSON, order, mark))
    observe(operations[0], Exchange("/orders/x", 404, {}, {}, None, JSON, {"error": "no such"}))
    return {operation.name: operation for operation in operations}


@pytest.fixture(scope="module")
def built() -> dict:
    return document(ABOUT, shop().values())


def parameters(operation: dict) -> dict:
    return {(found["in"], found["name"]): found for found in operation.get("parameters", [])}


def test_it_is_valid_openapi(built):
    OpenAPIV31SpecValidator(built).validate()
    assert built["openapi"].startswith("3.1")
    assert built["info"] == {"title": "Shop", "version": "7"}


def test_json_and_yaml_hold_the_same(built):
    assert json.loads(as_json(built)) == yaml.safe_load(as_yaml(built)) == built


def test_parameters_have_the_types_that_the_wire_shows(built):
    one = parameters(built["paths"]["/orders/{order_id}"]["get"])
    assert one["path", "order_id"]["schema"]["type"] == "integer"
    assert one["path", "order_id"]["required"] is True
    many = parameters(built["paths"]["/orders"]["get"])
    assert many["query", "page"]["schema"]["type"] == "integer"
    assert many["query", "sort"]["schema"]["enum"] == ["id", "state"]
    assert "required" not in many["query", "page"]


def test_headers_are_named_when_they_are_part_of_the_contract(built):
    found = parameters(built["paths"]["/orders"]["get"])
    assert found["header", "x-tenant"]["required"] is True
    assert {name for place, name in found if place == "header"} == {"x-tenant"}


def test_bodies_are_described_by_status_and_media_type(built):
    one = built["paths"]["/orders/{order_id}"]["get"]["responses"]
    assert set(one) == {"200", "404"}
    schema = one["200"]["content"]["application/json"]["schema"]
    assert schema["properties"]["state"]["enum"] == ["open", "paid", "sent"]
    assert schema["properties"]["note"]["type"] == ["string", "null"]
    assert schema["required"] == ["customer", "id", "note", "state"]
    sent = built["paths"]["/orders"]["post"]["requestBody"]
    assert sent["required"] is True
    lines = sent["content"]["application/json"]["schema"]["properties"]["lines"]
    assert lines["items"]["properties"]["count"]["type"] == "integer"


def test_what_failed_says_nothing_about_what_the_api_takes():
    operation = Operation("POST", "/orders")
    observe(operation, Exchange("/orders", 422, {"a": "1"}, JSON, {"wrong": True}, JSON, {}))
    found = document(ABOUT, [operation])["paths"]["/orders"]["post"]
    assert "requestBody" not in found
    assert "parameters" not in found


def test_an_example_shows_nobodys_data(built):
    content = built["paths"]["/orders/{order_id}"]["get"]["responses"]["200"]["content"]
    example = content["application/json"]["example"]
    assert example["customer"] == {"email": "user@example.com"}
    assert example["state"] in ("open", "paid", "sent")


@pytest.mark.parametrize(
    ("headers", "query", "scheme"),
    [
        ({"authorization": "Bearer ****"}, {}, {"type": "http", "scheme": "bearer"}),
        ({"authorization": "Basic ****"}, {}, {"type": "http", "scheme": "basic"}),
        ({"x-api-key": "****"}, {}, {"type": "apiKey", "in": "header", "name": "x-api-key"}),
        ({}, {"api_key": "****"}, {"type": "apiKey", "in": "query", "name": "api_key"}),
    ],
)
def test_the_way_clients_prove_who_they_are_is_told(headers, query, scheme):
    operation = Operation("GET", "/a")
    for _ in range(5):
        observe(operation, Exchange("/a", 200, query, headers, None, JSON, {}))
    built = document(ABOUT, [operation])
    OpenAPIV31SpecValidator(built).validate()
    (name,) = built["components"]["securitySchemes"]
    assert built["components"]["securitySchemes"][name] == scheme
    assert built["paths"]["/a"]["get"]["security"] == [{name: []}]
    assert "parameters" not in built["paths"]["/a"]["get"]


def test_where_some_bring_no_credential_none_is_needed():
    operation = Operation("GET", "/a")
    for number in range(10):
        sent = {"authorization": "Bearer ****"} if number % 2 else {}
        observe(operation, Exchange("/a", 200, {}, sent))
    found = document(ABOUT, [operation])["paths"]["/a"]["get"]
    assert found["security"] == [{"bearer": []}, {}]


def test_templates_that_openapi_holds_for_one_path_become_one():
    operations = [Operation("GET", "/users/{id}"), Operation("PUT", "/users/{user_id}")]
    for operation in operations:
        observe(operation, Exchange("/users/7", 200))
    built = document(ABOUT, [*operations, Operation("GET", "/a/{id}/b/{id}")])
    OpenAPIV31SpecValidator(built).validate()
    assert set(built["paths"]["/users/{id}"]) == {"get", "put"}
    assert "/a/{id}/b/{id2}" in built["paths"]


def test_forms_are_read_as_what_their_texts_stand_for():
    operation = Operation("POST", "/login")
    form = {"content-type": "application/x-www-form-urlencoded"}
    for number in range(5):
        observe(operation, Exchange("/login", 200, {}, form, {"page": str(number)}))
    body = document(ABOUT, [operation])["paths"]["/login"]["post"]["requestBody"]["content"]
    schema = body["application/x-www-form-urlencoded"]["schema"]
    assert schema["properties"]["page"]["type"] == "integer"


def test_halves_put_together_are_the_document_of_the_whole():
    whole, again = shop(), shop()
    joined = [merged(operation, again[name]) for name, operation in whole.items()]
    for operation in joined:
        assert operation.count == 2 * whole[operation.name].count
    OpenAPIV31SpecValidator(document(ABOUT, joined)).validate()
    empty = [merged(Operation(one.method, one.template), one) for one in whole.values()]
    assert empty == list(whole.values())


def test_a_state_is_the_same_after_it_was_written_and_read():
    for operation in shop().values():
        assert from_bytes(to_bytes(operation)) == operation


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=5)
    ),
    max_leaves=12,
)
HEADERS = st.dictionaries(
    st.sampled_from(["content-type", "authorization", "x-api-key", "x-tenant", "link"])
    | st.text(max_size=8),
    VALUES,
    max_size=4,
)
EXCHANGES = st.builds(
    Exchange,
    path=st.sampled_from(["/a/1", "/a/b", "/other"]) | st.text(max_size=10),
    status=st.integers(100, 599),
    query=st.dictionaries(st.text(max_size=8), VALUES, max_size=4),
    request_headers=HEADERS,
    request_body=VALUES,
    response_headers=HEADERS,
    response_body=VALUES,
    mark=st.none() | st.tuples(st.floats(0, 2e9), st.text(max_size=8)),
)


@PATIENT
@given(st.lists(EXCHANGES, max_size=6))
def test_whatever_comes_the_document_is_valid(exchanges):
    operation = Operation("POST", "/a/{id}")
    for exchange in exchanges:
        observe(operation, exchange)
    built = document(ABOUT, [operation])
    OpenAPIV31SpecValidator(msgspec.json.decode(as_json(built))).validate()
    assert yaml.safe_load(as_yaml(built)) is not None
