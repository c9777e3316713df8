"""A learned state as JSON Schema 2020-12.

Bounds are given as constraints only where they are as sure as drift has to be; what was seen
otherwise stands in `x-observed`, so that a document never calls tomorrow's value wrong.
"""

from typing import Any, Final

from treblle_etl.transform.schemas import maps
from treblle_etl.transform.schemas.evidence import (
    UNKNOWN,
    Habits,
    distinct_share,
    enumeration,
    required,
)
from treblle_etl.transform.schemas.state import Array, Node, Numbers, Object, Schema, Text

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
# With so many sightings the chance that the next one exceeds them is below one in a thousand.
ENOUGH_FOR_BOUNDS: Final = 1_000
# Sightings of one length from which it is fixed, or of nothing below 0 or 1 from which that is one.
ENOUGH_FOR_PLAIN_BOUNDS: Final = 20
# A format is given where so many of the strings that are not empty have it.
FORMAT_SHARE: Final = 0.98
MAX_INT32: Final = 2**31 - 1


def json_schema(schema: Schema, habits: Habits = UNKNOWN) -> dict[str, Any]:
    """A document of its own; `habits` are those of the API it belongs to."""
    return {"$schema": DIALECT} | describe(schema.root, habits, schema.root.count)


def describe(node: Node, habits: Habits, bodies: int, share: float = 1.0) -> dict[str, Any]:
    """What may stand at one place; `share` of its sightings are of different objects."""
    kinds = types_of(node)
    if not kinds:
        return {}
    described: dict[str, Any] = {"type": kinds[0] if len(kinds) == 1 else kinds}
    if node.text is not None:
        described |= _text(node.text, share, bodies, nullable=node.nulls > 0, alone=_alone(kinds))
    if node.numbers is not None:
        described |= _numbers(node.numbers)
    if node.array is not None:
        described |= _array(node.array, habits, bodies, share)
    if node.object is not None:
        described |= _object(node.object, habits, bodies, share)
    observed = _observed(node, described)
    return described | {"x-observed": observed} if observed else described


def types_of(node: Node) -> list[str]:
    """JSON Schema's names; `null` last. Masked text tells no type where another was seen."""
    kinds = [
        name
        for name, seen in (
            ("object", node.object is not None),
            ("array", node.array is not None),
            ("string", node.text is not None and node.text.count > node.text.masked),
            ("number", node.numbers is not None and node.numbers.fractions > 0),
            ("integer", node.numbers is not None and not node.numbers.fractions),
            ("boolean", node.booleans > 0),
        )
        if seen
    ]
    if not kinds and node.text is not None:
        kinds = ["string"]
    return [*kinds, "null"] if node.nulls else kinds


def _alone(kinds: list[str]) -> bool:
    return set(kinds) <= {"string", "null"}


def format_of(text: Text) -> str:
    """The one that nearly all strings have; empty where there is none."""
    filled = text.count - text.masked - text.empty
    for name, count in text.formats.items():
        if count >= FORMAT_SHARE * filled and filled >= text.empty:
            return name
    return ""


def _text(text: Text, share: float, bodies: int, *, nullable: bool, alone: bool) -> dict[str, Any]:
    if text.masked == text.count:
        return {"description": "Hidden by masking."}
    found = format_of(text)
    if found:
        return {"format": found}
    values: list[str | None] = [*enumeration(text, share, bodies)] if alone else []
    if values:
        # `enum` holds for every type: without it nothing may be null.
        return {"enum": [*values, None] if nullable else values}
    plain = text.count - text.masked
    fixed = text.shortest == text.longest and plain * share >= ENOUGH_FOR_PLAIN_BOUNDS
    if plain >= ENOUGH_FOR_BOUNDS or (fixed and len(text.values) != 1):
        return {"minLength": text.shortest, "maxLength": text.longest}
    return {}


def _numbers(numbers: Numbers) -> dict[str, Any]:
    if numbers.lowest is None or numbers.highest is None:
        return {}
    count = numbers.integers + numbers.fractions
    described: dict[str, Any] = {}
    if not numbers.fractions and max(-numbers.lowest - 1, numbers.highest) > MAX_INT32:
        described["format"] = "int64"
    if count >= ENOUGH_FOR_BOUNDS:
        return described | {"minimum": numbers.lowest, "maximum": numbers.highest}
    if numbers.lowest in (0, 1) and count >= ENOUGH_FOR_PLAIN_BOUNDS:
        described["minimum"] = numbers.lowest
    return described


def _array(array: Array, habits: Habits, bodies: int, share: float) -> dict[str, Any]:
    described: dict[str, Any] = {}
    if array.items is not None:
        described["items"] = describe(array.items, habits, bodies, share)
    if array.count >= ENOUGH_FOR_BOUNDS:
        described |= {"minItems": array.shortest, "maxItems": array.longest}
    return described


def _object(shape: Object, habits: Habits, bodies: int, share: float) -> dict[str, Any]:
    share *= distinct_share(shape)
    named, entries = maps.parted(shape)
    described: dict[str, Any] = {}
    if named:
        described["properties"] = {
            name: describe(node, habits, bodies, share) for name, node in named.items()
        }
    if always := [name for name in required(shape, habits) if name in named]:
        described["required"] = always
    if entries is not None:
        described["additionalProperties"] = describe(entries, habits, bodies, share)
    return described


def _observed(node: Node, described: dict[str, Any]) -> dict[str, Any]:
    """The bounds seen, as far as they are not constraints already."""
    seen: dict[str, Any] = {}
    if node.numbers is not None and node.numbers.lowest is not None:
        seen |= {"minimum": node.numbers.lowest, "maximum": node.numbers.highest}
    text = node.text
    if text is not None and text.longest and not {"format", "enum"} & described.keys():
        seen |= {"minLength": text.shortest, "maxLength": text.longest}
    if node.array is not None and node.array.longest:
        seen |= {"minItems": node.array.shortest, "maxItems": node.array.longest}
    return {name: bound for name, bound in seen.items() if name not in described}
