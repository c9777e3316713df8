"""Where in somebody else's document a thing is described: JSON Pointers (RFC 6901).

A difference is found at a place such as `…/schema/properties/id`, as if all were written out
there; where it stands may be in a component, or in a part of a composed schema.
"""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, Final, NamedTuple
from urllib.parse import unquote

from treblle_etl.transform.documents.permitted import MAX_DEPTH, Reader, listed, mapping

# Parts of one composed schema that are looked at.
MAX_FACES: Final = 64
_PARTS: Final = ("allOf", "anyOf", "oneOf")

Step = tuple[str, ...]


class Spot(NamedTuple):
    """A value of the document; `is_choice` where it holds for some of what is described only."""

    pointer: str
    node: Any
    is_choice: bool = False


def located(reader: Reader, pointer: str) -> str:
    """The pointer by which the document itself has the place, through references and `allOf`;
    through `anyOf` and `oneOf` where one alternative alone has it, else it ends at them.

    What the document lacks lies where it would be.
    """
    here = Spot("", reader.document)
    steps = list(_steps(pointer))
    for number, step in enumerate(steps):
        found = {spot.pointer: spot for spot in _below(reader, here, step)}
        sure = [spot for spot in found.values() if not spot.is_choice] or [*found.values()]
        if not sure:
            rest = "".join(f"/{name}" for step in steps[number:] for name in step)
            return f"{_meant(reader, here)}{rest}"
        if len(sure) > 1 and sure[0].is_choice:
            return here.pointer
        here = sure[0]._replace(is_choice=False)
    return here.pointer


def _steps(pointer: str) -> Iterator[Step]:
    """`properties` and a name are one step: a part of a composed schema has both or neither."""
    names = iter(pointer.split("/")[1:])
    for name in names:
        yield (name, *islice(names, 1)) if name == "properties" else (name,)


def _below(reader: Reader, here: Spot, step: Step) -> Iterator[Spot]:
    for face in islice(_faces(reader, here, 0), MAX_FACES):
        spot: Spot | None = face
        for name in step:
            spot = _child(spot, name) if spot is not None else None
        if spot is not None:
            yield spot


def _faces(reader: Reader, here: Spot, depth: int) -> Iterator[Spot]:
    """The place itself, and all that is said of it elsewhere."""
    yield here
    node = mapping(here.node)
    if depth >= MAX_DEPTH:
        return
    reference = node.get("$ref")
    if isinstance(reference, str) and reference.startswith("#/"):
        there = here._replace(pointer=unquote(reference[1:]), node=reader.at(reference))
        yield from _faces(reader, there, depth + 1)
    for word in _PARTS:
        for number, part in enumerate(listed(node.get(word))):
            is_choice = here.is_choice or word != "allOf"
            there = Spot(f"{here.pointer}/{word}/{number}", part, is_choice)
            yield from _faces(reader, there, depth + 1)


def _child(spot: Spot, name: str) -> Spot | None:
    pointer = f"{spot.pointer}/{name}"
    if isinstance(spot.node, list):
        is_place = name.isdecimal() and len(name) < 6 and int(name) < len(spot.node)
        return spot._replace(pointer=pointer, node=spot.node[int(name)]) if is_place else None
    plain = name.replace("~1", "/").replace("~0", "~")
    if isinstance(spot.node, Mapping) and plain in spot.node:
        return spot._replace(pointer=pointer, node=spot.node[plain])
    return None


def _meant(reader: Reader, here: Spot) -> str:
    """Through references alone."""
    for _ in range(MAX_DEPTH):
        reference = mapping(here.node).get("$ref")
        if not isinstance(reference, str) or not mapping(reader.at(reference)):
            break
        here = Spot(unquote(reference[1:]), reader.at(reference))
    return here.pointer
