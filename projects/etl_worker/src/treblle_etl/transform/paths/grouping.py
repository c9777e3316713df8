"""Which of the segments at one place are values of a parameter, and which are literals.

Model selection: a parameter must explain its values' operations, counts and texts better than as
many literals would.
"""

import math
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Final

from treblle_etl.transform.paths import behaviour
from treblle_etl.transform.paths.behaviour import Feature
from treblle_etl.transform.paths.forms import form_of, randomness
from treblle_etl.transform.paths.trie import FOLDED, SHARED
from treblle_etl.transform.paths.words import VALUE, numbered

ROUNDS: Final = 6
SAMPLED: Final = 1_500  # siblings beyond which a sample decides
FEW: Final = 15  # literals at one place; beyond it one more is rarer
_MANY_SIBLINGS: Final = 0.8
DOMINANT: Final = 4  # times as many requests as all other values have together
_DOMINATES: Final = -8.0
MANY: Final = 20  # identifiers after which words seldom are values at their place
_OF_TWO_KINDS: Final = -2.5
_NOUN: Final = -2.0
MANY_NOUNS: Final = 4  # more of them are no more nouns than these
_MAX_SHARE: Final = 5.5  # nats at most for all others being values
_LOG_2: Final = math.log(2)
_SIBLING: Final = 0.15  # nats a literal costs for being one more at its place
_START: Final = -2.0  # nats for there to be a parameter of weak forms at all
_NUMBERED: Final = -3.0
ALIKE_LEFT: Final = 3  # literals of one form that may be values together
_FIRST_STEP: Final = -1.5  # a parameter seldom comes first in a path
_ALIKE: Final = (
    0.3  # nats at most for being of the group's form: literals at a place are alike, too
)
_LOOKS_DRAWN: Final = 1.0  # nats of randomness to pass for one of many drawn at random
_MAY_BE_DRAWN: Final = -4.0  # the same for one as long as they are
_SAME_LENGTH: Final = 2.5  # nats for being so
_FORM_BELIEF: Final = 1.0  # values' worth of belief in the forms values have in general


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
        self.count, self.square, self.weak, self.nouns = 0.0, 0.0, 0, 0
        for sibling in strong:
            self.features.update(sibling.features)
            self.requests += sibling.features.total()
            self.forms["strong"] += int(sibling.distinct)
            self.size += sibling.distinct
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
        self.count += times * sibling.total
        self.square += times * sibling.total**2

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
            if randomness(sibling.key) > (_MAY_BE_DRAWN if same else _LOOKS_DRAWN):
                return _SAME_LENGTH if same else 0.0
        general = VALUE.get(sibling.form, 0.1)
        seen = self.forms[sibling.form] + _FORM_BELIEF * general
        return min(_ALIKE, math.log(seen / (self.size + _FORM_BELIEF) / general))

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
            return sibling.odds + (_NOUN if sibling.noun else 0.0)
        share = (self.weak + 1) / (siblings - self.weak + 1)
        return (
            self.behaviour(sibling)
            + sibling.odds
            + self.text(sibling)
            + self.often(sibling, total)
            + (_NOUN if sibling.noun and self.nouns * 2 < self.weak else 0.0)
            + max(_SIBLING - 1.0, min(_MAX_SHARE, math.log(share)))
        )


def values_among(strong: Sequence[Sibling], weak: Sequence[Sibling], *, first: bool) -> set[str]:
    """The keys of `weak` that are values."""
    if len(weak) > SAMPLED:
        return _by_sample(strong, weak, first=first)
    total = sum(sibling.total for sibling in (*strong, *weak))
    counted_up = numbered([sibling.key for sibling in weak])
    for sibling in weak:
        sibling.odds += _NUMBERED if sibling.key in counted_up else 0.0
    chosen: set[str] = set()
    if strong:
        chosen = _beside(strong, weak, total)
    remaining = [sibling for sibling in weak if sibling.key not in chosen]
    kinds = len(strong[:1])
    while len(remaining) >= 2:
        found = _new_group(strong, remaining, total, first)
        if not found:
            break
        chosen |= found
        kinds += 1
        remaining = [sibling for sibling in remaining if sibling.key not in found]
    return chosen | _of_any_kind(strong, weak, chosen, total) if kinds > 1 else chosen


def _of_any_kind(
    strong: Sequence[Sibling], weak: Sequence[Sibling], chosen: Collection[str], total: int
) -> set[str]:
    """Further values where there are several kinds, as of files and of folders: some are of two."""
    group = Group(strong)
    for sibling in weak:
        if sibling.key in chosen:
            group.add(sibling)
    found: set[str] = set()
    for sibling in sorted(weak, key=lambda s: (-s.total, s.key)):
        if sibling.key not in chosen and group.odds(sibling, total, len(weak)) > 0:
            group.add(sibling)
            found.add(sibling.key)
    return found


def _beside(strong: Sequence[Sibling], weak: Sequence[Sibling], total: int) -> set[str]:
    """Those of `weak` that are values as the identifiers beside them are."""
    chosen = _settle(strong, weak, lambda s: s.odds > 0, total)
    left = Counter(sibling.form for sibling in weak if sibling.key not in chosen)
    if max(left.values(), default=0) < ALIKE_LEFT:
        return chosen
    # Each may have been kept out for its form, and its form for each being kept out.
    whole = _settle(strong, weak, lambda _: True, total)
    return max((chosen, whole), key=lambda keys: _fit(strong, weak, keys))


def _fit(strong: Sequence[Sibling], weak: Sequence[Sibling], keys: Collection[str]) -> float:
    """Nats for just these to be values, over all being literals."""
    group = Group(strong)
    fit = -behaviour.log_choices(len(weak), len(keys))
    for sibling in sorted(weak, key=lambda s: (-s.total, s.key)):
        if sibling.key in keys:
            fit += group.behaviour(sibling) + group.text(sibling) + sibling.odds
            group.add(sibling)
    return fit


def _by_sample(strong: Sequence[Sibling], weak: Sequence[Sibling], *, first: bool) -> set[str]:
    """The most frequent and some of the rest decide; each of the others by what they found."""
    by_count = sorted(weak, key=lambda s: (-s.total, s.key))
    often, rest = by_count[: SAMPLED // 3], by_count[SAMPLED // 3 :]
    sample = often + rest[:: len(rest) // (SAMPLED // 2) + 1]
    chosen = values_among(strong, sample, first=first)
    group = Group(strong)
    for sibling in sample:
        if sibling.key in chosen:
            group.add(sibling)
    seen = {sibling.key for sibling in sample}
    total = sum(sibling.total for sibling in (*strong, *weak))
    for sibling in weak:
        if sibling.key not in seen and group.odds(sibling, total, len(sample)) > 0:
            chosen.add(sibling.key)
    return chosen


def _new_group(
    strong: Sequence[Sibling], weak: Sequence[Sibling], total: int, first: bool
) -> set[str]:
    best, best_rank = set[str](), -math.inf
    starts: list[Callable[[Sibling], bool]] = [
        lambda s: True,
        lambda s: s.odds > 0,
        lambda s: s.odds > -2,
    ]
    various = _various(weak)
    starts += [_like(sibling, share) for sibling in various for share in (0.01, 0.6)]
    for start in starts:
        found = _settle((), weak, start, total)
        score = _score([s for s in weak if s.key in found], len(weak), first and not strong)
        score += _OF_TWO_KINDS if sum(s.distinct for s in strong) >= MANY else 0.0
        # Of two that hold, the one that needs less to say which siblings it leaves out.
        rank = score - behaviour.log_choices(len(weak), len(found))
        if score > 0 and rank > best_rank:
            best, best_rank = found, rank
    return best


def _various(weak: Sequence[Sibling]) -> list[Sibling]:
    """The most frequent siblings of different operations."""
    seen: dict[frozenset[Feature], Sibling] = {}
    for sibling in sorted(weak, key=lambda s: (-s.total, s.key)):
        seen.setdefault(frozenset(sibling.features), sibling)
    return list(seen.values())[:4]


def _like(model: Sibling, share: float) -> Callable[[Sibling], bool]:
    """Whether a sibling has this share of all operations of both in common with the model."""
    own = model.features.keys()
    return lambda s: len(s.features.keys() & own) >= share * len(s.features.keys() | own)


def _settle(
    strong: Sequence[Sibling],
    weak: Sequence[Sibling],
    start: Callable[[Sibling], bool],
    total: int,
) -> set[str]:
    """Each in or out by its odds given the others, until nothing changes."""
    group = Group(strong)
    members = {sibling.key: sibling for sibling in weak if start(sibling)}
    for sibling in members.values():
        group.add(sibling)
    for _ in range(ROUNDS):
        changed = False
        for sibling in weak:
            inside = sibling.key in members
            if inside:
                group.add(sibling, -1)
            joins = group.odds(sibling, total, len(weak)) > 0
            if joins:
                group.add(sibling)
                members[sibling.key] = sibling
            elif inside:
                del members[sibling.key]
            changed |= joins != inside
        if not changed:
            break
    return set(members)


def _score(members: Sequence[Sibling], among: int, first: bool) -> float:
    """Nats for the members to be values of one parameter over as many literals."""
    if len(members) < 2:
        return -math.inf
    group = Group(())
    even = behaviour.same_pool([sibling.total for sibling in members])
    # Of many literals some come equally often by chance.
    score = _START + max(-_LOG_2, even - behaviour.log_choices(among, len(members)))
    for sibling in sorted(members, key=lambda s: (-s.total, s.key)):
        if group.size:
            score += group.behaviour(sibling) + group.text(sibling)
        score += sibling.odds + (_SIBLING if group.size < FEW else _MANY_SIBLINGS)
        group.add(sibling)
    score += _NOUN * min(group.nouns, MANY_NOUNS)
    return score + (_FIRST_STEP * min(len(members), 4) if first else 0.0)
