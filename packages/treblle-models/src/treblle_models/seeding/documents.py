"""Seeded OpenAPI documents in three versions, with what changed from one to the next."""

import hashlib
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import Any

from treblle_models.bulk import bulk_insert
from treblle_models.models import ApiChange, ApiDocument, Endpoint, EndpointSchema
from treblle_models.seeding.world import Operation, SeededProject, drawn_uuid

JSON = "application/json"
VERSIONS = 3


def seed_documents(seeded: SeededProject, dice: Random, until: datetime) -> None:
    """Made from traffic two weeks, one week and a day before `until`."""
    made = [until - timedelta(days=days) for days in (14, 7, 1)]
    contents = [_document(seeded, version) for version in range(1, VERSIONS + 1)]
    documents = [
        ApiDocument.objects.create(
            project=seeded.project,
            uuid=drawn_uuid(dice, moment),
            source=ApiDocument.Source.TRAFFIC,
            version=version,
            content=content,
            digest=hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest(),
        )
        for version, (moment, content) in enumerate(zip(made, contents, strict=True), start=1)
    ]
    for document, moment in zip(documents, made, strict=True):
        ApiDocument.objects.filter(pk=document.pk).update(created_at=moment)
    first, second = seeded.operations[0].endpoint, seeded.operations[1].endpoint
    told = (
        (documents[1], made[1], first, "field_added", False, "`note` is new"),
        (documents[1], made[1], second, "became_optional", True, "`name` became optional"),
        (documents[2], made[2], second, "became_nullable", True, "`name` may be null"),
        (documents[2], made[2], first, "status_added", False, "429 is new"),
    )
    bulk_insert(
        [
            ApiChange(
                project=seeded.project,
                uuid=drawn_uuid(dice, moment),
                document=document,
                endpoint=endpoint,
                code=code,
                is_breaking=is_breaking,
                location=f"/paths/{endpoint.template.replace('/', '~1')}",
                description=f"`{endpoint.method} {endpoint.template}` 200: {words}",
                detected_at=moment,
            )
            for document, moment, endpoint, code, is_breaking, words in told
        ]
    )


def seed_schemas(seeded: SeededProject, start: datetime, until: datetime) -> None:
    """Which statuses each endpoint answered with; the shapes themselves are in the documents."""
    bulk_insert(
        [
            EndpointSchema(
                project=seeded.project,
                endpoint=operation.endpoint,
                part=EndpointSchema.Part.RESPONSE,
                status=status,
                content_type="" if status == 204 else JSON,
                samples=weight,
                first_seen_at=start,
                last_seen_at=until,
            )
            for operation in seeded.operations
            for status, weight in zip(operation.statuses, _weights(operation), strict=True)
        ]
    )


def _weights(operation: Operation) -> list[int]:
    sums = operation.status_weights
    return [after - before for before, after in zip([0, *sums], sums, strict=False)]


def _document(seeded: SeededProject, version: int) -> dict[str, Any]:
    paths: dict[str, Any] = {}
    for operation in seeded.operations:
        endpoint = operation.endpoint
        item = paths.setdefault(endpoint.template, {})
        item[endpoint.method.lower()] = _operation(operation, version)
    return {
        "openapi": "3.1.0",
        "info": {"title": seeded.project.name, "version": f"{version}.0.0"},
        "servers": [{"url": f"https://{seeded.host}"}],
        "paths": dict(sorted(paths.items())),
        "components": {"securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}}},
    }


def _operation(operation: Operation, version: int) -> dict[str, Any]:
    endpoint = operation.endpoint
    noun = endpoint.template.split("/")[2]
    described: dict[str, Any] = {
        "operationId": f"{endpoint.method.lower()}_{_identifier(endpoint)}",
        "summary": f"{_VERBS[endpoint.method]} {noun}",
        "security": [{"bearer": []}],
    }
    parameters = [
        {"name": name, "in": place, "required": place == "path", "schema": schema}
        for name, place, schema, wanted in _PARAMETERS
        if wanted(endpoint)
    ]
    if parameters:
        described["parameters"] = parameters
    if endpoint.method in ("POST", "PATCH"):
        schema = {"type": "object", "required": ["name"], "properties": _FIELDS}
        described["requestBody"] = {"content": {JSON: {"schema": schema}}}
    described["responses"] = {
        str(status): _response(status, endpoint, version) for status in operation.statuses
    }
    return described


def _response(status: int, endpoint: Endpoint, version: int) -> dict[str, Any]:
    if status in (204, 304):
        return {"description": "No content"}
    if status >= 400:
        schema: dict[str, Any] = {"type": "object", "properties": {"error": {"type": "string"}}}
        return {"description": "An error", "content": {JSON: {"schema": schema}}}
    fields: dict[str, Any] = {"id": {"type": "integer", "examples": [42]}, **_FIELDS}
    if version >= 3:
        fields["name"] = {"type": ["string", "null"], "examples": ["Example"]}
    required = ["id", "created_at"] if version >= 2 else ["id", "name", "created_at"]
    one = {"type": "object", "required": required, "properties": fields}
    is_list = endpoint.method == "GET" and not endpoint.template.endswith("{id}")
    many = {"type": "object", "properties": {"results": {"type": "array", "items": one}}}
    return {"description": "Success", "content": {JSON: {"schema": many if is_list else one}}}


def _identifier(endpoint: Endpoint) -> str:
    return endpoint.template.strip("/").replace("/", "_").replace("{", "by_").replace("}", "")


_VERBS = {"GET": "Read", "POST": "Make", "PATCH": "Change", "DELETE": "Remove"}
_FIELDS = {
    "name": {"type": "string", "examples": ["Example"]},
    "state": {"type": "string", "enum": ["new", "active", "archived"]},
    "price": {
        "type": "object",
        "required": ["amount", "currency"],
        "properties": {
            "amount": {"type": "integer", "minimum": 0, "examples": [1995]},
            "currency": {"type": "string", "minLength": 3, "maxLength": 3, "examples": ["EUR"]},
        },
    },
    "note": {"type": ["string", "null"]},
    "created_at": {"type": "string", "format": "date-time"},
}
_Wanted = Callable[[Endpoint], bool]
_PARAMETERS: tuple[tuple[str, str, dict[str, Any], _Wanted], ...] = (
    ("id", "path", {"type": "integer", "examples": [42]}, lambda e: "{id}" in e.template),
    ("q", "query", {"type": "string"}, lambda e: e.template.endswith("/search")),
    (
        "page",
        "query",
        {"type": "integer", "minimum": 1},
        lambda e: e.method == "GET" and "{id}" not in e.template,
    ),
)
