"""What follows a segment: methods and suffixes, and how alike two segments are in them."""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Final

from treblle_etl.transform.paths.segments import JOINED
from treblle_etl.transform.paths.trie import SHARED, Node

Feature = tuple[str, ...]
DEPTH: Final = 4  # steps looked at below a segment
MAX_FEATURES: Final = 400  # kept of one segment
MAX_VISITS: Final = 4_000  # nodes looked at below one segment
ANY: Final = "*"

# Identifiers of these forms come from one source; a noun whose own are so is no value among others.
_OF_ONE_KIND: Final = frozenset(SHARED + form for form in ("integer", "uuid", "hex", "email"))

# What an operation costs that only a literal of its own would explain, in nats.
_SUFFIX: Final = 0.2
_PARAMETER: Final = 0.6  # most nouns have one below them
_PARAMETER_AGAIN: Final = 2.3  # few parameters have one directly below them
_LITERAL: Final = 4.2
_METHODS: Final = {"GET": 0.6, "POST": 0.5, "PUT": 0.25, "DELETE": 0.3, "PATCH": 0.25}
_RARE: Final = 0.03  # at most the share of a value's requests that need not be like those of others
_OWN: Final = 0.01  # the share that is for operations of its own, where values have such
_SKEWED: Final = 0.12  # how likely values come as unevenly as literals do
_SKEWED_TOO: Final = 0.7  # the same at most, where the other values come so themselves
_MORE_SKEWED: Final = 1.0  # by how unevenly the other values come
_UNEVEN: Final = 0.4  # how unevenly a literal's operations are asked for; 1 is anyhow
_LOG_2: Final = math.log(2)
_NEW: Final = 1.0  # requests' worth of belief that the next operation is a new one


def features_of(nodes: Iterable[Node], label: Callable[[str, Node], str]) -> Counter[Feature]:
    """How often each operation (suffix and method) was asked for below these nodes."""
    found: Counter[Feature] = Counter()
    waiting: list[tuple[Node, Feature]] = [(node, ()) for node in nodes]
    visits = 0
    while waiting and visits < MAX_VISITS and len(found) < MAX_FEATURES:
        node, suffix = waiting.pop()
        visits += 1
        for method, (total, _) in (node.ends or {}).items():
            found[(*suffix, method)] += total
        for key, child in (node.kids or {}).items():
            if not child.found:
                continue
            if len(suffix) >= DEPTH:
                found[(*suffix, "…")] += child.total
            else:
                step = label(key, child)
                if step == ANY and not suffix and key in _OF_ONE_KIND:
                    step += key
                waiting.append((child, (*suffix, step)))
    return found


def steps_under(nodes: Iterable[Node]) -> set[str]:
    """The steps somewhere below these nodes, to the depth that features look at."""
    return {key for key, _ in _under(nodes)}


def values_under(nodes: Iterable[Node]) -> set[str]:
    """Those of them that were held for values when last learned."""
    return {key for key, node in _under(nodes) if node.param}


def _under(nodes: Iterable[Node]) -> Iterator[tuple[str, Node]]:
    level = list(nodes)
    for _ in range(DEPTH):
        below = [pair for node in level for pair in (node.kids or {}).items()]
        yield from below
        level = [child for _, child in below[:MAX_VISITS]]


@lru_cache(maxsize=20_000)
def cost(feature: Feature) -> float:
    """Nats to name an operation out of nothing."""
    nats, before = 0.0, ""
    for step in feature[:-1]:
        if step.startswith(JOINED):
            nats += _SUFFIX
        elif step.startswith(ANY):
            nats += _PARAMETER_AGAIN if before.startswith(ANY) else _PARAMETER
        else:
            nats += _LITERAL
        before = step
    return min(nats - math.log(_METHODS.get(feature[-1], 0.1)), 12.0)


def alone(own: Mapping[Feature, int]) -> float:
    """Log likelihood of these operations for a segment that shares nothing with others.

    Either it has a few operations, or ever new ones: what explains it better.
    """
    kinds, number = len(own), sum(own.values())
    few = math.lgamma(kinds * _UNEVEN) - math.lgamma(kinds * _UNEVEN + number)
    ever_new = math.lgamma(_NEW) - math.lgamma(_NEW + number)
    for times in own.values():
        few += math.lgamma(times + _UNEVEN) - math.lgamma(_UNEVEN)
        ever_new += math.lgamma(times)
    return max(few, ever_new) - sum(map(cost, own))


def together(
    own: Mapping[Feature, int], others: Mapping[Feature, int], requests: int, spread: float
) -> float:
    """Log likelihood of these operations for one more value of what `others` are values of.

    `requests` is the sum of others; `spread` is how like each other values are: the requests after
    which the operations of one value are held to be its own habit.
    """
    # Good and Turing: what was seen once tells how much is still unseen.
    once = list(others.values()).count(1)
    seen = [(times, others.get(feature, 0), cost(feature)) for feature, times in own.items()]
    unseen = min(_RARE * requests, once + _OWN * requests)
    likelihood = _drawn(seen, requests, spread, _NEW + unseen)
    if requests * _OWN < _NEW or not all(among for _, among, _ in seen):
        return likelihood
    # Or no value has operations of its own.
    none = _drawn(seen, requests, spread, _NEW + min(_RARE * requests, once))
    return max(likelihood, none) - _LOG_2 + math.log1p(math.exp(-abs(likelihood - none)))


def _drawn(
    seen: Sequence[tuple[int, int, float]], requests: int, spread: float, new: float
) -> float:
    """The same for operations that came so often, came so often among others, and cost so much.

    As much as `new` requests of others were for operations not seen yet.
    """
    known = requests + new
    strength = 1.0 / (1.0 / spread + 1.0 / known)
    likelihood = math.lgamma(strength) - math.lgamma(strength + sum(times for times, _, _ in seen))
    for times, among, nats in seen:
        share = strength * (among + new * math.exp(-nats)) / known
        likelihood += math.lgamma(share + times) - math.lgamma(share)
    return likelihood


def same_pool(counts: Sequence[int]) -> float:
    """Nats in favour of values drawn evenly from one pool, from how often each came."""
    if len(counts) < 2:
        return 0.0
    total, number = sum(counts), len(counts)
    ways = math.lgamma(total + 1) - sum(math.lgamma(count + 1) for count in counts)
    even = ways - total * math.log(number)
    any_way = math.lgamma(total + 1) + math.lgamma(number) - math.lgamma(total + number)
    gain = even - any_way
    return math.log(0.5) + (
        gain + math.log1p(math.exp(-gain)) if gain > 0 else math.log1p(math.exp(gain))
    )


def as_often(count: int, mean: float, variance: float, total: int) -> float:
    """Nats in favour of a member's count, given those of other members, over a literal's."""
    mean = max(mean, 0.5)
    shape = mean * mean / max(variance - mean, mean * mean * 0.02)
    member = (
        math.lgamma(count + shape)
        - math.lgamma(shape)
        - math.lgamma(count + 1)
        + shape * math.log(shape / (shape + mean))
        + count * math.log(mean / (shape + mean))
    )
    literal = -math.log(max(count, 1)) - math.log(math.log(total + 3.0) + 1.0)
    odds = min(5.0, member - literal)
    uneven = max(0.0, variance - mean) / (mean * mean)  # none where values come by chance
    skewed = min(_SKEWED_TOO, _SKEWED + _MORE_SKEWED * uneven)
    return math.log(skewed + (1 - skewed) * math.exp(odds))


def log_choices(among: int, number: int) -> float:
    """Nats to say which ones so many of them are."""
    rest = among - number
    return math.lgamma(among + 1) - math.lgamma(number + 1) - math.lgamma(rest + 1)
