"""One operation of an OpenAPI document as a page shows it. Nothing here fails on a strange document."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

# Beyond these a page would be slower than it is useful.
MAX_DEPTH = 8
MAX_FIELDS = 400
MAX_EXAMPLE_CHARACTERS = 80
_PARAMETER = re.compile(r"\{[^{}]*\}")
_CONSTRAINTS = ("minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "pattern")


@dataclass(frozen=True)
class Field:
    """A value that has a name; `depth` is how deep it lies in others."""

    name: str
    type: str
    required: bool
    depth: int
    note: str = ""
    description: str = ""
    example: str = ""


@dataclass(frozen=True)
class Body:
    """What is sent in one form (`application/json`) with one status; requests have none."""

    content_type: str
    fields: list[Field]
    status: str = ""
    description: str = ""


@dataclass(frozen=True)
class OperationView:
    summary: str = ""
    description: str = ""
    parameters: list[tuple[str, list[Field]]] = field(default_factory=list)
    request: list[Body] = field(default_factory=list)
    responses: list[Body] = field(default_factory=list)
    deprecated: bool = False
    security: list[str] = field(default_factory=list)


def operation_in(document: Mapping[str, Any], method: str, template: str) -> OperationView | None:
    """None where the document does not have it; names of path parameters do not matter."""
    paths = _mapping(document.get("paths"))
    item = paths.get(template)
    if item is None:
        wanted = _PARAMETER.sub("{}", template)
        item = next((paths[path] for path in paths if _PARAMETER.sub("{}", path) == wanted), None)
    operation = _mapping(item).get(method.lower())
    if not isinstance(operation, Mapping):
        return None
    reader = _Reader(document)
    return OperationView(
        summary=_text(operation.get("summary")),
        description=_text(operation.get("description")),
        parameters=reader.parameters(_list(_mapping(item).get("parameters")), operation),
        request=reader.bodies(_mapping(reader.resolve(operation.get("requestBody")))),
        responses=[
            body
            for status, response in sorted(_mapping(operation.get("responses")).items())
            for body in reader.response(str(status), response)
        ],
        deprecated=operation.get("deprecated") is True,
        security=_security(operation, document),
    )


class _Reader:
    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document
        self._left = MAX_FIELDS

    def resolve(self, value: Any) -> Any:
        """What a local `$ref` means, through at most a few others."""
        for _ in range(MAX_DEPTH):
            if not isinstance(value, Mapping) or not isinstance(value.get("$ref"), str):
                return value
            value = self._at(value["$ref"])
        return None

    def _at(self, pointer: str) -> Any:
        """RFC 6901, within this document only."""
        value: Any = self._document
        for step in pointer.removeprefix("#/").split("/"):
            name = step.replace("~1", "/").replace("~0", "~")
            value = _mapping(value).get(name)
        return value

    def parameters(
        self, shared: list[Any], operation: Mapping[str, Any]
    ) -> list[tuple[str, list[Field]]]:
        groups: dict[str, list[Field]] = {}
        for each in [*shared, *_list(operation.get("parameters"))]:
            parameter = _mapping(self.resolve(each))
            name = _text(parameter.get("name"))
            if not name:
                continue
            schema = _mapping(self.resolve(parameter.get("schema")))
            required = parameter.get("required") is True
            described = _text(parameter.get("description")) or _text(schema.get("description"))
            example = parameter.get("example", _example_of(schema))
            groups.setdefault(_text(parameter.get("in")), []).append(
                Field(name, type_of(schema), required, 0, _note(schema), described, _short(example))
            )
        return [
            (place, groups[place])
            for place in ("path", "query", "header", "cookie")
            if place in groups
        ]

    def bodies(self, carrier: Mapping[str, Any], status: str = "") -> list[Body]:
        description = _text(carrier.get("description"))
        return [
            Body(
                str(kind), list(self._fields(_mapping(content).get("schema"))), status, description
            )
            for kind, content in sorted(_mapping(carrier.get("content")).items())
        ]

    def response(self, status: str, response: Any) -> list[Body]:
        carrier = _mapping(self.resolve(response))
        found = self.bodies(carrier, status)
        return found or [Body("", [], status, _text(carrier.get("description")))]

    def _fields(
        self, schema: Any, name: str = "", depth: int = 0, required: bool = True
    ) -> Iterator[Field]:
        resolved = _mapping(self.resolve(schema))
        if not resolved or self._left <= 0 or depth > MAX_DEPTH:
            return
        self._left -= 1
        if name or not _inner(resolved):
            yield Field(
                name=name,
                type=type_of(resolved),
                required=required,
                depth=max(depth - 1, 0),
                note=_note(resolved),
                description=_text(resolved.get("description")),
                example=_short(_example_of(resolved)),
            )
        yield from self._children(resolved, name, depth)

    def _children(self, schema: Mapping[str, Any], name: str, depth: int) -> Iterator[Field]:
        needed = _list(schema.get("required"))
        for key, child in _mapping(schema.get("properties")).items():
            yield from self._fields(child, str(key), depth + 1, key in needed)
        items = _mapping(self.resolve(schema.get("items")))
        if items and _inner(items):
            # An array at the root has no line of its own; its items' fields stand for it.
            yield from self._children(items, name, depth)
        more = _mapping(self.resolve(schema.get("additionalProperties")))
        if more:
            yield from self._fields(more, "‹any key›", depth + 1, False)
        for word in ("oneOf", "anyOf", "allOf"):
            for option in _list(schema.get(word)):
                inner = _mapping(self.resolve(option))
                if _inner(inner):
                    yield from self._children(inner, name, depth)


def type_of(schema: Mapping[str, Any]) -> str:
    """`string`, `integer or null`, `array of object`, `string (date-time)`."""
    named = schema.get("type")
    names = [str(each) for each in named] if isinstance(named, list) else [_text(named)]
    if not any(names):
        options = [each for word in ("oneOf", "anyOf") for each in _list(schema.get(word))]
        names = [type_of(_mapping(each)) for each in options if _mapping(each).get("type")]
        names = names or ["object" if schema.get("properties") else "any"]
    items = _mapping(schema.get("items"))
    read = [f"array of {type_of(items)}" if name == "array" and items else name for name in names]
    form = _text(schema.get("format"))
    text = " or ".join(dict.fromkeys(read))
    return f"{text} ({form})" if form else text


def _inner(schema: Mapping[str, Any]) -> bool:
    return any(schema.get(w) for w in ("properties", "items", "additionalProperties", "allOf"))


def _note(schema: Mapping[str, Any]) -> str:
    """Allowed values and bounds, in a few words."""
    notes = []
    values = _list(schema.get("enum"))
    if values:
        notes.append("one of " + ", ".join(_short(value) for value in values[:12]))
    notes += [f"{word} {schema[word]}" for word in _CONSTRAINTS if word in schema]
    return "; ".join(notes)


def _example_of(schema: Mapping[str, Any]) -> Any:
    examples = _list(schema.get("examples"))
    return schema.get("example", examples[0] if examples else None)


def _short(value: Any) -> str:
    if value is None:
        return ""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= MAX_EXAMPLE_CHARACTERS else f"{text[:MAX_EXAMPLE_CHARACTERS]}…"


def _security(operation: Mapping[str, Any], document: Mapping[str, Any]) -> list[str]:
    wanted = _list(operation.get("security", document.get("security")))
    return sorted({str(name) for each in wanted for name in _mapping(each)})


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
