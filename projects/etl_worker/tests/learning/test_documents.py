"""Traffic becomes a valid OpenAPI document, versions of it, and changes in words."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import yaml
from openapi_spec_validator import validate
from treblle_etl.learning import documents, uploads
from treblle_etl.transform.documents import as_yaml
from treblle_models import corrections
from treblle_models.models import (
    ApiChange,
    ApiDocument,
    Endpoint,
    EndpointSchema,
    Project,
    Request,
)

USER = {"id": 7, "email": "ana@shop.example", "role": "admin", "secret": "hush-hush-hush"}
BEARER = {"content-type": "application/json", "authorization": "Bearer sesame"}


@pytest.fixture
def seen(load, learn) -> Callable[..., None]:
    """`seen(30, body=…)`: so many requests for a user, learned."""

    def seen(number: int, body: Any = USER, path: str = "/users", **changes: Any) -> None:
        requests = [("GET", f"{path}/{count}") for count in range(number)]
        load(requests, **{"response.body": body, "request.headers": BEARER, **changes})
        learn()

    return seen


def first_version(project: Project) -> ApiDocument:
    made = documents.build(project)
    assert made is not None
    return made


def test_a_document_is_valid_and_holds_no_secret(project: Project, seen):
    seen(30, **{"response.code": 200})
    made = first_version(project)
    validate(made.content)
    assert (made.version, made.source) == (1, "traffic")
    operation = made.content["paths"]["/users/{user_id}"]["get"]
    described = operation["responses"]["200"]["content"]["application/json"]
    assert described["schema"]["properties"]["email"]["format"] == "email"
    assert operation["security"] == [{"bearer": []}]
    assert made.content["servers"] == [{"url": "https://shop.example"}]
    kept = str([made.content, *EndpointSchema.objects.values_list("state", flat=True)])
    for secret in ("hush", "sesame", "swordfish", "ana@shop"):
        assert secret not in kept
    assert yaml.safe_load(as_yaml(made.content)) == made.content
    assert Endpoint.objects.get().auth_scheme == "bearer"
    assert not ApiChange.objects.exists()


def test_a_few_requests_make_no_document(project: Project, seen):
    seen(documents.FIRST_VERSION - 1)
    assert documents.build(project) is None


def test_the_same_again_makes_no_version(project: Project, seen):
    seen(30)
    first_version(project)
    assert documents.build(project) is None
    seen(40)
    assert documents.build(project) is None
    assert ApiDocument.objects.count() == 1


def test_a_change_is_told_with_its_first_request_once_it_is_sure(project: Project, seen):
    seen(30)
    first_version(project)
    without = {name: value for name, value in USER.items() if name != "email"}
    seen(1, without)
    assert documents.build(project) is None
    seen(29, without)
    made = documents.build(project)
    assert made is not None
    assert made.version == 2
    change = ApiChange.objects.get()
    assert change.description == "`GET /users/{user_id}` 201: `email` was removed"
    assert (change.code, change.is_breaking) == ("response-field-removed", True)
    assert change.location == "/paths/~1users~1{user_id}/get/responses/201"
    assert change.endpoint == Endpoint.objects.get()
    schema = made.content["paths"]["/users/{user_id}"]["get"]["responses"]["201"]
    assert "email" not in schema["content"]["application/json"]["schema"]["properties"]
    assert documents.build(project) is None


def test_a_field_that_became_optional_names_the_request_that_showed_it(project: Project, seen):
    seen(30)
    first_version(project)
    seen(20)
    known = set(Request.objects.values_list("uuid", flat=True))
    seen(10, {name: value for name, value in USER.items() if name != "email"})
    documents.build(project)
    change = ApiChange.objects.get()
    assert change.description == "`GET /users/{user_id}` 201: `email` became optional"
    assert change.request_uuid in set(Request.objects.values_list("uuid", flat=True)) - known
    assert change.detected_at == Request.objects.get(uuid=change.request_uuid).requested_at


def test_an_endpoint_is_gone_only_after_a_week(project: Project, seen):
    seen(30)
    seen(30, path="/boats")
    first_version(project)
    for _ in range(4):
        seen(30)
    documents.build(project)
    assert not ApiChange.objects.exists()
    EndpointSchema.objects.filter(endpoint__template__startswith="/boats").update(
        last_seen_at=datetime.now(UTC) - timedelta(days=8)
    )
    for _ in range(4):
        seen(30)
    made = documents.build(project)
    assert made is not None
    assert "/boats/{boat_id}" not in made.content["paths"]
    assert ApiChange.objects.get().code == "endpoint-removed"


def test_ignored_endpoints_are_in_no_document_and_names_are(project: Project, seen):
    seen(30)
    seen(30, path="/boats")
    boats = Endpoint.objects.get(template__startswith="/boats")
    corrections.ignore(boats)
    users = Endpoint.objects.get(template__startswith="/users")
    corrections.rename(users, template="/users/{name}")
    assert list(first_version(project).content["paths"]) == ["/users/{name}"]


def test_an_upload_is_compared_with_traffic(project: Project, seen):
    for _ in range(4):
        seen(30)
    seen(5, path="/boats")
    content = {
        "openapi": "3.0.3",
        "info": {"title": "Shop", "version": "1"},
        "paths": {
            "/users/{name}": {"get": {"responses": {"201": {"description": "", "content": {
                "application/json": {"schema": {"$ref": "#/components/schemas/User"}}}}}}},
            "/taps": {"get": {"responses": {"200": {"description": ""}}}},
        },
        "components": {"schemas": {"User": {"type": "object", "required": ["id", "name"],
            "properties": {"id": {"type": "string"}, "email": {"type": "string"},
                           "secret": {"type": "string"}, "name": {"type": "string"}}}}},
    }  # fmt: skip
    upload = ApiDocument.objects.create(
        project=project, source="upload", version=1, content=content, digest="x"
    )
    assert uploads.compare_newest(project.pk) == 7
    rows = ApiChange.objects.filter(document=upload)
    assert {(row.code, row.description) for row in rows} == {
        (
            "undocumented-endpoint",
            "`GET /boats/{boat_id}` is called, but not in the document",
        ),
        ("dead-endpoint", "`GET /taps` is never called"),
        (
            "type-differs",
            "`GET /users/{user_id}` 201: `id` is integer in traffic, string in the document",
        ),
        (
            "required-field-absent",
            "`GET /users/{user_id}` 201: `name` is required by the document, but not always there",
        ),
        ("undocumented-field", "`GET /users/{user_id}` 201: `role` is not in the document"),
        (
            "undocumented-parameter",
            "`GET /users/{user_id}`: query parameter `x` is not in the document",
        ),
        (
            "undocumented-auth",
            "`GET /users/{user_id}`: clients send a `bearer` credential,"
            " the document asks for nothing",
        ),
    }
    wrong = rows.get(code="type-differs")
    assert wrong.location == "/components/schemas/User/properties/id"
    shown_by = Request.objects.get(uuid=wrong.request_uuid)
    assert shown_by.requested_at == wrong.detected_at
    kept = wrong.uuid
    del content["paths"]["/taps"]
    ApiDocument.objects.filter(pk=upload.pk).update(content=content)
    assert uploads.compare_newest(project.pk) == 6
    assert rows.get(code="type-differs").uuid == kept
