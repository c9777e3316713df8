"""What a schema says of a value beyond its type: enumeration, format, bounds.

An exclusive bound is read as if the bound itself were allowed, so that what is called wrong is
wrong indeed.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

# Bounds that grow tighter downwards: which of two is the tighter.
_HIGHEST: Final = ("highest", "longest", "most")
_INTEGERS: Final = {"int32": 2**31 - 1, "int64": 2**63 - 1}


class Limits(NamedTuple):
    """Of text: `values` (None: any), `format` and length in characters; of numbers the bounds; of
    arrays how many items."""

    values: frozenset[str] | None = None
    format: str = ""
    shortest: float | None = None
    longest: float | None = None
    lowest: float | None = None
    highest: float | None = None
    fewest: float | None = None
    most: float | None = None


NONE: Final = Limits()


def limits_of(schema: Mapping[str, Any]) -> Limits:
    """Without what the schema is composed of."""
    listed = [schema["const"]] if "const" in schema else schema.get("enum")
    stated = listed if isinstance(listed, list) else []
    texts = frozenset(value for value in stated if isinstance(value, str))
    numbers = [number for value in stated if (number := _number(value)) is not None]
    only_numbers = bool(numbers) and all(
        value is None or _number(value) is not None for value in stated
    )
    format_name = schema.get("format")
    format_name = format_name if isinstance(format_name, str) else ""
    whole = _INTEGERS.get(format_name)
    lows = [_number(schema.get(name)) for name in ("minimum", "exclusiveMinimum")]
    highs = [_number(schema.get(name)) for name in ("maximum", "exclusiveMaximum")]
    if only_numbers:
        lows, highs = [*lows, min(numbers)], [*highs, max(numbers)]
    if whole is not None:
        lows, highs = [*lows, -whole - 1], [*highs, whole]
    return Limits(
        values=texts or None,
        format=format_name,
        shortest=_number(schema.get("minLength")),
        longest=_number(schema.get("maxLength")),
        lowest=max((bound for bound in lows if bound is not None), default=None),
        highest=min((bound for bound in highs if bound is not None), default=None),
        fewest=_number(schema.get("minItems")),
        most=_number(schema.get("maxItems")),
    )


def both(one: Limits, other: Limits) -> Limits:
    """What holds where both hold; two that exclude each other are a slip and tell nothing."""
    if one == NONE or other == NONE:
        return other if one == NONE else one
    values = one.values if other.values is None else other.values
    if one.values is not None and other.values is not None:
        values = one.values & other.values or None
    named = {one.format, other.format} - {""}
    bounds = {name: _tighter(name, one, other) for name in Limits._fields[2:]}
    return Limits(values, named.pop() if len(named) == 1 else "", **bounds)


def either(options: Iterable[tuple[Limits, frozenset[str] | None]]) -> Limits:
    """What holds where one of them holds; each with the types it permits, None for any: one that
    permits no text says nothing of text."""
    found = list(options)
    texts = [limits for limits, types in found if _is_of(types, "string")]
    numbers = [limits for limits, types in found if _is_of(types, "integer", "number")]
    arrays = [limits for limits, types in found if _is_of(types, "array")]
    values = [limits.values for limits in texts]
    formats = {limits.format for limits in texts}
    known = [each for each in values if each is not None]
    return Limits(
        values=frozenset().union(*known) if known and len(known) == len(values) else None,
        format=formats.pop() if len(formats) == 1 else "",
        shortest=_looser("shortest", texts),
        longest=_looser("longest", texts),
        lowest=_looser("lowest", numbers),
        highest=_looser("highest", numbers),
        fewest=_looser("fewest", arrays),
        most=_looser("most", arrays),
    )


def _is_of(types: frozenset[str] | None, *names: str) -> bool:
    return types is None or not types.isdisjoint(names)


def _tighter(name: str, one: Limits, other: Limits) -> float | None:
    stated = _bounds(name, [one, other])
    if not stated:
        return None
    return min(stated) if name in _HIGHEST else max(stated)


def _looser(name: str, options: list[Limits]) -> float | None:
    stated = _bounds(name, options)
    if not stated or len(stated) < len(options):
        return None
    return max(stated) if name in _HIGHEST else min(stated)


def _bounds(name: str, options: list[Limits]) -> list[float]:
    bounds: list[float | None] = [getattr(each, name) for each in options]
    return [bound for bound in bounds if bound is not None]


def _number(value: Any) -> float | None:
    """JSON's; in OpenAPI 3.0 `exclusiveMinimum` is a boolean, and NaN is no bound."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool) and value == value
    return value if is_number else None
