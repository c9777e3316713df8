"""An OpenAPI 3 document that a team wrote, compared with what traffic showed."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

from treblle_etl.transform.documents.openapi import METHODS
from treblle_etl.transform.documents.operation import Operation
from treblle_etl.transform.schemas import maps
from treblle_etl.transform.schemas.describing import types_of
from treblle_etl.transform.schemas.state import Node

# Sightings from which a difference is no slip.
MIN_SIGHTINGS: Final = 3
# Requests seen of the whole API before an operation without one is held to be dead.
ENOUGH_FOR_DEAD: Final = 100
MAX_DEPTH: Final = 12
MAX_DIFFERENCES: Final = 500
_PARAMETER: Final = re.compile(r"\{[^{}]*\}")
_PLAIN: Final = frozenset(("string", "integer", "number", "boolean", "array", "object", "null"))


class Difference(NamedTuple):
    """`location` is a JSON Pointer into the uploaded document; for what it lacks, where that
    would be. `operation` is the traffic's (`GET /users/{id}`), or the document's where it is
    dead."""

    code: str
    operation: str
    location: str
    words: str
    breaking: bool = False


class _Documented(NamedTuple):
    name: str
    pattern: re.Pattern[str]
    parameters: int
    operation: Mapping[str, Any]
    pointer: str


def differences(
    document: Mapping[str, Any], operations: Mapping[str, Operation]
) -> list[Difference]:
    """What the document lacks, what it has and nobody calls, and where types are otherwise.

    `operations` by name. At most MAX_DIFFERENCES, undocumented and dead endpoints first.
    """
    documented = list(_documented(document))
    found: list[Difference] = []
    inside: list[Difference] = []
    called: set[str] = set()
    for _, operation in sorted(operations.items()):
        match = _match(documented, operation)
        if match is None:
            if _is_real(operation):
                found.append(_undocumented(operation))
            continue
        called.add(match.pointer)
        inside += _Comparison(document, operation, match).differences()
    if sum(operation.count for operation in operations.values()) >= ENOUGH_FOR_DEAD:
        found += [
            Difference("dead-endpoint", each.name, each.pointer, f"`{each.name}` is never called")
            for each in documented
            if each.pointer not in called
        ]
    return (found + inside)[:MAX_DIFFERENCES]


def _is_real(operation: Operation) -> bool:
    answered = sum(
        response.count for status, response in operation.responses.items() if int(status) < 400
    )
    return answered >= MIN_SIGHTINGS


def _undocumented(operation: Operation) -> Difference:
    pointer = f"/paths/{_escaped(operation.template)}/{operation.method.lower()}"
    words = f"`{operation.name}` is called, but not in the document"
    return Difference("undocumented-endpoint", operation.name, pointer, words)


def _documented(document: Mapping[str, Any]) -> Iterator[_Documented]:
    prefixes = sorted({_prefix(server) for server in _list(document.get("servers"))} | {""})
    longest = prefixes[-1]
    for path, item in _dict(document.get("paths")).items():
        for method in METHODS:
            operation = _dict(item).get(method.lower())
            if isinstance(operation, Mapping):
                literals = [re.escape(part) for part in _PARAMETER.split(path)]
                lead = "(?:" + "|".join(map(re.escape, prefixes)) + ")"
                yield _Documented(
                    name=f"{method} {longest}{path}",
                    pattern=re.compile(lead + "[^/]+".join(literals) + "/?"),
                    parameters=len(literals) - 1,
                    operation=operation,
                    pointer=f"/paths/{_escaped(path)}/{method.lower()}",
                )


def _prefix(server: Any) -> str:
    url = _dict(server).get("url")
    try:
        return urlsplit(url).path.rstrip("/") if isinstance(url, str) else ""
    except ValueError:
        return ""


def _match(documented: list[_Documented], operation: Operation) -> _Documented | None:
    """The documented operation with the fewest parameters that the template is one of."""
    matching = [
        each
        for each in documented
        if each.name.startswith(f"{operation.method} ")
        and each.pattern.fullmatch(operation.template)
    ]
    return min(matching, key=lambda each: each.parameters, default=None)


class _Comparison:
    """One operation of the document beside what traffic showed of it."""

    def __init__(
        self, document: Mapping[str, Any], operation: Operation, match: _Documented
    ) -> None:
        self._document = document
        self._operation = operation
        self._match = match

    def differences(self) -> Iterator[Difference]:
        name, pointer = self._operation.name, self._match.pointer
        responses = _dict(self._match.operation.get("responses"))
        for status, response in sorted(self._operation.responses.items()):
            key = next((k for k in (status, f"{status[0]}XX", "default") if k in responses), None)
            if key is None:
                if response.count >= MIN_SIGHTINGS and status not in ("404", "405", "429"):
                    where = f"{pointer}/responses/{status}"
                    words = f"`{name}` answers {status}, which is not in the document"
                    yield Difference("undocumented-status", name, where, words)
                continue
            described = self._resolved(responses[key])
            for media_type, content in sorted(response.contents.items()):
                schema = self._schema(described, media_type)
                where = f"{pointer}/responses/{key}/content/{_escaped(media_type)}/schema"
                if schema is not None:
                    yield from self._node(content.schema.root, schema, f"{status}", where, "", 0)

    def _schema(self, described: Mapping[str, Any], media_type: str) -> Mapping[str, Any] | None:
        contents = _dict(described.get("content"))
        content = _dict(contents.get(media_type) or contents.get("*/*"))
        schema = content.get("schema")
        return self._resolved(schema) if isinstance(schema, Mapping) else None

    def _resolved(self, node: Any) -> Mapping[str, Any]:
        for _ in range(MAX_DEPTH):
            reference = node.get("$ref") if isinstance(node, Mapping) else None
            if not isinstance(reference, str):
                break
            node = _at(self._document, reference)
        return _dict(node)

    def _node(
        self, node: Node, schema: Mapping[str, Any], place: str, where: str, field: str, depth: int
    ) -> Iterator[Difference]:
        allowed = _types(schema)
        seen = set(types_of(node))
        if "number" in allowed:
            seen.discard("integer")
        wrong = seen - allowed
        if allowed and wrong and node.count >= MIN_SIGHTINGS:
            yield self._wrong(wrong, allowed, place, where, field)
        if depth >= MAX_DEPTH or (allowed and not allowed & {"object", "array"}):
            return
        if node.array is not None and node.array.items is not None:
            items = schema.get("items")
            if isinstance(items, Mapping):
                yield from self._node(
                    node.array.items, self._resolved(items), place, f"{where}/items",
                    f"{field}[]", depth + 1,
                )  # fmt: skip
        if node.object is not None and isinstance(schema.get("properties"), Mapping):
            yield from self._properties(node, schema, place, where, field, depth)

    def _properties(
        self, node: Node, schema: Mapping[str, Any], place: str, where: str, field: str, depth: int
    ) -> Iterator[Difference]:
        shape = node.object
        if shape is None:
            return
        described = _dict(schema.get("properties"))
        named, _ = maps.parted(shape)
        lead = f"`{self._operation.name}` {place}: "
        for name, below in sorted(named.items()):
            inner = f"{field}.{name}" if field else name
            at = f"{where}/properties/{_escaped(name)}"
            if name in described:
                below_schema = self._resolved(described[name])
                yield from self._node(below, below_schema, place, at, inner, depth + 1)
            elif below.count >= MIN_SIGHTINGS and not schema.get("additionalProperties"):
                words = f"{lead}`{inner}` is not in the document"
                yield Difference("undocumented-field", self._operation.name, at, words)
        for name in _list(schema.get("required")):
            seen = named[name].count if name in named else 0
            if shape.walked - seen >= MIN_SIGHTINGS and isinstance(name, str):
                inner = f"{field}.{name}" if field else name
                at = f"{where}/properties/{_escaped(name)}"
                words = f"{lead}`{inner}` is required by the document, but not always there"
                yield Difference("required-field-absent", self._operation.name, at, words, True)

    def _wrong(
        self, wrong: set[str], allowed: set[str], place: str, where: str, field: str
    ) -> Difference:
        kinds, wanted = " or ".join(sorted(wrong)), " or ".join(sorted(allowed))
        what = f"`{field}` " if field else ""
        words = (
            f"`{self._operation.name}` {place}: {what}is {kinds} in traffic,"
            f" {wanted} in the document"
        )
        return Difference("type-differs", self._operation.name, where, words, True)


def _types(schema: Mapping[str, Any]) -> set[str]:
    """The types a schema allows; empty where it allows any, or says it in ways not read here."""
    if any(key in schema for key in ("allOf", "anyOf", "oneOf", "not", "if")):
        return set()
    kinds = schema.get("type")
    named = {kinds} if isinstance(kinds, str) else set(filter(_is_type, _list(kinds)))
    if schema.get("nullable") is True and named:  # OpenAPI 3.0
        named.add("null")
    return named & _PLAIN


def _is_type(kind: Any) -> bool:
    return isinstance(kind, str)


def _at(document: Mapping[str, Any], reference: str) -> Any:
    node: Any = document if reference.startswith("#/") else None
    for part in reference[2:].split("/"):
        node = _dict(node).get(part.replace("~1", "/").replace("~0", "~"))
    return node


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def _dict(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
