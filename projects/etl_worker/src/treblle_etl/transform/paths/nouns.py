"""What follows a literal elsewhere in the API: after `pods`, values here as there."""

import math
from collections import Counter
from typing import Final

_BELIEF: Final = 0.5  # places' worth of belief that either may follow
_MOST: Final = 3.0  # nats for there to be values because there are elsewhere
_EACH: Final = 0.8  # the same for each word that is no literal there
_LITERAL_THERE: Final = -1.5


class Nouns:
    """By literal: at how many places values followed it, at how many only literals, and which."""

    def __init__(self) -> None:
        self.values: Counter[str] = Counter()
        self.plain: Counter[str] = Counter()
        self.literals: Counter[tuple[str, str]] = Counter()

    def place(self, noun: str, *, has_values: bool, literals: list[str]) -> None:
        """Take note of what follows the noun at one place."""
        if has_values:
            self.values[noun] += 1
        elif len(literals) > 1:
            self.plain[noun] += 1
        self.literals.update((noun, word) for word in literals)

    def odds(self, noun: str, held: bool | None) -> float:
        """Nats for values to follow; `held` is what the last pass made of this place."""
        if not noun:
            return 0.0
        values = self.values[noun] - (held is True)
        plain = self.plain[noun] - (held is False)
        odds = math.log((max(0, values) + _BELIEF) / (max(0, plain) + _BELIEF))
        return max(-_MOST, min(_MOST, odds))

    def of(self, noun: str, word: str, odds: float, held: bool | None) -> float:
        """Nats for this word to be a value where `odds` are those of the place."""
        there = self.literals[noun, word] - (held is False)
        return _LITERAL_THERE if noun and there > 0 else max(-_EACH, min(_EACH, odds))
