"""Segments taken as the values of one parameter, and how well one more is of them."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from treblle_etl.transform.paths import behaviour
from treblle_etl.transform.paths.behaviour import Feature
from treblle_etl.transform.paths.forms import form_of, parts_of, randomness
from treblle_etl.transform.paths.trie import FOLDED, SHARED
from treblle_etl.transform.paths.words import VALUE

DOMINANT: Final = 4  # times as many requests as all other values have together
_DOMINATES: Final = -8.0
NOUN: Final = -2.0
IN_COMMON: Final = 1.5  # nats for identifiers in common: those of literals may be so, too
_MAX_SHARE: Final = 5.5  # nats at most for all others being values
_MANY_VALUES: Final = 20  # after which it tells how many come about as often
SIBLING: Final = 0.15  # nats a literal costs for being one more at its place
# Nats at most for being of the group's form: literals at a place are alike, too.
_ALIKE: Final = 0.3
_LOOKS_DRAWN: Final = 1.0  # nats of randomness to pass for one of many drawn at random
_MAY_BE_DRAWN: Final = -4.0  # the same for one as long as they are
_SAME_LENGTH: Final = 2.5  # nats for being so
_IN_OTHERS: Final = 3.0  # nats at most for a word that others are made of
_OPAQUE: Final = 3.0  # nats more for looking as drawn as they do
_FORM_BELIEF: Final = 1.0  # values' worth of belief in the forms values have in general
_NO_WORDS: Final = frozenset(("digits", "opaque", "other"))
_SLUGS: Final = ("word", "kebab", "digits")  # where there are some of one there are of another
_SLUG: Final = sum(VALUE[form] for form in _SLUGS)
_SLUG_BELIEF: Final = 2.0


@dataclass(slots=True)
class Sibling:
    """A segment at the place in question."""

    key: str
    total: int
    features: Counter[Feature]
    odds: float  # nats for a value, from its text and what follows
    alone: float
    distinct: float = 1.0
    noun: bool = False  # whether identifiers follow it directly, as they follow a noun
    shares: bool = False  # whether a sibling has some of the same identifiers below it
    lengths: Sequence[int] = ()  # of its values, where they are drawn at random and have few

    @property
    def form(self) -> str:
        return form_of(self.key)


class Group:
    """Siblings taken as values of one parameter, with those of strong forms that surely are."""

    def __init__(self, strong: Sequence[Sibling]) -> None:
        self.features: Counter[Feature] = Counter()
        self.requests = 0
        self.forms: Counter[str] = Counter()
        self.size = 0.0
        self.count, self.square, self.weak, self.nouns, self.shares = 0.0, 0.0, 0, 0, 0
        for sibling in strong:
            self.features.update(sibling.features)
            self.requests += sibling.features.total()
            self.forms["strong"] += int(sibling.distinct)
            self.size += sibling.distinct
        self.parts: Counter[str] = Counter()  # of values of several words
        self.counts: Counter[int] = Counter()  # of the weak ones, in quarters of powers of two
        self.folded = any(sibling.key == FOLDED for sibling in strong)
        self.random = [sibling for sibling in strong if sibling.key == SHARED + "random"]
        self.lengths = {length for sibling in self.random for length in sibling.lengths}
        self.strong_size = self.size
        self.strong_total = sum(sibling.total for sibling in strong)

    def add(self, sibling: Sibling, times: int = 1) -> None:
        for feature, number in sibling.features.items():
            self.features[feature] += times * number
            self.requests += times * number
        self.forms[sibling.form] += times
        self.size += times
        self.weak += times
        self.nouns += times * sibling.noun
        self.shares += times * sibling.shares
        self.count += times * sibling.total
        self.square += times * sibling.total**2
        self.counts[_quarters(sibling.total)] += times
        for part in several_parts(sibling.key):
            self.parts[part] += times

    def behaviour(self, sibling: Sibling) -> float:
        """Nats for the sibling's operations to be those of this group's values."""
        spread = max(30.0, 3000.0 / (self.size + 1))
        alike = behaviour.together(sibling.features, self.features, self.requests, spread)
        return alike - sibling.alone

    def text(self, sibling: Sibling) -> float:
        """Nats for its form to be one of this group's, over the form of values in general."""
        if self.folded:
            return 0.0
        if self.random:
            same = len(sibling.key) in self.lengths
            if sibling.form == "opaque":
                return _SAME_LENGTH + _OPAQUE
            both_cases = sibling.key.lower() not in (sibling.key, sibling.key.upper())
            drawn = same and both_cases and sibling.form in _NO_WORDS
            if drawn or randomness(sibling.key) > (_MAY_BE_DRAWN if same else _LOOKS_DRAWN):
                return _SAME_LENGTH if same else 0.0
        form = sibling.form
        in_others = min(_IN_OTHERS, self.parts[sibling.key]) if form == "word" else 0.0
        general = VALUE.get(form, 0.1)
        seen = self.forms[form] + _FORM_BELIEF * general
        share = seen / (self.size + _FORM_BELIEF)
        if form in _SLUGS:
            slugs = sum(self.forms[one] for one in _SLUGS)
            share = (slugs + _FORM_BELIEF * _SLUG) / (self.size + _FORM_BELIEF)
            share *= (self.forms[form] + _SLUG_BELIEF * general / _SLUG) / (slugs + _SLUG_BELIEF)
        return in_others + min(_ALIKE, math.log(share / general))

    def often(self, sibling: Sibling, total: int) -> float:
        """Nats for its count to be one of this group's."""
        if self.size >= 2 and sibling.total > DOMINANT * (self.strong_total + self.count):
            return _DOMINATES
        if self.weak >= 3:
            mean = self.count / self.weak
            variance = self.square / self.weak - mean * mean
        elif self.strong_size >= 3:
            mean = self.strong_total / self.strong_size
            variance = mean * mean * 1.5
        else:
            return 0.0
        return behaviour.as_often(sibling.total, mean, variance, total)

    def odds(self, sibling: Sibling, total: int, siblings: int) -> float:
        """Nats for a sibling to be of this group; `siblings` are all those of weak forms."""
        if not self.size:
            return sibling.odds + (NOUN if sibling.noun else 0.0)
        share = (self.weak + 1) / (siblings - self.weak + 1)
        often = self.often(sibling, total)
        bounded = max(SIBLING - 1.0, min(_MAX_SHARE, math.log(share)))
        return (
            self.behaviour(sibling)
            + sibling.odds
            + self.text(sibling)
            + min(often + bounded, self.among_as_frequent(sibling, total, siblings))
            + (IN_COMMON if sibling.shares and self.shares else 0.0)
            + (NOUN if sibling.noun and self.nouns * 2 < self.weak else 0.0)
        )

    def among_as_frequent(self, sibling: Sibling, total: int, siblings: int) -> float:
        """Nats for a value by how many values, and how many literals, come about as often."""
        size = _quarters(sibling.total)
        most = max((one for one, number in self.counts.items() if number), default=0)
        if self.weak < _MANY_VALUES or size < most:
            return math.inf
        # The most frequent stands above the next by a factor that falls as a power law.
        near = sum(self.counts[one] for one in range(size - 4, size + 1))
        values = max(near, 2.0 ** ((most - size) / 4))
        literals = max(1, siblings - self.weak) * 4 / max(1, _quarters(total))
        return math.log(values / literals)


@lru_cache(maxsize=20_000)
def several_parts(key: str) -> tuple[str, ...]:
    """The words of a value of several."""
    parts = tuple(part for part in parts_of(key) if not part.isdigit())
    return parts if len(parts) > 1 or (parts and len(parts[0]) < len(key)) else ()


def _quarters(number: int) -> int:
    """A count in quarters of a power of two."""
    return int(4 * math.log2(number)) if number > 0 else 0
