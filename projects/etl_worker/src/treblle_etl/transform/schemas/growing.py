"""How a state grows, whether from a body or from another state: within its bounds, in any order."""

import operator
from bisect import bisect_left
from collections.abc import Callable, Iterable
from typing import Any, Final

from treblle_etl.transform.schemas import limits
from treblle_etl.transform.schemas.names import encodable, is_opaque
from treblle_etl.transform.schemas.state import Array, Mark, Node, Numbers, Object, Text

# A string that is only stars, and no fewer, was hidden by masking or by an SDK.
MIN_MASK_LENGTH: Final = 3


class Walk:
    """One way through a schema, with what it may still cost."""

    __slots__ = ("cells_left", "full", "mark", "visits_left", "weight")

    def __init__(self, *, cells_left: int, weight: int = 1, mark: Mark | None = None) -> None:
        self.cells_left = cells_left
        self.visits_left = limits.MAX_VISITS
        self.weight = weight
        self.mark = mark
        self.full = False

    @property
    def visits(self) -> int:
        return limits.MAX_VISITS - self.visits_left


def is_masked(text: str) -> bool:
    return text[:1] == "*" and len(text) >= MIN_MASK_LENGTH and not text.strip("*")


def earlier(one: Mark | None, other: Mark | None) -> Mark | None:
    return min(one or other, other) if other is not None else one


def widen(numbers: Numbers, value: float, mark: Mark | None) -> None:
    if numbers.lowest is None or value < numbers.lowest:
        numbers.lowest, numbers.lowest_in = value, mark
    if numbers.highest is None or value > numbers.highest:
        numbers.highest, numbers.highest_in = value, mark


def _stretch(into: Any, other: Any, bound: str, beyond: Callable[[Any, Any], bool]) -> None:
    """Take the other's bound where it lies beyond, with the request in which it showed."""
    ours, theirs = getattr(into, bound), getattr(other, bound)
    if theirs is None:
        return
    name = f"{bound}_in"
    mark = getattr(other, name)
    if ours is None or beyond(theirs, ours):
        setattr(into, bound, theirs)
        setattr(into, name, mark)
    elif theirs == ours:
        setattr(into, name, earlier(getattr(into, name), mark))


def remember(text: Text, value: str, count: int, walk: Walk, mark: Mark | None) -> None:
    """Count a value; when there are too many different ones, forget all of them."""
    known = text.values.get(value)
    if known is not None:
        text.values[value] = known + count
        if mark is not None:
            _note(text, value, mark, walk)
    elif (
        len(value) > limits.MAX_VALUE_LENGTH
        or len(text.values) >= limits.MAX_VALUES
        or walk.cells_left <= 0
        or encodable(value) != value
    ):
        forget(text, walk)
    else:
        text.values[value] = count
        walk.cells_left -= 1
        if mark is not None:
            _note(text, value, mark, walk)


def _note(text: Text, value: str, mark: Mark, walk: Walk) -> None:
    known = text.values_in.get(value)
    if known is None:
        walk.cells_left -= 1
        text.values_in[value] = mark
    elif mark < known:
        text.values_in[value] = mark


def forget(text: Text, walk: Walk) -> None:
    walk.cells_left += len(text.values) + len(text.values_in)
    text.values, text.values_in = {}, {}
    text.many = True


def identify(shape: Object, hashes: Iterable[int], walk: Walk) -> None:
    """Keep the smallest hashes: how small they are tells how many different ones there were."""
    kept = shape.identities
    for found in hashes:
        full = len(kept) >= limits.MAX_IDENTITIES
        if full and found >= kept[-1]:
            continue
        place = bisect_left(kept, found)
        if place < len(kept) and kept[place] == found:
            continue
        kept.insert(place, found)
        if full:
            kept.pop()
        else:
            walk.cells_left -= 1


def items_node(array: Array, walk: Walk) -> Node | None:
    if array.items is None:
        array.items = new_node(walk)
    return array.items


def new_node(walk: Walk) -> Node | None:
    """None when the schema is as large as it may be."""
    if walk.cells_left < limits.NODE_CELLS:
        walk.full = True
        return None
    walk.cells_left -= limits.NODE_CELLS
    return Node()


def property_node(shape: Object, name: str, walk: Walk) -> Node | None:
    """Where a name belongs: its own node, that of the map's entries, or none when all is full."""
    below = shape.properties.get(name)
    if below is not None:
        return below
    name = encodable(name)
    if name in shape.properties:
        return shape.properties[name]
    if len(name) > limits.MAX_NAME_LENGTH and shape.entries is None:
        _fold(shape, _opaque_names(shape), walk)
        return _entries_node(shape, walk)
    if shape.is_map or (shape.entries is not None and is_opaque(name)):
        return _entries_node(shape, walk)
    below = new_node(walk)
    if below is None:
        return None
    shape.properties[name] = below
    return shape.entries if _folded(shape, name, walk) else below


def _folded(shape: Object, name: str, walk: Walk) -> bool:
    """Whether the new name made its object, or the opaque names of it, a map."""
    if len(shape.properties) > limits.MAX_PROPERTIES:
        make_map(shape, walk)
        return True
    if is_opaque(name):
        opaque = _opaque_names(shape)
        if len(opaque) > limits.MAX_OPAQUE_PROPERTIES:
            _fold(shape, opaque, walk)
            return True
    return False


def _opaque_names(shape: Object) -> list[str]:
    return [name for name in shape.properties if is_opaque(name)]


def make_map(shape: Object, walk: Walk) -> None:
    """From now on every name is an entry."""
    shape.is_map = True
    _fold(shape, list(shape.properties), walk)


def _entries_node(shape: Object, walk: Walk) -> Node | None:
    if shape.entries is None:
        shape.entries = new_node(walk)
    return shape.entries


def _fold(shape: Object, names: Iterable[str], walk: Walk) -> None:
    for name in names:
        gone = shape.properties.pop(name)
        walk.cells_left += cells_of(gone)
        entries = _entries_node(shape, walk)
        if entries is not None:
            absorb(entries, gone, walk)
            entries.first.pop("absent", None)


def cells_of(node: Node) -> int:
    cells = limits.NODE_CELLS
    if node.text is not None:
        cells += len(node.text.values) + len(node.text.values_in)
    if node.array is not None and node.array.items is not None:
        cells += cells_of(node.array.items)
    if node.object is not None:
        cells += len(node.object.identities)
        cells += sum(map(cells_of, node.object.properties.values()))
        cells += cells_of(node.object.entries) if node.object.entries is not None else 0
    return cells


def absorb(into: Node, other: Node, walk: Walk) -> None:
    """Add all of another node; that one stays as it is and shares nothing with this one."""
    into.count += other.count
    into.nulls += other.nulls
    into.booleans += other.booleans
    for kind, mark in other.first.items():
        into.first[kind] = min(into.first.get(kind, mark), mark)
    if other.text is not None:
        into.text = into.text or Text()
        _absorb_text(into.text, other.text, walk)
    if other.numbers is not None:
        into.numbers = into.numbers or Numbers()
        _absorb_numbers(into.numbers, other.numbers)
    if other.array is not None:
        into.array = into.array or Array()
        _absorb_array(into.array, other.array, walk)
    if other.object is not None:
        into.object = into.object or Object()
        _absorb_object(into.object, other.object, walk)


def _absorb_text(into: Text, other: Text, walk: Walk) -> None:
    into.count += other.count
    into.masked += other.masked
    into.empty += other.empty
    _stretch(into, other, "shortest", operator.lt)
    _stretch(into, other, "longest", operator.gt)
    for name, count in other.formats.items():
        into.formats[name] = into.formats.get(name, 0) + count
    for name, mark in other.formats_in.items():
        into.formats_in[name] = min(into.formats_in.get(name, mark), mark)
    if other.many:
        forget(into, walk)
    for value, count in other.values.items():
        if into.many:
            break
        remember(into, value, count, walk, other.values_in.get(value))


def _absorb_numbers(into: Numbers, other: Numbers) -> None:
    into.integers += other.integers
    into.fractions += other.fractions
    _stretch(into, other, "lowest", operator.lt)
    _stretch(into, other, "highest", operator.gt)


def _absorb_array(into: Array, other: Array, walk: Walk) -> None:
    into.count += other.count
    _stretch(into, other, "shortest", operator.lt)
    _stretch(into, other, "longest", operator.gt)
    below = items_node(into, walk) if other.items is not None else None
    if other.items is not None and below is not None:
        absorb(below, other.items, walk)


def _absorb_object(into: Object, other: Object, walk: Walk) -> None:
    absent = _absent(into, other), _absent(other, into)
    into.count += other.count
    into.walked += other.walked
    into.identified += other.identified
    identify(into, other.identities, walk)
    if other.is_map:
        make_map(into, walk)
    if other.entries is not None:
        _fold(into, _opaque_names(into), walk)
        entries = _entries_node(into, walk)
        if entries is not None:
            absorb(entries, other.entries, walk)
    for name, node in other.properties.items():
        below = property_node(into, name, walk)
        if below is not None:
            absorb(below, node, walk)
    if into.entries is not None:
        into.entries.first.pop("absent", None)
    for names, mark in absent:
        _mark_absent(into, names, mark)
    if other.first is not None:
        into.first = min(into.first or other.first, other.first)


def _absent(here: Object, there: Object) -> tuple[set[str], Mark | None]:
    """What only the other one has was absent when the first object came here."""
    return (
        there.properties.keys() - here.properties.keys(),
        here.first if here.walked else None,
    )


def _mark_absent(shape: Object, names: Iterable[str], mark: Mark | None) -> None:
    for name in names:
        node = shape.properties.get(name)
        if mark is not None and node is not None:
            node.first["absent"] = min(node.first.get("absent", mark), mark)
