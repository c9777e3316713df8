"""How sure the counts are: what is always there, what can only be one of a few values.

A property that was in all of 3 objects may still be optional. How likely that is depends on the
API: on how often its optional properties are there, and on how its objects mix the two kinds. Both
are estimated from all objects of the API (`habits_of`), so that few sightings weigh right.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from treblle_etl.transform.schemas import limits
from treblle_etl.transform.schemas.state import Node, Object, Text

# Shares of required properties an object may have, and how likely each is before anything is known.
_SHARES: Final = (0.1, 0.3, 0.5, 0.7, 0.9)
_ROUNDS: Final = 8
# Sightings of an object from which the rate of an optional property is worth counting.
_ENOUGH_FOR_A_RATE: Final = 8
# Properties of one object that count as independent; more of them do not weigh more.
_INDEPENDENT: Final = 40
# Rates of presence are counted in so many classes, to look at each once.
_RATE_CLASSES: Final = 10

# An enumeration's values came at least so often each, on average; a free text's seldom do.
_TIMES_EACH: Final = 3
# Values that do not look like a developer's names need more, and so do many values.
_TIMES_EACH_FREE: Final = 6
_TIMES_EACH_OF_MANY: Final = 12
_MANY: Final = 12
# The largest share of values that may have come once: where there are more, others are unseen.
_MAX_ONCE: Final = 0.2
_MIN_BODIES: Final = 3
_HASHES: Final = 2**32
# The number of different objects is an estimate, good to a quarter: above it is all of them.
_MOSTLY: Final = 0.5


class Habits(NamedTuple):
    """How an API treats properties: weights of `_SHARES`, and of the classes of rates."""

    shares: Sequence[float]
    rates: Sequence[float]

    def chance_always(self, times: int) -> float:
        """The chance that an optional property is in all of so many objects."""
        return sum(
            weight * ((place + 0.5) / _RATE_CLASSES) ** times
            for place, weight in enumerate(self.rates)
        )


UNKNOWN: Final = Habits([1 / len(_SHARES)] * len(_SHARES), [1 / _RATE_CLASSES] * _RATE_CLASSES)


def habits_of(roots: Iterable[Node]) -> Habits:
    """Of an API, by the bodies' roots of as many of its operations as there are."""
    shapes = [shape for root in roots for shape in _shapes(root)]
    habits = Habits(UNKNOWN.shares, _rates(shapes))
    for _ in range(_ROUNDS):
        sums = [1.0] * len(_SHARES)
        for shape in shapes:
            for place, weight in enumerate(_posterior(shape, habits)):
                sums[place] += weight
        habits = Habits([weight / sum(sums) for weight in sums], habits.rates)
    return habits


def _shapes(node: Node) -> Iterator[Object]:
    waiting = [node]
    while waiting:
        node = waiting.pop()
        if node.array is not None and node.array.items is not None:
            waiting.append(node.array.items)
        if node.object is not None:
            if node.object.walked and node.object.properties:
                yield node.object
            waiting.extend(node.object.properties.values())
            if node.object.entries is not None:
                waiting.append(node.object.entries)


def _rates(shapes: Iterable[Object]) -> list[float]:
    sums = [0.5] * _RATE_CLASSES
    for shape in shapes:
        if shape.walked >= _ENOUGH_FOR_A_RATE:
            for node in shape.properties.values():
                if node.count < shape.walked:
                    rate = (node.count + 0.5) / (shape.walked + 1)
                    sums[min(int(rate * _RATE_CLASSES), _RATE_CLASSES - 1)] += 1
    return [count / sum(sums) for count in sums]


def _posterior(shape: Object, habits: Habits) -> list[float]:
    """How likely each share of required properties is for this object."""
    always = habits.chance_always(shape.walked)
    full = sum(node.count >= shape.walked for node in shape.properties.values())
    partly = len(shape.properties) - full
    scale = min(1.0, _INDEPENDENT / max(1, len(shape.properties)))
    likely = [
        weight
        * (share + (1 - share) * always) ** (full * scale)
        * ((1 - share) * (1 - always)) ** (partly * scale)
        for share, weight in zip(_SHARES, habits.shares, strict=True)
    ]
    total = sum(likely)
    return [weight / total for weight in likely] if total else list(habits.shares)


def required(shape: Object, habits: Habits) -> list[str]:
    """The properties that are there by contract, as far as the sightings tell."""
    always = habits.chance_always(shape.walked)
    weights = _posterior(shape, habits)
    sure = sum(
        weight * share / (share + (1 - share) * always)
        for share, weight in zip(_SHARES, weights, strict=True)
    )
    if sure < 0.5:
        return []
    return sorted(name for name, node in shape.properties.items() if node.count >= shape.walked)


def distinct_share(shape: Object) -> float:
    """How many of the objects were different ones, by their identity; 1 where most were."""
    kept = shape.identities
    if not shape.identified:
        return 1.0
    different: float = len(kept)
    if len(kept) >= limits.MAX_IDENTITIES:
        different = (len(kept) - 1) * _HASHES / (kept[-1] + 1)
    share = different / shape.identified
    return share if share < _MOSTLY else 1.0


def enumeration(text: Text, share: float, bodies: int) -> list[str]:
    """The values, where they are all there are; empty where the text is free.

    `share` is how many of the sightings are of different objects, `bodies` how many were seen.
    """
    values = text.values
    if text.many or text.formats or not any(values) or bodies < _MIN_BODIES:
        return []
    sightings = sum(values.values())
    once = sum(count == 1 for count in values.values())
    times = _times_each(values)
    if times is None or sightings * share < times * len(values):
        return []
    if once > max(1, _MAX_ONCE * len(values)):
        return []
    return sorted(values)


def _times_each(values: Collection[str]) -> int | None:
    """None where they are too many and too free ever to be an enumeration."""
    codes = all(map(_is_code, values))
    if len(values) > _MANY:
        return _TIMES_EACH_OF_MANY if codes else None
    return _TIMES_EACH if codes else _TIMES_EACH_FREE


def _is_code(value: str) -> bool:
    """Whether it looks like a name in code (`in_progress`, `EUR`, `v2`), not like people's words."""
    return not value or (
        value.isascii()
        and value.replace("_", "").replace("-", "").replace(".", "").isalnum()
        and sum(map(str.isdigit, value)) <= 3
    )
