"""One schema of somebody else's document beside what traffic showed at its place."""

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from treblle_etl.transform.documents.certainty import MIN_SIGHTINGS
from treblle_etl.transform.documents.comparing_values import wrong_values
from treblle_etl.transform.documents.documented import escaped
from treblle_etl.transform.documents.permitted import Permitted, Reader
from treblle_etl.transform.schemas import Mark, maps
from treblle_etl.transform.schemas.state import Node, Object

# How deep bodies are compared; what lies deeper is rarely described.
MAX_DEPTH: Final = 12
# What is written alike in a URL or a form, whether it is text or not.
_WRITTEN: Final = frozenset(("string", "integer", "number", "boolean", "array", "object"))


class Difference(NamedTuple):
    """`location` is a JSON Pointer into the uploaded document; for what it lacks, where that
    would be. `operation` is the traffic's (`GET /users/{id}`), or the document's where it is
    dead. `first` is when and in which request it showed, where a request can show it."""

    code: str
    operation: str
    location: str
    words: str
    breaking: bool = False
    first: Mark | None = None


class Place(NamedTuple):
    """Where a schema stands: `lead` begins the words of a difference, `pointer` its location.

    `is_sent`: by clients, so that it tells what the API takes, not what it promises. `is_text`:
    all values are text on the wire.
    """

    operation: str
    lead: str
    pointer: str
    is_sent: bool = False
    is_text: bool = False


class SchemaComparison:
    """Differences between schema and traffic; raises `permitted.TooLarge` on the way."""

    def __init__(self, reader: Reader, place: Place) -> None:
        self._reader = reader
        self._place = place

    def differences(self, node: Node, schema: Any) -> Iterator[Difference]:
        yield from self._node(node, schema, self._place.pointer, "", 0)

    def _node(
        self, node: Node, schema: Any, pointer: str, field: str, depth: int
    ) -> Iterator[Difference]:
        permitted = self._reader.permitted(schema)
        if wrong := self._wrong(node, permitted):
            yield self._type_differs(node, wrong, permitted, pointer, field)
        for each in wrong_values(node, permitted, is_text=self._place.is_text):
            named = f"`{field}` " if field else ""
            words = f"{self._place.lead}{named}{each.words}"
            yield self._difference(each.code, pointer, words, each.first, breaks=True)
        if depth >= MAX_DEPTH:
            return
        if node.array is not None and node.array.items is not None and permitted.items is not None:
            yield from self._node(
                node.array.items,
                permitted.items,
                f"{pointer}/items",
                f"{field}[]",
                depth + 1,
            )
        if node.object is not None and permitted.may_be("object"):
            yield from self._object(node.object, permitted, pointer, field, depth)

    def _object(
        self, shape: Object, permitted: Permitted, pointer: str, field: str, depth: int
    ) -> Iterator[Difference]:
        named, entries = maps.parted(shape)
        if entries is not None and permitted.more is not None:
            at, inner = (
                f"{pointer}/additionalProperties",
                f"{field}.*" if field else "*",
            )
            yield from self._node(entries, permitted.more, at, inner, depth + 1)
        for name, below in sorted(named.items()):
            at = f"{pointer}/properties/{escaped(name)}"
            inner = f"{field}.{name}" if field else name
            if name in permitted.properties:
                schema = permitted.properties[name]
                yield from self._node(below, schema, at, inner, depth + 1)
            elif permitted.more is not None:
                at = f"{pointer}/additionalProperties"
                yield from self._node(below, permitted.more, at, inner, depth + 1)
            elif below.count >= MIN_SIGHTINGS and not permitted.is_open:
                words = f"{self._place.lead}`{inner}` is not in the document"
                first = earliest(below)
                yield self._difference("undocumented-field", at, words, first)
        yield from self._absent(shape, named, permitted, pointer, field)

    def _absent(
        self,
        shape: Object,
        named: Mapping[str, Node],
        permitted: Permitted,
        pointer: str,
        field: str,
    ) -> Iterator[Difference]:
        other_way = "readOnly" if self._place.is_sent else "writeOnly"
        for name in sorted(permitted.required):
            seen = named[name].count if name in named else 0
            stated = self._reader.resolved(permitted.properties.get(name))
            if shape.walked - seen >= MIN_SIGHTINGS and stated.get(other_way) is not True:
                inner = f"{field}.{name}" if field else name
                at = f"{pointer}/properties/{escaped(name)}"
                said = "sent" if self._place.is_sent else "there"
                words = f"{self._place.lead}`{inner}` is required by the document, but not always {said}"
                first = named[name].first.get("absent") if name in named else shape.first
                yield self._difference("required-field-absent", at, words, first, breaks=True)

    def _wrong(self, node: Node, permitted: Permitted) -> set[str]:
        if permitted.types is None:
            return set()
        wrong = {kind for kind, times in _sightings(node).items() if times >= MIN_SIGHTINGS}
        if self._place.is_text and "string" in permitted.types:
            wrong -= _WRITTEN
        if self._place.is_text and "array" in permitted.types:
            wrong -= _WRITTEN
        return wrong - permitted.types

    def _type_differs(
        self,
        node: Node,
        wrong: set[str],
        permitted: Permitted,
        pointer: str,
        field: str,
    ) -> Difference:
        named = f"`{field}` " if field else ""
        words = (
            f"{self._place.lead}{named}is {_spoken(wrong)} in traffic,"
            f" {_spoken(permitted.types or ())} in the document"
        )
        first = min((node.first[kind] for kind in wrong if kind in node.first), default=None)
        return self._difference("type-differs", pointer, words, first, breaks=True)

    def _difference(
        self,
        code: str,
        pointer: str,
        words: str,
        first: Mark | None,
        *,
        breaks: bool = False,
    ) -> Difference:
        """What clients send otherwise breaks nobody: the API took it."""
        breaking = breaks and not self._place.is_sent
        return Difference(code, self._place.operation, pointer, words, breaking, first)


def earliest(node: Node) -> Mark | None:
    """When and in which request something was there first."""
    return min((mark for kind, mark in node.first.items() if kind != "absent"), default=None)


def _sightings(node: Node) -> dict[str, int]:
    """How often each type was seen; what masking hid may have been of any."""
    text, numbers = node.text, node.numbers
    return {
        "array": node.array.count if node.array else 0,
        "boolean": node.booleans,
        "integer": numbers.integers if numbers else 0,
        "null": node.nulls,
        "number": numbers.fractions if numbers else 0,
        "object": node.object.count if node.object else 0,
        "string": text.count - text.masked if text else 0,
    }


def _spoken(kinds: Any) -> str:
    """A number may be an integer: that need not be said."""
    named = set(kinds)
    return " or ".join(sorted(named - {"integer"} if "number" in named else named))
