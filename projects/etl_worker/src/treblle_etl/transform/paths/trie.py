"""What was seen, step by step: enough to decide on templates at any time, in any order of arrival.

Identifiers of a strong form share one node, so a million of them cost as much as one.
"""

import zlib
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from treblle_etl.transform.paths.forms import STRONG, form_of
from treblle_etl.transform.paths.segments import GLUED, MAX_SEGMENT, REST, is_affix

# Leads the key of the node that all values of a strong form share.
SHARED: Final = "\x01"
# Values of any form that were folded into one node to save memory.
FOLDED: Final = SHARED + "folded"
MAX_NODES: Final = 100_000  # of a project
MAX_CHILDREN: Final = 3_000  # of a node
MAX_BESIDE_FOLDED: Final = 500  # once there is a node for what was folded
MAX_METHODS: Final = 12  # at a place; further ones count as OTHER
MAX_METHOD: Final = 16  # characters
MAX_LENGTHS: Final = 4
SKETCH: Final = 16  # the smallest hashes kept to tell the number of distinct values
OTHER: Final = "OTHER"
_HASHES: Final = 2**32


class Node:
    """A step at its place; `total` and `found` count the requests that went through it."""

    __slots__ = ("ends", "found", "kids", "lengths", "param", "sketch", "total")

    def __init__(self) -> None:
        self.total = 0
        self.found = 0
        # By method: requests that ended here, and those of them that found something.
        self.ends: dict[str, tuple[int, int]] | None = None
        self.kids: dict[str, Node] | None = None
        self.sketch: tuple[int, ...] | None = None
        # The lengths of its values in characters, until there are more than MAX_LENGTHS.
        self.lengths: tuple[int, ...] = ()
        # Whether it was held for a value of a parameter when last learned.
        self.param = False

    @property
    def distinct(self) -> float:
        """About how many distinct values share this node."""
        if self.sketch is None:
            return 1.0
        if len(self.sketch) < SKETCH:
            return float(max(1, len(self.sketch)))
        return (SKETCH - 1) * _HASHES / max(1, self.sketch[-1])

    def note(self, value: str) -> None:
        """Count a distinct value."""
        if len(self.lengths) <= MAX_LENGTHS and len(value) not in self.lengths:
            self.lengths = (*self.lengths, len(value))
        self._sketch(zlib.crc32(value.encode("utf-8", "surrogatepass")))

    def _sketch(self, number: int) -> None:
        known = self.sketch or ()
        if (len(known) < SKETCH or number < known[-1]) and number not in known:
            self.sketch = tuple(sorted((*known, number))[:SKETCH])

    def end(self, method: str, total: int, found: int) -> None:
        ends = self.ends = self.ends or {}
        if method not in ends and len(ends) >= MAX_METHODS:
            method = OTHER
        before = ends.get(method, (0, 0))
        ends[method] = (before[0] + total, before[1] + found)

    def absorb(self, other: "Node") -> int:
        """Take over all that went through another; the number of nodes that saves."""
        saved = 1
        self.total += other.total
        self.found += other.found
        for method, (total, found) in (other.ends or {}).items():
            self.end(method, total, found)
        for number in other.sketch or ():
            self._sketch(number)
        self.lengths = tuple(dict.fromkeys(self.lengths + other.lengths))[: MAX_LENGTHS + 1]
        for key, child in (other.kids or {}).items():
            mine = self.kids = self.kids or {}
            if key in mine:
                saved += mine[key].absorb(child)
            else:
                mine[key] = child
        return saved


def key_of(step: str) -> str:
    """The step itself, or the key its strong form shares."""
    if is_affix(step) or step == REST:
        return step
    if len(step) > MAX_SEGMENT:
        return SHARED + "long"
    form = form_of(step)
    return SHARED + form if form in STRONG else step


class Trie:
    """At most MAX_NODES: when they are used up, `fold` makes room; what finds none is not kept."""

    def __init__(self) -> None:
        self.root = Node()
        self.size = 1
        self.full = False

    def add(self, method: str, steps: Sequence[str], count: int, found: int) -> bool:
        """Count requests; whether a new node came of them."""
        before = self.size
        node = self.root
        node.total += count
        node.found += found
        for step in steps:
            child = self._child(node, step)
            if child is None:
                return False
            node = child
            node.total += count
            node.found += found
        node.end(method[:MAX_METHOD], count, found)
        return self.size > before

    def _child(self, node: Node, step: str) -> Node | None:
        kids = node.kids = node.kids or {}
        key = key_of(step)
        if key not in kids and not is_affix(step):
            folded = FOLDED in kids
            if len(kids) >= (MAX_BESIDE_FOLDED if folded else MAX_CHILDREN) or (
                folded and self.full
            ):
                key = FOLDED
        if key not in kids and self.full:
            return None
        child = kids.get(key)
        if child is None:
            child = kids[key] = Node()
            self.size += 1
        if key.startswith(SHARED):
            child.note(step)
        return child

    def exact(self, keys: Sequence[str]) -> Node | None:
        """The node a path leads to, if it was seen."""
        node = self.root
        for key in keys:
            child = (node.kids or {}).get(key)
            if child is None:
                return None
            node = child
        return node

    def fold(self) -> None:
        """Make room: first what was never found, then values of parameters, then rare steps."""
        for which in (_never_found, _is_value, _is_rare):
            if self.size > MAX_NODES * 0.5:
                self._fold(which)
        self.size = sum(1 for _ in nodes_under(self.root))
        self.full = self.size > MAX_NODES * 0.9

    def forget(self, is_theirs: Callable[[str], bool]) -> bool:
        """Steps that are somebody's words count on as values without a name; whether there were."""
        was_any = False
        # From below, for what is absorbed is not looked at again.
        for node in reversed(list(nodes_under(self.root))):
            was_any |= _without(node, is_theirs)
            for key, child in (node.kids or {}).items():
                if key.endswith(GLUED):  # `@ada` may be theirs where `ada` is not
                    was_any |= _without(child, is_theirs, key.removesuffix(GLUED))
        self.size = sum(1 for _ in nodes_under(self.root))
        return was_any

    def _fold(self, which: Callable[[str, Node], bool]) -> None:
        for node in list(nodes_under(self.root)):
            kids = node.kids or {}
            chosen = [key for key, child in kids.items() if key != FOLDED and which(key, child)]
            if which is not _never_found and len(chosen) < MIN_FOLDED:
                continue
            for key in chosen:
                child = kids.pop(key)
                if which is not _never_found:
                    child.note(key)
                    kids.setdefault(FOLDED, Node()).absorb(child)
        self.size = sum(1 for _ in nodes_under(self.root))


def _without(node: Node, is_theirs: Callable[[str], bool], prefix: str = "") -> bool:
    """Fold the steps after a node that are somebody's words; whether there were."""
    kids = node.kids or {}
    chosen = [key for key in kids if _is_word(key) and is_theirs(prefix + key)]
    for key in chosen:
        child = kids.pop(key)
        child.note(key)
        kids.setdefault(FOLDED, Node()).absorb(child)
    return bool(chosen)


MIN_FOLDED: Final = 16  # children of a node that are worth folding
RARE: Final = 2  # requests


def _never_found(_: str, node: Node) -> bool:
    return not node.found


def _is_value(key: str, node: Node) -> bool:
    return node.param and not key.startswith(SHARED)


def _is_word(key: str) -> bool:
    return not key.startswith(SHARED) and not is_affix(key)


def _is_rare(key: str, node: Node) -> bool:
    return node.total <= RARE and _is_word(key)


def nodes_under(root: Node) -> Iterator[Node]:
    waiting = [root]
    while waiting:
        node = waiting.pop()
        yield node
        waiting += (node.kids or {}).values()


def merged(nodes: Sequence[Node]) -> dict[str, list[Node]]:
    """The children of several nodes taken as one place."""
    children: dict[str, list[Node]] = {}
    for node in nodes:
        for key, child in (node.kids or {}).items():
            children.setdefault(key, []).append(child)
    return children
