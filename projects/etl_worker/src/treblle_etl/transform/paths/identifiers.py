"""The identifiers directly below a segment: whether it is their noun, as `users` in `/users/7` is.

A row of identifiers, as `/{z}/{x}/{y}`, is no noun's, nor is a date; nor are identifiers that stand
below its siblings, too: each noun has its own.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from treblle_etl.transform.paths.trie import SHARED, SKETCH, Node

_NO_NOUNS: Final = frozenset((SHARED + "date", SHARED + "number"))
_INTEGER: Final = SHARED + "integer"
# Times as many as by chance, and at least so many, for shared integers to tell something.
_BEYOND_CHANCE: Final = 4.0
_SHARED_INTEGERS: Final = 3


def follow(nodes: Sequence[Node]) -> bool:
    """Whether most below these nodes are identifiers as they follow a noun."""
    total = identifiers = 0
    for node in nodes:
        for key, child in (node.kids or {}).items():
            total += child.total
            if key.startswith(SHARED) and key not in _NO_NOUNS and not _row(child):
                identifiers += child.total
    return identifiers * 2 > total > 0


def _row(node: Node) -> bool:
    """Whether most requests went on to another identifier."""
    further = sum(kid.total for key, kid in (node.kids or {}).items() if key.startswith(SHARED))
    return further * 2 > node.total


def common(siblings: Iterable[tuple[str, Sequence[Node]]]) -> set[str]:
    """The keys of those siblings that have identifiers in common with another one."""
    seen = [(key, _identifiers(nodes)) for key, nodes in siblings]
    return {
        one
        for place, (key, own) in enumerate(seen)
        for other, others in seen[:place]
        if any(form in others and _overlap(form, own[form], others[form]) for form in own)
        for one in (key, other)
    }


@dataclass(slots=True)
class _Identifiers:
    """Those of one form below a sibling: the smallest hashes, about how many, how long."""

    hashes: tuple[int, ...] = ()
    distinct: float = 0.0
    longest: int = 0  # characters


def _smallest(some: tuple[int, ...], more: tuple[int, ...]) -> tuple[int, ...]:
    if len(some) == SKETCH and (not more or more[0] > some[-1]):
        return some
    return tuple(sorted({*some, *more})[:SKETCH])


def _identifiers(nodes: Sequence[Node]) -> dict[str, _Identifiers]:
    found: dict[str, _Identifiers] = {}
    for node in nodes:
        for key, child in (node.kids or {}).items():
            if key.startswith(SHARED) and key not in _NO_NOUNS:
                those = found.setdefault(key, _Identifiers())
                those.hashes = _smallest(those.hashes, child.sketch or ())
                those.distinct += child.distinct
                those.longest = max(those.longest, *child.lengths, 1)
    return found


def _overlap(form: str, one: _Identifiers, other: _Identifiers) -> bool:
    """Whether they have more in common than by chance."""
    both = len({*one.hashes} & {*other.hashes})
    if form != _INTEGER or not both:
        return both > 0
    # Small integers are everywhere; of a long range few are met twice by chance.
    up_to = min(one.hashes[-1], other.hashes[-1])
    compared = min(sum(number <= up_to for number in those.hashes) for those in (one, other))
    dense = max(one.distinct, other.distinct) / 10.0 ** (min(one.longest, other.longest) - 1)
    return both >= _SHARED_INTEGERS and both > _BEYOND_CHANCE * min(1.0, dense) * compared
