"""What one look over a body's JSON rules out, so that nothing in it has to be visited.

Most bodies hold no masked name. Bytes are looked through many times faster than objects are
walked; where the look is not sure, the walk decides.
"""

from typing import Any, Final

from ahocorasick_rs import BytesAhoCorasick, Implementation

from treblle_etl.transform.masking.names import ENDINGS, Names, normalised
from treblle_etl.transform.masking.tree import MAX_DEPTH, MAX_NODES

# As `names.normalised` does, and what stands between the parts of a name (`user[password]`).
_LEFT_OUT: Final = b"_- ]"
_LOWER: Final = bytes(range(256)).lower()
# What follows a masked name that is a name, or part of one.
_FOLLOWERS: Final = (b'":', b".", b"[")
# The only letter outside ASCII that is an ASCII letter (k) in lower case: the Kelvin sign.
_KELVIN: Final = "\u212a".encode()


class Glance:
    """Looks for the masked names of one project."""

    def __init__(self, names: Names) -> None:
        plain = {*map(normalised, names.listed), *ENDINGS}
        # A name that JSON writes in another way cannot be looked for by its letters.
        self._is_able = all(_is_written_as_it_is(name) for name in plain)
        self._names = BytesAhoCorasick(
            sorted(
                {
                    name.encode().translate(_LOWER, _LEFT_OUT) + after
                    for name in plain
                    for after in _FOLLOWERS
                }
            ),
            implementation=Implementation.DFA,
        )

    def may_be_named(self, value: Any, data: bytes) -> bool:
        """Whether a value, `data` as JSON, may hold a masked name or has to be cut."""
        return (
            not self._is_able
            # A value takes two bytes at least, with its comma.
            or len(data) > MAX_NODES
            or not (data.isascii() or _KELVIN not in data)
            or bool(self._names.find_matches_as_indexes(data.translate(_LOWER, _LEFT_OUT)))
            or not _is_shallow(value, data)
        )


def _is_written_as_it_is(name: str) -> bool:
    return name.isascii() and name.isprintable() and '"' not in name and "\\" not in name


def _is_shallow(value: Any, data: bytes) -> bool:
    """Whether a value is surely less deep than what is cut."""
    # What is open is closed, too.
    if len(data) < 2 * MAX_DEPTH or data.count(b"{") + data.count(b"[") < MAX_DEPTH:
        return True
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [
            inner
            for each in level
            if type(each) is dict or type(each) is list
            for inner in (each.values() if type(each) is dict else each)
        ]
        if not level:
            return True
    return False
