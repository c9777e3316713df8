"""A Swagger 2.0 document as OpenAPI 3.0, so that all that reads documents knows one form.

Source: the OpenAPI Initiative's two specifications, and what changed from one to the other
(https://www.openapis.org/blog/2017/03/08/openapi-v3). What 3.0 cannot say is left out.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

VERSION = "3.0.3"
METHODS = ("get", "put", "post", "delete", "options", "head", "patch")
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
# Where what is referred to lies now.
_MOVED = {
    "#/definitions/": "#/components/schemas/",
    "#/parameters/": "#/components/parameters/",
    "#/responses/": "#/components/responses/",
}
# What stood in a parameter or header itself and is part of its schema now.
_OF_SCHEMA = frozenset(
    [
        "type",
        "format",
        "items",
        "default",
        "maximum",
        "exclusiveMaximum",
        "minimum",
        "exclusiveMinimum",
        "maxLength",
        "minLength",
        "pattern",
        "maxItems",
        "minItems",
        "uniqueItems",
        "enum",
        "multipleOf",
    ]
)
_COLLECTIONS: dict[str, dict[str, Any]] = {
    "multi": {"explode": True},
    "ssv": {"style": "spaceDelimited", "explode": False},
    "pipes": {"style": "pipeDelimited", "explode": False},
}
_FLOWS = {"accessCode": "authorizationCode", "application": "clientCredentials"}


def to_openapi(swagger: Mapping[str, Any]) -> dict[str, Any]:
    """A valid Swagger 2.0 document as a valid OpenAPI 3.0 document."""
    return _Converter(swagger).document()


class _Converter:
    def __init__(self, swagger: Mapping[str, Any]) -> None:
        self._swagger = swagger
        self._shared: Mapping[str, Any] = swagger.get("parameters") or {}

    def document(self) -> dict[str, Any]:
        swagger = self._swagger
        kept = ("info", "tags", "externalDocs", "security")
        document: dict[str, Any] = {"openapi": VERSION}
        document |= {name: swagger[name] for name in kept if name in swagger}
        document["servers"] = list(_servers(swagger, swagger.get("schemes")))
        document["paths"] = {
            path: item if path.startswith("x-") else self._item(item)
            for path, item in swagger.get("paths", {}).items()
        }
        document["components"] = self._components()
        return document | _extensions(swagger)

    def _components(self) -> dict[str, Any]:
        swagger = self._swagger
        produces = swagger.get("produces") or [JSON]
        found = {
            "schemas": {k: _schema(v) for k, v in swagger.get("definitions", {}).items()},
            "parameters": {
                name: _parameter(each)
                for name, each in self._shared.items()
                if each.get("in") not in ("body", "formData")
            },
            "responses": {
                name: self._response(each, produces)
                for name, each in swagger.get("responses", {}).items()
            },
            "securitySchemes": {
                name: _security(each)
                for name, each in swagger.get("securityDefinitions", {}).items()
            },
        }
        return {name: entries for name, entries in found.items() if entries}

    def _item(self, item: Mapping[str, Any]) -> dict[str, Any]:
        shared = self._resolved(item.get("parameters"))
        built: dict[str, Any] = dict(_extensions(item))
        if "$ref" in item:
            built["$ref"] = item["$ref"]
        plain = [_parameter(each) for each in shared if not _is_body(each)]
        if plain:
            built["parameters"] = plain
        bodies = [each for each in shared if _is_body(each)]
        for method in METHODS:
            if method in item:
                built[method] = self._operation(item[method], bodies)
        return built

    def _operation(self, operation: Mapping[str, Any], shared: list[Any]) -> dict[str, Any]:
        kept = ("tags", "summary", "description", "externalDocs", "operationId", "deprecated")
        built = {name: operation[name] for name in (*kept, "security") if name in operation}
        own = self._resolved(operation.get("parameters"))
        parameters = [_parameter(each) for each in own if not _is_body(each)]
        if parameters:
            built["parameters"] = parameters
        bodies = [each for each in own if _is_body(each)] or shared
        consumes = operation.get("consumes") or self._swagger.get("consumes") or []
        if bodies:
            built["requestBody"] = _request_body(bodies, consumes)
        produces = operation.get("produces") or self._swagger.get("produces") or [JSON]
        built["responses"] = {
            status: each if status.startswith("x-") else self._response(each, produces)
            for status, each in operation.get("responses", {}).items()
        }
        if "schemes" in operation:
            built["servers"] = list(_servers(self._swagger, operation["schemes"]))
        return built | _extensions(operation)

    def _response(self, response: Mapping[str, Any], produces: Iterable[str]) -> dict[str, Any]:
        if "$ref" in response:
            return {"$ref": _moved(response["$ref"])}
        built: dict[str, Any] = {"description": response.get("description", "")}
        if "headers" in response:
            built["headers"] = {
                name: _described(header) for name, header in response["headers"].items()
            }
        examples = response.get("examples") or {}
        if "schema" in response or examples:
            content: dict[str, Any] = {}
            for media_type in dict.fromkeys((*produces, *examples)):
                content[media_type] = (
                    {"schema": _schema(response["schema"])} if "schema" in response else {}
                )
                if media_type in examples:
                    content[media_type]["example"] = examples[media_type]
            built["content"] = content
        return built | _extensions(response)

    def _resolved(self, parameters: Any) -> list[Mapping[str, Any]]:
        """Bodies and form fields are no parameters any more: they are put where they are used."""
        found = []
        for each in parameters or []:
            name = str(each.get("$ref", "")).removeprefix("#/parameters/")
            shared = self._shared.get(name.replace("~1", "/").replace("~0", "~"))
            found.append(shared if shared is not None and _is_body(shared) else each)
        return found


def _servers(swagger: Mapping[str, Any], schemes: Any) -> Iterator[dict[str, str]]:
    host, path = swagger.get("host", ""), swagger.get("basePath", "")
    path = f"/{path.strip('/')}"
    if not host:
        yield {"url": path}
        return
    for scheme in schemes or ["https"]:
        yield {"url": f"{scheme}://{host}{path.rstrip('/')}"}


def _is_body(parameter: Mapping[str, Any]) -> bool:
    return parameter.get("in") in ("body", "formData")


def _parameter(parameter: Mapping[str, Any]) -> dict[str, Any]:
    if "$ref" in parameter:
        return {"$ref": _moved(parameter["$ref"])}
    built = {"name": parameter["name"], "in": parameter["in"]}
    for name in ("required", "allowEmptyValue"):
        if name in parameter:
            built[name] = parameter[name]
    built |= _described(parameter)
    if parameter.get("type") == "array":
        separated = _COLLECTIONS.get(parameter.get("collectionFormat", "csv"), {"explode": False})
        if parameter["in"] == "query":
            built |= {"style": "form", **separated}
    return built


def _described(stated: Mapping[str, Any]) -> dict[str, Any]:
    """A parameter's or header's description and schema."""
    built: dict[str, Any] = {}
    if "description" in stated:
        built["description"] = stated["description"]
    built["schema"] = _schema({k: v for k, v in stated.items() if k in _OF_SCHEMA})
    return built | _extensions(stated)


def _request_body(bodies: list[Mapping[str, Any]], consumes: list[str]) -> dict[str, Any]:
    whole = next((each for each in bodies if each["in"] == "body"), None)
    if whole is not None:
        content = {
            media_type: {"schema": _schema(whole.get("schema", {}))}
            for media_type in consumes or [JSON]
        }
        built = {"content": content, "required": whole.get("required", False)}
        return built | ({"description": whole["description"]} if "description" in whole else {})
    fields = {
        each["name"]: _schema({k: v for k, v in each.items() if k in {*_OF_SCHEMA, "description"}})
        for each in bodies
    }
    schema: dict[str, Any] = {"type": "object", "properties": fields}
    if required := [each["name"] for each in bodies if each.get("required")]:
        schema["required"] = required
    is_file = any(each.get("type") == "file" for each in bodies)
    usual = [MULTIPART] if is_file else [FORM]
    forms = [each for each in consumes if each in (FORM, MULTIPART)] or usual
    return {
        "content": {media_type: {"schema": schema} for media_type in forms},
        "required": bool(required),
    }


def _schema(schema: Any) -> Any:
    """References where they lie now, files as binary text, `x-nullable` as `nullable`."""
    if isinstance(schema, list):
        return [_schema(each) for each in schema]
    if not isinstance(schema, Mapping):
        return schema
    if isinstance(schema.get("$ref"), str):
        return {"$ref": _moved(schema["$ref"])}
    built: dict[str, Any] = {}
    for name, value in schema.items():
        if name == "properties" and isinstance(value, Mapping):
            built[name] = {each: _schema(inner) for each, inner in value.items()}
        elif name in ("items", "additionalProperties", "allOf"):
            built[name] = _schema(value)
        elif name == "discriminator" and isinstance(value, str):
            built[name] = {"propertyName": value}
        elif name == "x-nullable":
            built["nullable"] = value
        else:
            built[name] = value
    if built.get("type") == "file":
        built |= {"type": "string", "format": "binary"}
    return built


def _security(scheme: Mapping[str, Any]) -> dict[str, Any]:
    kind = scheme.get("type")
    described = {"description": scheme["description"]} if "description" in scheme else {}
    if kind == "basic":
        return {"type": "http", "scheme": "basic", **described}
    if kind != "oauth2":
        return {"type": kind, "name": scheme["name"], "in": scheme["in"], **described}
    named = ("authorizationUrl", "tokenUrl")
    flow = {name: scheme[name] for name in named if name in scheme}
    flow["scopes"] = scheme.get("scopes", {})
    name = _FLOWS.get(scheme["flow"], scheme["flow"])
    return {"type": "oauth2", "flows": {name: flow}, **described}


def _moved(reference: str) -> str:
    for old, new in _MOVED.items():
        if reference.startswith(old):
            return new + reference.removeprefix(old)
    return reference


def _extensions(stated: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in stated.items() if name.startswith("x-")}
