"""What is learned about a JSON value: counts, so that two states can be added up.

Every field is a sum, a minimum, a maximum or a set that is kept in an order of its own, therefore
`merge(a, b)` is what learning both together would have given. Counts are in bodies as they came,
not in bodies looked at: one that stands for eight counts eight.
"""

from typing import Final

import msgspec

from treblle_etl.transform.schemas import limits

# When (seconds since 1970) and in which request something showed first, as the caller names it.
Mark = tuple[float, str]
UNSEEN: Final = 2**62


class Text(msgspec.Struct, array_like=True):
    """Strings."""

    count: int = 0
    # Of these only stars were left; nothing else is known of them.
    masked: int = 0
    empty: int = 0
    shortest: int = UNSEEN
    longest: int = 0
    # How many had which format of JSON Schema or OpenAPI's registry.
    formats: dict[str, int] = {}
    # How often each value came, of strings without a format; empty when there are `many`.
    values: dict[str, int] = {}
    many: bool = False
    # In which request what showed first: a bound, a format (`` for none of them), a value.
    shortest_in: Mark | None = None
    longest_in: Mark | None = None
    formats_in: dict[str, Mark] = {}
    values_in: dict[str, Mark] = {}


class Numbers(msgspec.Struct, array_like=True):
    """Integers and fractions."""

    integers: int = 0
    fractions: int = 0
    lowest: int | float | None = None
    highest: int | float | None = None
    lowest_in: Mark | None = None
    highest_in: Mark | None = None


class Array(msgspec.Struct, array_like=True):
    count: int = 0
    shortest: int = UNSEEN
    longest: int = 0
    items: "Node | None" = None
    shortest_in: Mark | None = None
    longest_in: Mark | None = None


class Object(msgspec.Struct, array_like=True):
    count: int = 0
    # Of these all properties were looked at: what a property's count is compared with.
    walked: int = 0
    properties: dict[str, "Node"] = {}
    # What entries under opaque names have in common; None where there were few.
    entries: "Node | None" = None
    # True when there were so many names that all of them are entries.
    is_map: bool = False
    # The smallest hashes of what names an object (`id`, …), and whether there were more.
    identities: list[int] = []
    identified: int = 0
    first: Mark | None = None


class Node(msgspec.Struct, array_like=True):
    """One place in a body: every type that was seen there."""

    count: int = 0
    nulls: int = 0
    booleans: int = 0
    text: Text | None = None
    numbers: Numbers | None = None
    array: Array | None = None
    object: Object | None = None
    # Where each of these showed first: a type's name, or `absent`.
    first: dict[str, Mark] = {}


class Schema(msgspec.Struct, array_like=True):
    """Everything learned about one body; `cells` is what it takes.

    `full` when something was left out because it was as large as it may be.
    """

    root: Node = msgspec.field(default_factory=Node)
    cells: int = limits.NODE_CELLS
    full: bool = False


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Schema)


def to_bytes(schema: Schema) -> bytes:
    return _encoder.encode(schema)


def from_bytes(content: bytes) -> Schema:
    """Raises `msgspec.DecodeError` where the content is not that of `to_bytes`."""
    return _decoder.decode(content)
