"""Checks on how an OpenAPI document describes: for people, programs and AI agents."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from treblle_etl.transform.checks.documents.reading import (
    MAX_HOPS,
    MAX_PROPERTIES,
    Design,
    Operation,
    Verdict,
    base_paths,
    contents,
    listed,
    mapping,
    server_urls,
)
from treblle_etl.transform.checks.naming import naming_of

_TYPED: Final = frozenset(
    [
        "type",
        "$ref",
        "enum",
        "const",
        "oneOf",
        "anyOf",
        "allOf",
        "not",
        "properties",
        "items",
        "description",
    ]
)
_LIMITS: Final = ("ratelimit", "x-ratelimit", "x-rate-limit", "retry-after")
_FILES: Final = ("image/", "audio/", "video/", "application/pdf", "application/octet-stream",
                 "text/csv", "application/zip", "multipart/", "text/event-stream")  # fmt: skip
# What a description may not be alone: the name of a status.
_STATUS_NAMES: Final = frozenset(
    ["", "ok", "response", "success", "error", "description", "none", "todo", "default"]
)
_VERSION_PARAMETERS: Final = frozenset(
    ["version", "api-version", "api_version", "x-api-version", "accept-version"]
)
_FEW: Final = 4


def parameter_descriptions(design: Design, operation: Operation) -> Verdict:
    if not operation.parameters:
        return None
    return _named(
        "parameter", [str(p.get("name", "?")) for p in operation.parameters if not _text(p)]
    )


def schema_types(design: Design, operation: Operation) -> Verdict:
    found = False
    left = MAX_PROPERTIES
    for _, content in contents(design, operation):
        waiting: list[tuple[Any, int]] = [(content.get("schema"), 0)]
        while waiting and left > 0:
            node, depth = waiting.pop()
            schema = design.resolve(node)
            if depth > MAX_HOPS:
                continue
            found = True
            for name, member in list(mapping(schema.get("properties")).items())[:left]:
                left -= 1
                if not _TYPED & mapping(member).keys() and member is not True:
                    return f"property `{str(name)[:64]}`"
                waiting.append((member, depth + 1))
            if "items" in schema:
                waiting.append((schema["items"], depth + 1))
            for word in ("allOf", "oneOf", "anyOf"):
                waiting += [(part, depth + 1) for part in listed(schema.get(word))[:10]]
            left -= 1
    return "" if found else None


def operation_id(design: Design, operation: Operation) -> Verdict:
    mine = operation.node.get("operationId")
    return "" if isinstance(mine, str) and mine.strip() else "no `operationId`"


def response_descriptions(design: Design, operation: Operation) -> Verdict:
    if not operation.responses:
        return None
    return _named("status", [status for status, r in operation.responses if not _text(r)])


def contact_information(design: Design) -> Verdict:
    contact = mapping(mapping(design.document.get("info")).get("contact"))
    return "" if contact.get("email") or contact.get("url") else "no `info.contact`"


def information_descriptions(design: Design) -> Verdict:
    info = mapping(design.document.get("info"))
    if not info.get("title"):
        return "no `info.title`"
    return "" if _text(info) or info.get("summary") else "no `info.description`"


def operation_descriptions(design: Design, operation: Operation) -> Verdict:
    node = operation.node
    return "" if _text(node) or node.get("summary") else "neither `summary` nor `description`"


def robust_responses(design: Design, operation: Operation) -> Verdict:
    statuses = [status.lower() for status, _ in operation.responses]
    if not any(s[:1] in ("2", "3") for s in statuses) and "101" not in statuses:
        return "no success is documented"
    has_error = any(s[:1] in ("4", "5") or s == "default" for s in statuses)
    return "" if has_error else "no error is documented"


def examples_exist(design: Design, operation: Operation) -> Verdict:
    applies = False
    for media_type, content in contents(design, operation):
        if "json" not in media_type:
            continue
        applies = True
        if content.get("example") is not None or content.get("examples"):
            return ""
        schema = design.resolve(content.get("schema"))
        schema = design.resolve(schema.get("items")) if "items" in schema else schema
        members = list(mapping(schema.get("properties")).values())[:MAX_PROPERTIES]
        if _has_example(schema) or any(_has_example(design.resolve(m)) for m in members):
            return ""
    return "no example of a body" if applies else None


def consistent_pluralization(design: Design, operation: Operation) -> Verdict:
    return naming_of(operation.path[:1024]).singular


def consistent_nouns(design: Design, operation: Operation) -> Verdict:
    return naming_of(operation.path[:1024]).verb


def json_support(design: Design, operation: Operation) -> Verdict:
    types = [media_type for media_type, _ in contents(design, operation)]
    types = [t for t in types if not t.startswith(_FILES)]
    if not types:
        return None
    return "" if any("json" in t or t == "*/*" for t in types) else f"only `{types[0][:64]}`"


def rate_limiting(design: Design) -> Verdict:
    if not design.operations:
        return None
    for operation in design.operations:
        for status, response in operation.responses:
            headers = mapping(response.get("headers"))
            if status == "429" or any(str(n).lower().startswith(_LIMITS) for n in headers):
                return ""
    if design.observed.get("rate-limit-headers", 1.0) <= 0.5:
        return ""
    return "neither 429 nor rate-limit headers"


def versioning(design: Design) -> Verdict:
    if not design.operations:
        return None
    paths = [path for path in base_paths(design.document) if path]
    if any(naming_of(path[:1024]).has_version for path in paths):
        return ""
    hosts = [url.partition("://")[2].partition(".")[0] for url in server_urls(design.document)]
    if any(host[:1] == "v" and host[1:].isdigit() for host in hosts):
        return ""
    without = [o.path for o in design.operations if not _has_version(o)]
    return "" if len(without) * 2 <= len(design.operations) else f"`{without[0][:64]}`"


def _has_version(operation: Operation) -> bool:
    if naming_of(operation.path[:1024]).has_version:
        return True
    return any(str(p.get("name")).lower() in _VERSION_PARAMETERS for p in operation.parameters)


def multiple_methods(design: Design) -> Verdict:
    if len(design.operations) < _FEW:
        return None
    methods = {operation.method for operation in design.operations}
    return "" if len(methods) > 1 else f"only {methods.pop()}"


def _text(node: Mapping[str, Any]) -> bool:
    text = node.get("description")
    return isinstance(text, str) and text.strip().rstrip(".").lower() not in _STATUS_NAMES


def _has_example(schema: Mapping[str, Any]) -> bool:
    return schema.get("example") is not None or bool(schema.get("examples")) or "const" in schema


def _named(what: str, names: list[str]) -> Verdict:
    if not names:
        return ""
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return f"{what} " + ", ".join(f"`{name[:64]}`" for name in names[:3]) + more


OPERATIONS: Final[Mapping[str, Callable[[Design, Operation], Verdict]]] = {
    "parameter-descriptions": parameter_descriptions,
    "schema-types": schema_types,
    "operation-id": operation_id,
    "response-descriptions": response_descriptions,
    "operation-descriptions": operation_descriptions,
    "robust-responses": robust_responses,
    "examples-exist": examples_exist,
    "consistent-pluralization": consistent_pluralization,
    "consistent-nouns": consistent_nouns,
    "json-support": json_support,
}
DOCUMENT: Final[Mapping[str, Callable[[Design], Verdict]]] = {
    "contact-information": contact_information,
    "information-descriptions": information_descriptions,
    "rate-limiting": rate_limiting,
    "versioning": versioning,
    "multiple-methods": multiple_methods,
}
