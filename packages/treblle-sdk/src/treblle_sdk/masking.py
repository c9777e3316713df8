"""Takes secrets out of what was seen, by name and by form, before it leaves the host.

Pure: values in, masked values out; nothing given is changed.
"""

import json
import math
import re
from collections.abc import Callable, Iterable, Mapping
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Any, Final
from urllib.parse import unquote

from treblle_sdk.forms import MASK, is_card, is_suspect, mask_forms

# The names Treblle's users know, and the ones secrets commonly go by besides. Case, hyphens,
# underscores and words in front do not count: `userPassword` and `X-API-Key` are covered.
DEFAULT_NAMES: Final = (
    "password", "pwd", "secret", "password_confirmation", "cc", "card_number", "ccv", "ssn",
    "credit_score", "api_key",
    "authorization", "passwd", "passphrase", "token", "cvv", "cvc", "credit_card", "secret_key",
    "private_key", "access_key", "signing_key", "password_hash", "session_id", "sessionid",
)  # fmt: skip
# Deeper than this a value is left out: nobody reads it, and it may hide anything.
MAX_DEPTH: Final = 100
TOO_DEEP: Final = "[Treblle: nested too deep, left out]"
# As many take some hundred microseconds.
VALUES_A_BREATH: Final = 500
# Names are the client's to choose, so what is remembered of them is bounded.
REMEMBERED_NAMES: Final = 4096
# Whole numbers between these may be cards.
SMALLEST_CARD: Final = 10**11
LARGEST_CARD: Final = 10**19

_SCHEME: Final = re.compile(
    r"\s*(Bearer|Basic|Digest|Token|ApiKey|Hawk|Negotiate|AWS4-HMAC-SHA256)\s+\S", re.IGNORECASE
)
_PAIR: Final = re.compile(r"(^|[?&;,\s\"'(])([\w.%\[\]-]{1,100})=([^&;\s\"'<>]+)")
# A text that may be JSON by itself, a quoted one too, as JSON may be put into JSON repeatedly.
_JSON_ENDS: Final = frozenset({"{}", "[]", '""'})
_MAY_END_JSON: Final = frozenset('}]" \t\r\n')
_HOLDERS: Final = frozenset({dict, list})
# Of a number, which may be one that JSON does not have, or a card.
_EXPONENT: Final = re.compile(r"[0-9][eE][-+]?[0-9]")
_HUMP: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_BETWEEN_WORDS: Final = re.compile(r"[\W_]+")
_COOKIE_VALUE: Final = re.compile(r"=[^;]*")


class Masker:
    """Masks with the default names and the ones given; `*` in a name is a wildcard.

    `breathe` is called every `VALUES_A_BREATH` values.
    """

    def __init__(
        self, names: Iterable[str] = (), breathe: Callable[[], None] = lambda: None
    ) -> None:
        self._breathe = breathe
        self._since_breath = 0
        wanted = [*DEFAULT_NAMES, *names]
        self._names = frozenset(_joined(name) for name in wanted if "*" not in name) - {""}
        self._patterns = tuple(name.casefold() for name in wanted if "*" in name)
        self.is_secret = lru_cache(maxsize=REMEMBERED_NAMES)(self._is_secret)

    def tree(self, value: Any, *, by_form: bool = True) -> Any:
        """A value of JSON with its secrets masked.

        `by_form` False says that the text it was parsed from holds nothing suspect, so that
        only names count.
        """
        return self._tree(value, by_form, 0)

    def json_text(self, text: str) -> Any:
        """A JSON document parsed and masked; raises ValueError or RecursionError."""
        value = json.loads(text, parse_constant=str)
        # An escape may hide a form from the quick look; "=" may be a name with its value.
        by_form = "\\" in text or "=" in text or is_suspect(text)
        self._breathe()
        if not by_form and not _EXPONENT.search(text) and self._has_plain_names(value):
            return value
        return self.tree(value, by_form=by_form)

    def _has_plain_names(self, value: Any) -> bool:
        """Whether the value is of a usual depth and has no name that hides what it names."""
        names: set[str] = set()
        level = [value]
        for _ in range(MAX_DEPTH):
            inner: list[Any] = []
            for each in level:
                if type(each) is dict:
                    names.update(each)
                    inner += [item for item in each.values() if type(item) in _HOLDERS]
                elif type(each) is list:
                    inner += [item for item in each if type(item) in _HOLDERS]
            if not inner:
                return not any(self.is_secret(name) for name in names)
            level = inner
        return False

    def text(self, text: str) -> str:
        """A text of any kind: known forms, `name=value` pairs, JSON inside of it."""
        if (masked := self._encoded(text, 0)) is not None:
            return masked
        return self._plain(text)

    def named(self, name: str, value: Any) -> Any:
        """The value of something with a name: hidden where the name says so."""
        return _hidden(value) if self.is_secret(name) else self.tree(value)

    def headers(self, headers: Mapping[str, list[str]]) -> dict[str, str | list[str]]:
        """Headers by lower-case name, one text or, where a name came often, a list."""
        masked: dict[str, str | list[str]] = {}
        for name, values in headers.items():
            texts = [self._header(name, value) for value in values]
            masked[name] = texts[0] if len(texts) == 1 else texts
        return masked

    def _header(self, name: str, value: str) -> str:
        if name == "cookie":
            return _COOKIE_VALUE.sub(f"={MASK}", value) if "=" in value else MASK
        if name == "set-cookie":
            first, semicolon, attributes = value.partition(";")
            cookie = f"{first.partition('=')[0]}={MASK}"
            return f"{cookie}{semicolon}{attributes}"
        return str(_hidden(value)) if self.is_secret(name) else self.text(value)

    def _tree(self, value: Any, by_form: bool, depth: int) -> Any:
        kind = type(value)
        if kind is str:
            return self._string(value, by_form, depth)
        if kind is int or kind is float:
            return _number(value)
        if kind is dict:
            return self._mapping(value, by_form, depth)
        if kind is list:
            if depth >= MAX_DEPTH:
                return TOO_DEEP
            self._count(len(value))
            return [self._tree(item, by_form, depth + 1) for item in value]
        return value

    def _mapping(self, value: dict[Any, Any], by_form: bool, depth: int) -> Any:
        if depth >= MAX_DEPTH:
            return TOO_DEEP
        self._count(len(value))
        masked = {}
        for key, item in value.items():
            name = str(key)
            shown = self._plain(name) if by_form else name
            secret = self.is_secret(name)
            masked[shown] = _hidden(item) if secret else self._tree(item, by_form, depth + 1)
        return masked

    def _count(self, values: int) -> None:
        self._since_breath += values
        if self._since_breath >= VALUES_A_BREATH:
            self._since_breath = 0
            self._breathe()

    def _string(self, text: str, by_form: bool, depth: int) -> str:
        if (masked := self._encoded(text, depth)) is not None:
            return masked
        return self._plain(text) if by_form else text

    def _encoded(self, text: str, depth: int) -> str | None:
        """A JSON document inside a string, masked as one; None where there is none."""
        if text[-1:] not in _MAY_END_JSON:
            return None
        trimmed = text.strip()
        if trimmed[:1] + trimmed[-1:] not in _JSON_ENDS:
            return None
        try:
            value = json.loads(trimmed, parse_constant=str)
        except (ValueError, RecursionError):
            return None
        # Not the text as it came, even where nothing is masked: of a name that stands in it
        # twice only the last was seen.
        return json.dumps(self._tree(value, True, depth + 1), ensure_ascii=False)

    def _plain(self, text: str) -> str:
        if "=" in text:
            text = _PAIR.sub(self._pair, text)
        return mask_forms(text)

    def _pair(self, found: re.Match[str]) -> str:
        lead, name, _ = found.groups()
        return f"{lead}{name}={MASK}" if self.is_secret(unquote(name)) else found[0]

    def _is_secret(self, name: str) -> bool:
        """Whether the name, or the last words of it, is one whose values are masked."""
        words = _words(name)
        for first in range(len(words)):
            ending = "".join(words[first:])
            if ending in self._names or ending.rstrip("0123456789") in self._names:
                return True
        folded = name.casefold()
        return any(fnmatchcase(folded, pattern) for pattern in self._patterns)


def _words(name: str) -> list[str]:
    return [word.casefold() for word in _BETWEEN_WORDS.split(_HUMP.sub("_", name)) if word]


def _joined(name: str) -> str:
    return "".join(_words(name))


def _hidden(value: Any) -> Any:
    """The mask, with the scheme of an `Authorization` left; nothing stays nothing."""
    if value is None or value == "":
        return value
    if isinstance(value, str) and (scheme := _SCHEME.match(value)):
        return f"{scheme[1]} {MASK}"
    return MASK


def _number(value: int | float) -> int | float | str:
    """JSON has no infinite numbers; a long whole one may be a card."""
    if -SMALLEST_CARD < value < SMALLEST_CARD:
        return value
    if not math.isfinite(value):
        return str(value)
    whole = abs(int(value))
    if whole == abs(value) and whole < LARGEST_CARD and is_card(str(whole)):
        return MASK
    return value
