"""A body goes into a schema: one walk, bounded by what `limits` allows.

Own code rather than GenSON: that one keeps no counts (one odd body ends `required` for good, and
nothing can be said about certainty), no formats, values or bounds, makes a property of every key,
and its state has no bound. The bench group `schema` measures the two side by side.
"""

import math
import zlib
from collections.abc import Callable, Collection
from itertools import islice
from typing import Any, Final

from treblle_etl.transform.schemas import limits
from treblle_etl.transform.schemas.formats import format_of
from treblle_etl.transform.schemas.growing import (
    Walk,
    absorb,
    identify,
    is_masked,
    items_node,
    make_map,
    property_node,
    remember,
    widen,
)
from treblle_etl.transform.schemas.names import IDENTITIES
from treblle_etl.transform.schemas.state import (
    Array,
    Mark,
    Node,
    Numbers,
    Object,
    Schema,
    Text,
)

# Beyond it integers are not kept exactly: it is what 64 bits hold.
MAX_INTEGER: Final = 2**63 - 1


def learn(
    schema: Schema,
    body: Any,
    *,
    weight: int = 1,
    mark: Mark | None = None,
    max_cells: int = limits.MAX_CELLS,
) -> int:
    """Add a body, which stands for `weight` like it; returns how many values were looked at."""
    walk = Walk(cells_left=max_cells - schema.cells, weight=weight, mark=mark)
    _value(schema.root, body, walk, 0)
    schema.cells = max_cells - walk.cells_left
    schema.full |= walk.full
    return 1 + walk.visits


def merge(first: Schema, second: Schema, *, max_cells: int = limits.MAX_CELLS) -> Schema:
    """What learning the bodies of both would have given. Neither is changed."""
    merged = Schema()
    walk = Walk(cells_left=max_cells - merged.cells)
    absorb(merged.root, first.root, walk)
    absorb(merged.root, second.root, walk)
    merged.cells = max_cells - walk.cells_left
    merged.full = first.full or second.full or walk.full
    return merged


def _value(node: Node, value: Any, walk: Walk, depth: int) -> None:
    node.count += walk.weight
    learn_kind = _KINDS.get(type(value))
    if learn_kind is not None:
        name, learner = learn_kind
        if walk.mark is not None:
            node.first.setdefault(name, walk.mark)
        learner(node, value, walk, depth)


def _null(node: Node, value: None, walk: Walk, depth: int) -> None:
    node.nulls += walk.weight


def _boolean(node: Node, value: bool, walk: Walk, depth: int) -> None:
    node.booleans += walk.weight


def _integer(node: Node, value: int, walk: Walk, depth: int) -> None:
    numbers = node.numbers
    if numbers is None:
        numbers = node.numbers = Numbers()
    numbers.integers += walk.weight
    if not -MAX_INTEGER <= value <= MAX_INTEGER:
        value = MAX_INTEGER if value > 0 else -MAX_INTEGER
    widen(numbers, value, walk.mark)


def _fraction(node: Node, value: float, walk: Walk, depth: int) -> None:
    numbers = node.numbers
    if numbers is None:
        numbers = node.numbers = Numbers()
    numbers.fractions += walk.weight
    if math.isfinite(value):
        widen(numbers, value, walk.mark)


def _text(node: Node, value: str, walk: Walk, depth: int) -> None:
    text = node.text
    if text is None:
        text = node.text = Text()
    weight = walk.weight
    text.count += weight
    if is_masked(value):
        text.masked += weight
        return
    length = len(value)
    if length < text.shortest:
        text.shortest, text.shortest_in = length, walk.mark
    if length > text.longest:
        text.longest, text.longest_in = length, walk.mark
    if not length:
        text.empty += weight
    found = format_of(value)
    if walk.mark is not None and length and found not in text.formats_in:
        text.formats_in[found] = walk.mark
    if found:
        text.formats[found] = text.formats.get(found, 0) + weight
    elif not text.many:
        remember(text, value, weight, walk, walk.mark)


def _array(node: Node, value: list[Any], walk: Walk, depth: int) -> None:
    array = node.array
    if array is None:
        array = node.array = Array()
    array.count += walk.weight
    length = len(value)
    if length < array.shortest:
        array.shortest, array.shortest_in = length, walk.mark
    if length > array.longest:
        array.longest, array.longest_in = length, walk.mark
    items = value if length <= limits.MAX_ITEMS else value[:: -(-length // limits.MAX_ITEMS)]
    if not items or depth >= limits.MAX_DEPTH or len(items) > walk.visits_left:
        return
    walk.visits_left -= len(items)
    below = items_node(array, walk)
    if below is not None:
        for item in items:
            _value(below, item, walk, depth + 1)


def _object(node: Node, value: dict[str, Any], walk: Walk, depth: int) -> None:
    shape = node.object
    if shape is None:
        shape = node.object = Object()
    shape.count += walk.weight
    if len(value) > limits.MAX_PROPERTIES and not shape.is_map:
        make_map(shape, walk)
    entries = _sample(value) if shape.is_map else value.items()
    if depth >= limits.MAX_DEPTH or len(entries) > walk.visits_left:
        return
    walk.visits_left -= len(entries)
    properties = shape.properties
    grown = False
    for name, item in entries:
        below = properties.get(name)
        if below is None:
            below = property_node(shape, name, walk)
            grown = True
        if below is not None:
            _value(below, item, walk, depth + 1)
    _identify(shape, value, walk)
    if walk.mark is not None:
        _mark_absent(shape, value, grown, walk.weight, walk.mark)
    shape.walked += walk.weight


def _sample(value: dict[str, Any]) -> Collection[tuple[str, Any]]:
    if len(value) <= limits.MAX_ITEMS:
        return value.items()
    return list(islice(value.items(), 0, None, -(-len(value) // limits.MAX_ITEMS)))


def _identify(shape: Object, value: dict[str, Any], walk: Walk) -> None:
    """An object that comes again (someone polls) is no new evidence for what its values are."""
    for name in IDENTITIES:
        found = value.get(name)
        if type(found) is str or type(found) is int:
            shape.identified += 1
            digits = str(found) if type(found) is str else format(found, "x")
            identify(shape, (zlib.crc32(digits.encode("utf-8", "replace")),), walk)
            return


def _mark_absent(
    shape: Object, value: dict[str, Any], grown: bool, weight: int, mark: Mark
) -> None:
    """Note where properties were absent first: the new ones in the object's first body."""
    if shape.first is None:
        shape.first = mark
    elif grown:
        for name, node in shape.properties.items():
            if node.count == weight and name in value:
                node.first["absent"] = shape.first
    if shape.entries is not None or len(value) < len(shape.properties):
        for name, node in shape.properties.items():
            if name not in value:
                node.first.setdefault("absent", mark)


_KINDS: Final[dict[type, tuple[str, Callable[[Node, Any, Walk, int], None]]]] = {
    str: ("string", _text),
    int: ("integer", _integer),
    bool: ("boolean", _boolean),
    type(None): ("null", _null),
    float: ("number", _fraction),
    dict: ("object", _object),
    list: ("array", _array),
}
