"""The form of a segment: what its characters alone say of it.

Strong forms are identifiers wherever they stand; weak forms may be a word of the API as well.
"""

import math
import re
from functools import lru_cache
from typing import Final

from treblle_etl.transform.paths.vocabulary import WORDS

STRONG: Final = frozenset(
    ("integer", "uuid", "hex", "date", "email", "random", "phone", "number", "placeholder", "long")
)
_PATTERNS: Final = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("integer", r"-?\d+"),
        ("uuid", r"\{?[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\}?"),
        ("date", r"\d{4}-\d{2}-\d{2}(?:[T ].*)?|(?:19|20)\d{2}-(?:0[1-9]|1[0-2]|W\d\d)"),
        ("phone", r"(?:\+|%2[Bb])\d{6,15}"),
        ("number", r"-?\d+(?:[.,:_-]\d+)+"),
        ("email", r"[^@]+(?:@|%40)[^@]+\.[^@.]+"),
        (
            "hex",  # also after what tells its kind: `CA0f3c…`
            r"(?=.*\d)(?:(?:0x)?[0-9a-fA-F]{12,}|[a-zA-Z]{1,4}[_-]?[0-9a-fA-F]{16,})|[0-9a-f]{16,}",
        ),
        ("placeholder", r".*[{}<>].*|.*\*{4}.*"),  # stars: what masking left
        ("api_version", r"[vV]\d{1,2}(?:(?:alpha|beta)\d*)?"),
        ("version", r"[vV]\d{1,2}(?:[._-]\d{1,3})*(?:[._-]?(?:alpha|beta|rc|p|preview)\d*)?"),
        ("short", r"[a-z]{1,2}"),
        ("word", r"[a-z]{3,}"),
        ("code", r"[A-Z]{2,3}|[a-z]{2}[-_][A-Z]{2}"),
        ("capital", r"(?:[A-Z]{1,3}[a-z]+){1,8}"),
        (
            "camel",
            r"[a-z]{1,20}(?:[A-Z]{1,4}[a-z]{2,}|By|Id|To|Of|In|Up|On|Is|My|No){1,8}[A-Z]{0,3}",
        ),
        ("upper", r"[A-Z]{4,}|[A-Z]+(?:_[A-Z]+)+"),
        ("snake", r"[A-Z]?[a-z]+(?:_[A-Z]?[a-z]+)+"),
        ("kebab", r"[A-Z]?[a-z]+(?:-[A-Z]?[a-z]+)+"),
        ("marked", r"[_$.-][a-zA-Z_.-]*"),  # as reserved words are: `_search`, `.well-known`, `-`
        ("dotted", r"[a-zA-Z_-]+(?:\.[a-zA-Z_-]+)+"),
        ("digits", r"(?=.*\d)(?=.*[a-zA-Z])[a-zA-Z0-9._-]+"),
    )
)
_WORDLIKE: Final = frozenset(
    ("word", "camel", "snake", "kebab", "dotted", "digits", "capital", "upper")
)
# Nats by which a text must look drawn at random before its form is held to be opaque.
RANDOM: Final = 6.0
_RANDOM_MIXED: Final = 9.0  # the same without digits: in both cases
_RANDOM_LETTERS: Final = 16.0  # in one
_OPAQUE: Final = {"word": 9.0, "kebab": 9.0, "snake": 9.0, "dotted": 9.0, "other": 1.5}
_OPAQUE_ELSE: Final = 4.0
MAX_LENGTH: Final = 80
_PREFIX = re.compile(r"[a-zA-Z]{1,8}_")
_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_]+")


@lru_cache(maxsize=20_000)
def form_of(segment: str) -> str:
    """Its form: a member of STRONG or one of the weak."""
    if len(segment) > MAX_LENGTH:
        return "long"
    for name, pattern in _PATTERNS:
        if pattern.fullmatch(segment):
            return _opaque_or(name, segment) if name in _WORDLIKE else name
    return _opaque_or("other", segment)


def _opaque_or(name: str, segment: str) -> str:
    tail = _PREFIX.sub("", segment, count=1)
    score = max(randomness(segment), randomness(tail) if len(tail) >= 8 else -1e9)
    if len(tail) >= 8 and score > _drawn_from(tail):
        return "random"
    return "opaque" if len(tail) >= 6 and score > _OPAQUE.get(name, _OPAQUE_ELSE) else name


def _drawn_from(text: str) -> float:
    """The nats of randomness after which no word is like it."""
    if any(map(str.isdigit, text)):
        return RANDOM
    return _RANDOM_MIXED if text.lower() not in (text, text.upper()) else _RANDOM_LETTERS


def parts_of(segment: str) -> list[str]:
    """Its words in lower case: `searchByName_2` → search, by, name, 2."""
    return [part.lower() for part in _PARTS.findall(segment)]


def _pairs() -> dict[str, float]:
    seen: dict[str, float] = {}
    for word in WORDS:
        for before, after in zip(" " + word, word + " ", strict=True):
            seen[before + after] = seen.get(before + after, 0.0) + 1
    lead: dict[str, float] = {}
    for pair, number in seen.items():
        lead[pair[0]] = lead.get(pair[0], 0.0) + number
    return {
        before + after: math.log((seen.get(before + after, 0) + 0.4) / (lead.get(before, 0) + 11))
        for before in " abcdefghijklmnopqrstuvwxyz"
        for after in " abcdefghijklmnopqrstuvwxyz"
    }


_PAIRS: Final = _pairs()
_ANY_OF: Final = {"lower": math.log(26), "alnum": math.log(36), "mixed": math.log(62)}
_STUB: Final = -1.5  # a word of one or two letters within others
_DIGIT, _LATE_CAPITAL, _FIRST_DIGIT = -3.2, -4.5, -4.6


@lru_cache(maxsize=20_000)
def randomness(text: str) -> float:
    """Nats in favour of letters and digits drawn at random over words; negative for words."""
    lower = text.lower()
    mixed = lower not in (text, text.upper())
    kind = "mixed" if mixed else "alnum" if any(map(str.isdigit, text)) else "lower"
    likelihood, before, letters = 0.0, " ", 0
    for place, character in enumerate(lower):
        if not character.isascii() or not character.isalnum():
            likelihood += _PAIRS.get(before + " ", 0.0) if before != " " else 0.0
            before = " "
            continue
        letters += 1
        capital = text[place] != character
        starts_word = capital and text[place + 1 : place + 2].islower()
        if character.isdigit():
            likelihood += _DIGIT if before == "0" else _FIRST_DIGIT
            before = "0"
            continue
        if capital and place and before != " ":
            likelihood += -2.0 if starts_word and text[place - 1].islower() else _LATE_CAPITAL
            before = " " if starts_word else before
        likelihood += _PAIRS.get((" " if before == "0" else before) + character, -4.0)
        before = character
    if mixed:
        likelihood += _STUB * sum(len(part) <= 2 for part in parts_of(text))
    return -likelihood - letters * _ANY_OF[kind]
