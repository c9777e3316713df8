"""What the schemas of somebody else's OpenAPI 3 document permit: bounded, and nothing of it fails.

`allOf`, `anyOf` and `oneOf` are put together; of what only narrows, enumerations, formats and
bounds are read, not the rest (`not`, patterns), so that what is called wrong is wrong indeed.
"""

from collections.abc import Iterable, Mapping
from functools import reduce
from typing import Any, Final, NamedTuple

from referencing import Registry
from referencing.exceptions import Unresolvable
from referencing.jsonschema import DRAFT202012

from treblle_etl.transform.documents import limits
from treblle_etl.transform.documents.limits import Limits, limits_of

# Schemas nested in schemas by composition, and references that lead to references.
MAX_DEPTH: Final = 12
# Schemas read for one operation, and their properties: what was made to grow ends here.
MAX_VISITS: Final = 50_000

_TYPES: Final = frozenset(("string", "integer", "number", "boolean", "array", "object", "null"))
# `referencing` takes what it steps through for schemas; in somebody's document it may be anything.
_NOWHERE: Final = (Unresolvable, AttributeError, TypeError, ValueError)
_CONDITIONAL: Final = ("then", "else")


class TooLarge(Exception):
    """More than MAX_VISITS schemas were asked for."""


class Permitted(NamedTuple):
    """`types` None: any. A number may be an integer, so both are in `types` then. `items` and
    `more` (properties that are not named) are schemas, or None where they are not described."""

    types: frozenset[str] | None = None
    properties: Mapping[str, Any] = {}
    required: frozenset[str] = frozenset()
    items: Any = None
    more: Any = None
    is_open: bool = True
    limits: Limits = limits.NONE

    def may_be(self, kind: str) -> bool:
        return self.types is None or kind in self.types


class Reader:
    """Reads the schemas of one document; counts what it reads."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = document
        resource = DRAFT202012.create_resource(document)
        self._resolver = Registry[Any]().with_resource("", resource).resolver()
        self._found: dict[str, Any] = {}
        self._left = MAX_VISITS

    @property
    def visits(self) -> int:
        """Of the operation that is read."""
        return MAX_VISITS - self._left

    def restart(self) -> None:
        """Another operation is read: the count begins anew."""
        self._left = MAX_VISITS

    def resolved(self, node: Any) -> Mapping[str, Any]:
        """What a reference means, through a few others; empty where it leads nowhere."""
        for _ in range(MAX_DEPTH):
            reference = mapping(node).get("$ref")
            if not isinstance(reference, str):
                return mapping(node)
            node = self.at(reference)
        return {}

    def permitted(self, schema: Any) -> Permitted:
        """Raises `TooLarge`."""
        return self._permitted(schema, (), 0)

    def _permitted(self, schema: Any, seen: tuple[str, ...], depth: int) -> Permitted:
        if not isinstance(schema, Mapping) or depth > MAX_DEPTH:
            return Permitted()
        found = _own(schema)
        self._spend(1 + len(found.properties))
        reference = schema.get("$ref")
        if isinstance(reference, str):
            if reference in seen:
                return Permitted()
            seen = (*seen, reference)
            found = _both(found, self._permitted(self.at(reference), seen, depth + 1))
        for each in listed(schema.get("allOf")):
            self._spend(len(found.properties))
            found = _both(found, self._permitted(each, seen, depth + 1))
        for word in ("anyOf", "oneOf"):
            options = [self._permitted(each, seen, depth + 1) for each in listed(schema.get(word))]
            if options:
                found = _both(found, _either(options))
        for word in _CONDITIONAL:
            if word in schema:
                then = self._permitted(schema[word], seen, depth + 1)
                found = _both(found, Permitted(properties=then.properties))
        if schema.get("nullable") is True and found.types:  # OpenAPI 3.0
            found = found._replace(types=found.types | {"null"})
        return found

    def _spend(self, visits: int) -> None:
        self._left -= visits
        if self._left < 0:
            raise TooLarge

    def at(self, reference: str) -> Any:
        """What a reference within this document leads to; None where that is nothing."""
        if not reference.startswith("#"):
            return None
        if reference not in self._found:
            try:
                self._found[reference] = self._resolver.lookup(reference).contents
            except _NOWHERE:
                self._found[reference] = None
        return self._found[reference]


def _own(schema: Mapping[str, Any]) -> Permitted:
    """Without what it is composed of."""
    named = schema.get("properties")
    more = schema.get("additionalProperties")
    is_open = bool(more) or "patternProperties" in schema or not isinstance(named, Mapping)
    return Permitted(
        types=_types(schema),
        properties=mapping(named),
        required=frozenset(name for name in listed(schema.get("required")) if _is_text(name)),
        items=schema.get("items") if isinstance(schema.get("items"), Mapping) else None,
        more=more if isinstance(more, Mapping) and more else None,
        is_open=is_open and more is not False,
        limits=limits_of(schema),
    )


def _types(schema: Mapping[str, Any]) -> frozenset[str] | None:
    kinds = schema.get("type")
    named = {kinds} if isinstance(kinds, str) else set(filter(_is_text, listed(kinds)))
    if not named:
        values = [schema["const"]] if "const" in schema else listed(schema.get("enum"))
        named = {_type_of(value) for value in values}
    if "number" in named:
        named.add("integer")
    return frozenset(named) & _TYPES or None


def _type_of(value: Any) -> str:
    kinds = {
        bool: "boolean",
        int: "integer",
        float: "number",
        str: "string",
        list: "array",
    }
    return "null" if value is None else kinds.get(type(value), "object")


def _both(one: Permitted, other: Permitted) -> Permitted:
    """What two schemas that hold together permit."""
    if one.types is None or other.types is None:
        types = one.types if other.types is None else other.types
    else:
        # Two that exclude each other are a slip of the document, and tell nothing.
        types = one.types & other.types or None
    shared = one.properties.keys() & other.properties.keys()
    together = {name: {"allOf": [one.properties[name], other.properties[name]]} for name in shared}
    return Permitted(
        types=types,
        properties={**one.properties, **other.properties, **together},
        required=one.required | other.required,
        items=_joined("allOf", [each.items for each in (one, other) if each.items is not None]),
        more=_joined("allOf", [each.more for each in (one, other) if each.more is not None]),
        # One that names no properties leaves the word to the other.
        is_open=one.is_open and other.is_open,
        limits=limits.both(one.limits, other.limits),
    )


def _either(options: list[Permitted]) -> Permitted:
    """What schemas permit of which one has to hold."""
    kinds = [option.types for option in options if option.types is not None]
    types = frozenset().union(*kinds) if len(kinds) == len(options) else None
    objects = [option for option in options if option.may_be("object")]
    arrays = [option for option in options if option.may_be("array")]
    properties: dict[str, list[Any]] = {}
    for option in objects:
        for name, schema in option.properties.items():
            properties.setdefault(name, []).append(schema)
    return Permitted(
        types=types,
        properties={name: _joined("anyOf", found) for name, found in properties.items()},
        required=reduce(frozenset.intersection, (each.required for each in objects))
        if objects
        else frozenset(),
        items=_joined("anyOf", [each.items for each in arrays])
        if arrays and all(each.items is not None for each in arrays)
        else None,
        more=_joined("anyOf", [each.more for each in objects if each.more is not None]),
        is_open=any(option.is_open for option in objects) or not objects,
        limits=limits.either((option.limits, option.types) for option in options),
    )


def _joined(word: str, schemas: list[Any]) -> Any:
    if len(schemas) < 2:
        return schemas[0] if schemas else None
    return {word: schemas}


def mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def listed(value: Any) -> Iterable[Any]:
    return value if isinstance(value, list) else []


def _is_text(value: Any) -> bool:
    return isinstance(value, str)
