"""The OpenAPI document: valid, complete, as kept in git, and true."""

import re
from html import unescape
from pathlib import Path

import pytest
import yaml
from django.core.management import call_command
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from projects.api.tests.operations import EXPECTED, PUBLIC

pytestmark = pytest.mark.django_db

KEPT = Path(__file__).parents[1] / "openapi.yaml"
EXCLUDED = ("openapi-json", "openapi-yaml", "document-viewer")
OPERATIONS = ("get", "post", "put", "patch", "delete")


@pytest.fixture
def document(api):
    return api().get("/v1/openapi.json").json()


def operations(document):
    return [
        (path, method, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if method in OPERATIONS
    ]


def checker(document, schema):
    return Draft202012Validator(schema | {"components": document["components"]})


def test_it_is_made_without_a_warning_and_equals_the_one_in_git(tmp_path):
    made = tmp_path / "openapi.yaml"
    call_command("spectacular", validate=True, fail_on_warn=True, file=str(made))
    assert made.read_text() == KEPT.read_text(), "the README says how to renew it"


def test_it_is_valid_openapi_3_1(document):
    assert document["openapi"] == "3.1.0"
    OpenAPIV31SpecValidator(document).validate()


def test_it_is_served_in_both_forms(api, document):
    as_yaml = api().get("/v1/openapi.yaml")
    assert as_yaml["Content-Type"].startswith("application/yaml")
    assert yaml.safe_load(as_yaml.content) == document


def test_it_can_be_asked_for_by_its_own_media_type(api):
    media_type = "application/vnd.oai.openapi+json"
    assert api().get("/v1/openapi.json", Accept=media_type)["Content-Type"] == media_type


def test_every_operation_has_id_summary_example_and_errors(document):
    found = operations(document)
    assert len({operation["operationId"] for _, _, operation in found}) == len(found)
    assert len(found) == len(EXPECTED) + len(PUBLIC) - len(EXCLUDED)
    for _, _, operation in found:
        assert operation["summary"]
        assert {"429", "default"} <= set(operation["responses"])
        success = next(iter(operation["responses"].values()))
        for media in [*success.get("content", {}).values()]:
            assert media["examples"]
        for media in operation.get("requestBody", {}).get("content", {}).values():
            assert media["examples"]


def test_every_operation_but_the_login_asks_for_a_token(document):
    open_ones = {o["operationId"] for _, _, o in operations(document) if not o.get("security")}
    assert open_ones == {"auth_login", "auth_login_code", "auth_refresh"}
    scopes = {str(o["security"]) for _, _, o in operations(document) if o.get("security")}
    assert scopes == {"[{'token': ['read']}]", "[{'token': ['write']}]"}
    assert document["components"]["securitySchemes"]["token"]["scheme"] == "bearer"


def test_every_write_takes_an_idempotency_key(document):
    for _, method, operation in operations(document):
        if method != "get" and operation.get("security"):
            names = [each["name"] for each in operation.get("parameters", ())]
            assert "Idempotency-Key" in names, operation["operationId"]


def test_examples_are_what_their_schemas_say(document):
    checked = 0
    for _, _, operation in operations(document):
        contents = [operation.get("requestBody", {}), *operation["responses"].values()]
        for media in (m for c in contents for m in c.get("content", {}).values()):
            for example in media["examples"].values():
                checker(document, media["schema"]).validate(example["value"])
                checked += 1
    assert checked >= len(operations(document)) / 2


def test_answers_are_what_the_document_says(
    document, people, as_user, make_request, make_endpoint, keep_details
):
    client, root = as_user(people.owner), f"/v1/projects/{people.project.uuid}"
    content = document["components"]["schemas"]["RequestDetail"]
    assert content
    endpoint = make_endpoint(people.project, "/users/{id}")
    details = {
        "request": {"query": {}, "headers": {"a": "b"}, "body": None},
        "response": {"headers": {}, "body": [1]},
        "errors": [],
        "server": {},
        "language": {},
    }
    whole = make_request(people.project, endpoint=endpoint, **keep_details(details))
    bare = make_request(people.project)
    answers = {
        "/v1/me": "Me",
        "/v1/projects": "PaginatedProjectList",
        root: "Project",
        f"{root}/requests?page_size=1": "PaginatedRequestSummaryList",
        f"{root}/requests/{whole.uuid}": "RequestDetail",
        f"{root}/requests/{bare.uuid}": "RequestDetail",
        f"{root}/requests?page_size=0": "ProblemDetails",
        "/v1/nothing": "ProblemDetails",
    }
    for path, name in answers.items():
        schema = {"$ref": f"#/components/schemas/{name}", "unevaluatedProperties": False}
        checker(document, schema).validate(client.get(path).json())


def test_a_viewer_shows_it_with_nothing_from_elsewhere(api):
    page = api().get("/v1/docs")
    assert page.status_code == 200
    assert "script-src 'self'" in page["Content-Security-Policy"]
    sources = re.findall(r'(?:src|href)="([^"]+)"', page.content.decode())
    assert sources
    assert all(source.startswith("/") for source in sources)
    assert "<script>" not in page.content.decode()
    script = api().get("/v1/docs?script=")
    assert "/v1/openapi.json" in script.content.decode()
    for source in sources:
        assert api().get(unescape(source)).status_code == 200, source
