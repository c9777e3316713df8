"""Which of the segments at one place are values of a parameter, and which are literals.

Model selection: a parameter must explain its values' operations, counts and texts better than as
many literals would.
"""

import math
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from typing import Final

from treblle_etl.transform.paths import behaviour
from treblle_etl.transform.paths.behaviour import Feature
from treblle_etl.transform.paths.group import IN_COMMON, NOUN, SIBLING, Group, Sibling
from treblle_etl.transform.paths.words import numbered

ROUNDS: Final = 6
SAMPLED: Final = 1_500  # siblings beyond which a sample decides
FEW: Final = 15  # literals at one place; beyond it one more is rarer
_MANY_SIBLINGS: Final = 0.8
MANY: Final = 20  # identifiers after which words seldom are values at their place
_OF_TWO_KINDS: Final = -2.5
MANY_NOUNS: Final = 4  # more of them are no more nouns than these
_START: Final = -2.0  # nats for there to be a parameter of weak forms at all
_NUMBERED: Final = -3.0
ALIKE_LEFT: Final = 3  # literals of one form that may be values together
_LOG_2: Final = math.log(2)
_SEVERAL: Final = 4  # members after which what is expected of a place counts in full


def values_among(
    strong: Sequence[Sibling], weak: Sequence[Sibling], *, expected: float
) -> set[str]:
    """The keys of `weak` that are values."""
    if len(weak) > SAMPLED:
        return _by_sample(strong, weak, expected=expected)
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
        found = _new_group(strong, remaining, total, expected)
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


def _by_sample(strong: Sequence[Sibling], weak: Sequence[Sibling], *, expected: float) -> set[str]:
    """The most frequent and some of the rest decide; each of the others by what they found."""
    by_count = sorted(weak, key=lambda s: (-s.total, s.key))
    often, rest = by_count[: SAMPLED // 3], by_count[SAMPLED // 3 :]
    sample = often + rest[:: len(rest) // (SAMPLED // 2) + 1]
    chosen = values_among(strong, sample, expected=expected)
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
    strong: Sequence[Sibling], weak: Sequence[Sibling], total: int, expected: float
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
        score = _score([s for s in weak if s.key in found], len(weak), expected)
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


def _score(members: Sequence[Sibling], among: int, expected: float) -> float:
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
            score += IN_COMMON if sibling.shares and group.shares else 0.0
        score += sibling.odds + (SIBLING if group.size < FEW else _MANY_SIBLINGS)
        group.add(sibling)
    score += NOUN * min(group.nouns, MANY_NOUNS)
    return score + expected * min(len(members), _SEVERAL) / _SEVERAL
