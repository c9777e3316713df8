"""Objects whose names are data: maps by locale, currency, date, id.

Names that are opaque by form are told while learning, beyond a handful. Here, when a schema is
described, a handful of them is told too, and words that behave like data: many, each in few of
the objects, ever new ones, and all with the same kind of value.
"""

from collections.abc import Mapping
from typing import Final

from treblle_etl.transform.schemas import limits
from treblle_etl.transform.schemas.growing import Walk, absorb
from treblle_etl.transform.schemas.names import is_opaque
from treblle_etl.transform.schemas.state import Node, Object

MIN_OPAQUE: Final = 2
MIN_WORDS: Final = 12
MIN_OBJECTS: Final = 8
# In how many of the objects an average name is, at most, and how many names are seen once, at least.
MAX_RATE: Final = 0.25
MIN_ONCE: Final = 0.25


def parted(shape: Object) -> tuple[Mapping[str, Node], Node | None]:
    """Properties that have a name, and what the entries of the map have in common."""
    if not shape.is_map and words_are_data(shape):
        return {}, together(shape, shape.properties)
    opaque = {name: node for name, node in shape.properties.items() if is_opaque(name)}
    if shape.entries is None and (len(opaque) < MIN_OPAQUE or not alike(opaque)):
        return shape.properties, None
    named = {name: node for name, node in shape.properties.items() if name not in opaque}
    return named, together(shape, opaque)


def together(shape: Object, nodes: Mapping[str, Node]) -> Node | None:
    walk = Walk(cells_left=limits.MAX_CELLS)
    entries = Node()
    if shape.entries is not None:
        absorb(entries, shape.entries, walk)
    for node in nodes.values():
        absorb(entries, node, walk)
    return entries if entries.count else None


def words_are_data(shape: Object) -> bool:
    nodes = shape.properties
    if len(nodes) < MIN_WORDS or shape.walked < MIN_OBJECTS or not alike(nodes):
        return False
    rate = sum(node.count for node in nodes.values()) / len(nodes) / shape.walked
    once = sum(node.count == 1 for node in nodes.values()) / len(nodes)
    return rate <= MAX_RATE and once >= MIN_ONCE


def alike(nodes: Mapping[str, Node]) -> bool:
    """Whether all values are of one type, and objects share a property."""
    kinds = {kind for node in nodes.values() for kind in _kinds(node)}
    if len(kinds) > 1:
        return False
    shapes = [set(node.object.properties) for node in nodes.values() if node.object is not None]
    return not shapes or not any(shapes) or bool(set.intersection(*shapes))


def _kinds(node: Node) -> set[str]:
    seen = {
        "text": node.text,
        "number": node.numbers,
        "array": node.array,
        "object": node.object,
        "boolean": node.booleans or None,
    }
    return {kind for kind, part in seen.items() if part is not None}
