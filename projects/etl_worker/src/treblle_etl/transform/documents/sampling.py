"""Which bodies are worth a walk: all of a shape that is new, of a known one each eighth.

The one that is looked at then stands for eight, so that shares stay what they are.
"""

import zlib
from collections.abc import Iterator
from itertools import islice
from typing import Any, Final

# Bodies of one shape that are all looked at, then one of so many.
ALL_OF_FIRST: Final = 64
ONE_OF: Final = 8
# Shapes remembered; bodies of others are all looked at.
MAX_SHAPES: Final = 64
_MAX_NAMES: Final = 64


def weight(shapes: dict[int, int], status: int, body: Any) -> int:
    """For how many bodies this one stands; 0 where it need not be looked at."""
    shape = shape_of(status, body)
    seen = shapes.get(shape, 0) + 1
    if seen == 1 and len(shapes) >= MAX_SHAPES:
        return 1
    shapes[shape] = seen
    if seen <= ALL_OF_FIRST:
        return 1
    return 0 if seen % ONE_OF else ONE_OF


def shape_of(status: int, body: Any) -> int:
    """A number that is the same for bodies with the same names on their first two levels."""
    names = f"{status}\0" + "\0".join(_names(body, 2))
    return zlib.crc32(names.encode("utf-8", "replace"))


def _names(body: Any, levels: int) -> Iterator[str]:
    if isinstance(body, list):
        yield "[" if body else "[]"
        body = body[0] if body else None
    if isinstance(body, dict):
        for name, value in islice(body.items(), _MAX_NAMES):
            yield name
            if value is None:
                yield "null"
            elif levels > 1 and isinstance(value, dict | list):
                yield from _names(value, levels - 1)
    else:
        yield type(body).__name__
