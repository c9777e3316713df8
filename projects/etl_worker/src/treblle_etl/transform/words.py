"""The words an API customer is known by, and whether a text is one of them."""

import re
from collections.abc import Iterable
from urllib.parse import quote, unquote

from treblle_etl.transform.paths.vocabulary import WORDS

# Shorter texts (`de`, `7`) name nobody.
MIN_LENGTH = 3
_BETWEEN = re.compile(r"[\s._+-]+")


class Words:
    """Equal but for case, percent-encoding, a mark before (`@zoe`) and what stands between the words
    of a name: `Zoe Doe` is `zoe-doe`. What software in general calls things (`admin`, `orders`) names nobody.
    """

    def __init__(self, words: Iterable[str]) -> None:
        plain = [
            word
            for word in words
            if len(_folded(word)) >= MIN_LENGTH and _folded(word) not in WORDS
        ]
        self._folded = frozenset(map(_folded, plain))
        ways = list(map(_pattern, plain))
        self._anywhere = re.compile("|".join(ways), re.IGNORECASE)
        # `~1` is a slash in a JSON pointer.
        self._alone = re.compile(rf"(?:(?<!\w)|(?<=~1))(?:{'|'.join(ways)})(?!\w)", re.IGNORECASE)

    def __bool__(self) -> bool:
        return bool(self._folded)

    def has(self, text: str) -> bool:
        return _folded(text) in self._folded

    def within(self, text: str) -> bool:
        """Whether one of them is anywhere in a text, such as a body."""
        return bool(self) and self._anywhere.search(text) is not None

    def out_of(self, text: str) -> str:
        """The text with stars where one of them stands by itself."""
        return self._alone.sub("***", text) if self else text


def _pattern(word: str) -> str:
    pieces = filter(None, _BETWEEN.split(unquote(word)))
    ways = (f"(?:{re.escape(each)}|{re.escape(quote(each, safe=''))})" for each in pieces)
    return r"(?:%20|[\s._+-])+".join(ways)


def _folded(text: str) -> str:
    return _BETWEEN.sub("-", unquote(text).casefold()).strip("-@")
