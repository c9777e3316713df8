"""What a segment's text says: nats in favour of a value of a parameter over a literal."""

import math
import re
from collections import Counter
from collections.abc import Collection
from typing import Final

from treblle_etl.transform.paths.forms import form_of, parts_of, randomness
from treblle_etl.transform.paths.vocabulary import WORDS

# How often a literal, and a value not of a strong form, has each weak form.
LITERAL: Final = {
    "word": 0.5, "short": 0.03, "kebab": 0.14, "snake": 0.1, "camel": 0.12, "capital": 0.04,
    "code": 0.003, "upper": 0.005, "digits": 0.02, "version": 0.02, "dotted": 0.04, "api_version": 0.02,
    "other": 0.01, "opaque": 0.0005, "marked": 0.02,
}  # fmt: skip
VALUE: Final = {
    "word": 0.14, "short": 0.05, "kebab": 0.16, "snake": 0.03, "camel": 0.01, "capital": 0.05,
    "code": 0.05, "upper": 0.03, "digits": 0.1, "version": 0.002, "dotted": 0.02, "api_version": 0.002,
    "other": 0.05, "opaque": 0.12, "marked": 0.002,
}  # fmt: skip
# Nats for a value by how many digits its one number has, but for zeros at the end: `layer2` and
# `top_100` are literals, `plum274` is none.
_NUMBER_OF_DIGITS: Final = (0.0, -1.0, 0.2, 0.7, 0.9, 2.5)
_NUMBERS: Final = re.compile(r"\d+")
_KNOWN_WORD: Final = -2.6  # a word of many APIs
_KNOWN_PART: Final = -1.2  # a part of it is
_LIMIT: Final = 4.0
MANY_NUMBERED: Final = 5
HIGHEST_NUMBER: Final = 20  # that one counts up to; values have any number


class Vocabulary:
    """The project's own words: at how many places each was a literal, and a value."""

    def __init__(self) -> None:
        self.literals: Counter[str] = Counter()
        self.values: Counter[str] = Counter()
        self.literal_parts: Counter[str] = Counter()
        self.value_parts: Counter[str] = Counter()

    def literal(self, word: str) -> None:
        self.literals[word] += 1
        self.literal_parts.update(set(parts_of(word)))

    def value(self, word: str) -> None:
        self.values[word] += 1
        self.value_parts.update(set(parts_of(word)))

    def odds(self, word: str, held: bool | None) -> float:
        """Nats for a value, from its form and from where else the word stands.

        `held` is what the last pass made of it at this place: that is not counted.
        """
        return self.form(word) + max(-_LIMIT, min(_LIMIT, self._elsewhere(word, held)))

    @staticmethod
    def form(word: str) -> float:
        form = form_of(word)
        odds = math.log(VALUE.get(form, 0.1) / LITERAL.get(form, 0.01))
        if form == "digits":
            numbers = _NUMBERS.findall(word)
            if len(numbers) == 1:
                odds += _NUMBER_OF_DIGITS[
                    min(len(numbers[0].rstrip("0")), len(_NUMBER_OF_DIGITS) - 1)
                ]
        return odds + max(-1.0, min(1.0, randomness(word) * 0.08))

    def _elsewhere(self, word: str, held: bool | None) -> float:
        literal, value = self.literals[word], self.values[word]
        literal = max(0, literal - (held is False))
        value = max(0, value - (held is True))
        odds = 1.3 * (math.log1p(value) - 1.6 * math.log1p(literal))
        if word.lower() in WORDS:
            odds += _KNOWN_WORD
        parts = [part for part in parts_of(word) if not part.isdigit() and part != word]
        return odds + (sum(self._part(part, held) for part in parts) / len(parts) if parts else 0)

    def _part(self, part: str, held: bool | None) -> float:
        literal = max(0, self.literal_parts[part] - (held is False))
        value = max(0, self.value_parts[part] - (held is True))
        odds = 0.8 * (math.log1p(value) - 1.3 * math.log1p(literal))
        return max(-2.5, min(2.5, odds + (_KNOWN_PART if part in WORDS else 0.0)))


def numbered(words: Collection[str]) -> set[str]:
    """Those of one place that differ in a low number only: `layer1` and `layer2` are literals."""
    stems: dict[str, list[str]] = {}
    for word in words:
        if form_of(word) == "digits":
            stems.setdefault(word.rstrip("0123456789"), []).append(word)
    return {
        word
        for stem, alike in stems.items()
        if stem and 2 <= len(alike) <= MANY_NUMBERED
        if all(int(one[len(stem) :] or 0) <= HIGHEST_NUMBER for one in alike)
        for word in alike
    }
