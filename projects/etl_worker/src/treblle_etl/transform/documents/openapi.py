"""OpenAPI 3.1 of an API from the operations that were learned."""

import re
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any, Final, NamedTuple

import msgspec
import yaml

from treblle_etl.transform.documents.exchange import parameter_names
from treblle_etl.transform.documents.operation import Content, Operation, Parameter, Response
from treblle_etl.transform.schemas import Habits, habits_of
from treblle_etl.transform.schemas.describing import describe
from treblle_etl.transform.schemas.state import Schema

OPENAPI: Final = "3.1.0"
METHODS: Final = ("GET", "PUT", "POST", "DELETE", "OPTIONS", "HEAD", "PATCH", "TRACE")
# Of requests that were accepted: below, a header is not worth naming; above, it is always there.
MIN_HEADER_SHARE: Final = 0.05
# Accepted requests from which "in all of them" means required, for what is not in the path.
ENOUGH_FOR_REQUIRED: Final = 20
# Share of accepted requests with a credential from which an operation asks for one.
PROTECTED_SHARE: Final = 0.95
_WORD: Final = re.compile(r"[A-Za-z0-9]+")


class About(NamedTuple):
    """What traffic does not tell of an API."""

    title: str
    version: str
    servers: tuple[str, ...] = ()
    description: str = ""


def document(about: About, operations: Iterable[Operation]) -> dict[str, Any]:
    """A document as JSON values, paths and methods in order; unusual methods are left out."""
    listed = sorted(
        (operation for operation in operations if operation.method in METHODS),
        key=lambda operation: (operation.template, METHODS.index(operation.method)),
    )
    habits = habits_of(schema.root for operation in listed for schema in _schemas(operation))
    info = {"title": about.title, "version": about.version, "description": about.description}
    built: dict[str, Any] = {
        "openapi": OPENAPI,
        "info": {name: text for name, text in info.items() if text or name != "description"},
    }
    if about.servers:
        built["servers"] = [{"url": url} for url in about.servers]
    built["paths"] = _paths(listed, habits)
    schemes = sorted({scheme for operation in listed for scheme in operation.auth})
    if schemes:
        described = {scheme_id(scheme): _security_scheme(scheme) for scheme in schemes}
        built["components"] = {"securitySchemes": described}
    return built


def as_json(built: Mapping[str, Any]) -> bytes:
    return msgspec.json.format(msgspec.json.encode(built), indent=2) + b"\n"


def as_yaml(built: Mapping[str, Any]) -> bytes:
    return yaml.dump(
        built, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100, encoding="utf-8"
    )


class _Dumper(yaml.SafeDumper):
    """Without anchors: values that are equal are written out each time."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _schemas(operation: Operation) -> Iterable[Schema]:
    for response in operation.responses.values():
        for content in response.contents.values():
            yield content.schema


def _paths(operations: Iterable[Operation], habits: Habits) -> dict[str, Any]:
    paths: dict[str, Any] = {}
    # OpenAPI holds `/users/{id}` and `/users/{name}` for the same path: the first one's names win.
    known: dict[str, str] = {}
    taken: set[str] = set()
    for operation in operations:
        names = _distinct(parameter_names(operation.template))
        template = _named(operation.template, names)
        template = known.setdefault(_named(template, [""] * len(names)), template)
        item = paths.setdefault(template, {})
        if operation.method.lower() not in item:
            names = parameter_names(template)
            item[operation.method.lower()] = _operation(operation, names, habits, taken)
    return paths


def _distinct(names: Iterable[str]) -> list[str]:
    """Names for a path in which one stands once."""
    distinct: list[str] = []
    for name in names:
        number = 2
        wanted = name
        while wanted in distinct:
            wanted, number = f"{name}{number}", number + 1
        distinct.append(wanted)
    return distinct


def _named(template: str, names: Iterable[str]) -> str:
    literals = re.split(r"\{[^{}]+\}", template)
    filled = [f"{{{name}}}" for name in names] + [""]
    path = "".join(map("".join, zip(literals, filled, strict=True)))
    return path if path.startswith("/") else f"/{path}"


def _operation(
    operation: Operation, names: list[str], habits: Habits, taken: set[str]
) -> dict[str, Any]:
    built: dict[str, Any] = {"operationId": _operation_id(operation, taken)}
    tag = _WORD.search(re.sub(r"\{[^{}]*\}|/v\d+(?=/)", "", operation.template))
    if tag:
        built["tags"] = [tag[0]]
    if parameters := _parameters(operation, names):
        built["parameters"] = parameters
    if operation.bodies and operation.method not in ("GET", "HEAD", "TRACE"):
        built["requestBody"] = {
            "content": _contents(operation.bodies, habits),
            "required": sum(body.count for body in operation.bodies.values()) >= operation.accepted,
        }
    built["responses"] = {
        status: _response(status, response, habits)
        for status, response in sorted(operation.responses.items())
    } or {"default": {"description": "Not seen yet."}}
    if security := _security(operation):
        built["security"] = security
    built["x-requests"] = operation.count
    return built


def _operation_id(operation: Operation, taken: set[str]) -> str:
    """`GET /users/{id}/notes` → `getUsersByIdNotes`."""
    words = _WORD.findall(operation.template.replace("{", " By{").replace("{", " "))
    name = operation.method.lower() + "".join(word[:1].upper() + word[1:] for word in words)
    wanted, number = name, 2
    while wanted in taken:
        wanted, number = f"{name}{number}", number + 1
    taken.add(wanted)
    return wanted


def _parameters(operation: Operation, names: list[str]) -> list[dict[str, Any]]:
    known = dict(zip(names, operation.path, strict=False))
    listed = [_parameter("path", name, known.get(name, Parameter()), True) for name in names]
    always = max(operation.accepted, ENOUGH_FOR_REQUIRED)
    for name, parameter in sorted(operation.query.items()):
        listed.append(_parameter("query", name, parameter, parameter.count >= always))
    for name, parameter in sorted(operation.headers.items()):
        if parameter.count >= MIN_HEADER_SHARE * operation.accepted:
            listed.append(_parameter("header", name, parameter, parameter.count >= always))
    return listed


def _parameter(place: str, name: str, parameter: Parameter, required: bool) -> dict[str, Any]:
    built = {"name": name, "in": place, "schema": parameter_schema(parameter)}
    return built | {"required": True} if required else built


def parameter_schema(parameter: Parameter) -> dict[str, Any]:
    """On the wire all are strings: where some are no number, none has to be."""
    root = parameter.schema.root
    described = describe(root, habits_of(()), root.count)
    kinds = described.get("type", "string")
    if isinstance(kinds, list):
        return {"type": "string"}
    return described or {"type": "string"}


def _contents(contents: Mapping[str, Content], habits: Habits) -> dict[str, Any]:
    return {
        media_type: _content(content, habits) for media_type, content in sorted(contents.items())
    }


def _content(content: Content, habits: Habits) -> dict[str, Any]:
    root = content.schema.root
    built: dict[str, Any] = {"schema": describe(root, habits, root.count)}
    if content.example:
        built["example"] = msgspec.json.decode(content.example)
    return built


def _response(status: str, response: Response, habits: Habits) -> dict[str, Any]:
    built: dict[str, Any] = {"description": _phrase(status)}
    headers = {
        name: {"schema": parameter_schema(parameter)}
        for name, parameter in sorted(response.headers.items())
        if parameter.count >= MIN_HEADER_SHARE * response.count
    }
    if headers:
        built["headers"] = headers
    if response.contents:
        built["content"] = _contents(response.contents, habits)
    return built


def _phrase(status: str) -> str:
    try:
        return HTTPStatus(int(status)).phrase
    except ValueError:
        return f"Status {status}"


def _security(operation: Operation) -> list[dict[str, list[str]]]:
    """What a request has to bring; with an empty alternative where some brought nothing."""
    ways: list[dict[str, list[str]]] = [
        {scheme_id(scheme): []} for scheme in sorted(operation.auth)
    ]
    if ways and sum(operation.auth.values()) < PROTECTED_SHARE * operation.accepted:
        ways.append({})
    return ways


def scheme_id(scheme: str) -> str:
    """`http:bearer` → `bearer`, `header:x-api-key` → `header_x-api-key`."""
    kind, _, name = scheme.partition(":")
    return name if kind == "http" else f"{kind}_{re.sub(r'[^A-Za-z0-9._-]', '_', name)}"


def _security_scheme(scheme: str) -> dict[str, str]:
    kind, _, name = scheme.partition(":")
    if kind == "http":
        return {"type": "http", "scheme": name}
    return {"type": "apiKey", "in": kind, "name": name}
