"""A learner as bytes, and back."""

from typing import Final

import msgspec

from treblle_etl.transform.paths.trie import Node, Trie

VERSION: Final = 2


class _Node(msgspec.Struct, array_like=True, omit_defaults=True):
    total: int
    found: int
    ends: dict[str, tuple[int, int]] | None = None
    kids: "dict[str, _Node] | None" = None
    sketch: tuple[int, ...] | None = None
    lengths: tuple[int, ...] = ()
    param: bool = False


class _State(msgspec.Struct):
    version: int
    root: _Node
    full: bool
    new: int
    learned_from: int = 0


class UnreadableState(ValueError):
    """The bytes are not a learner of this version."""


def dump(trie: Trie, new: int, learned_from: int) -> bytes:
    """`new` is how many steps came since it last learned, from that many requests."""
    root = _dumped(trie.root)
    return msgspec.msgpack.encode(_State(VERSION, root, trie.full, new, learned_from))


def load(data: bytes) -> tuple[Trie, int, int]:
    """What was dumped. Raises UnreadableState."""
    try:
        state = msgspec.msgpack.decode(data, type=_State)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UnreadableState(str(error)) from error
    if state.version != VERSION:
        raise UnreadableState(f"version {state.version}, not {VERSION}")
    trie = Trie()
    trie.root, trie.size = _loaded(state.root)
    trie.full = state.full
    return trie, state.new, state.learned_from


def _dumped(node: Node) -> _Node:
    kids = {key: _dumped(child) for key, child in node.kids.items()} if node.kids else None
    return _Node(
        node.total,
        node.found,
        node.ends,
        kids,
        node.sketch,
        node.lengths,
        node.param,
    )


def _loaded(stored: _Node) -> tuple[Node, int]:
    node = Node()
    node.total, node.found, node.ends = stored.total, stored.found, stored.ends
    node.sketch, node.lengths = stored.sketch, stored.lengths
    node.param = stored.param
    size = 1
    if stored.kids:
        node.kids = {}
        for key, child in stored.kids.items():
            node.kids[key], below = _loaded(child)
            size += below
    return node, size
