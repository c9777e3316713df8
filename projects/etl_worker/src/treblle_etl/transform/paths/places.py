"""The places of an API: a tree of literals and parameters, decided from what was seen."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from treblle_etl.transform.paths import behaviour, identifiers
from treblle_etl.transform.paths.forms import form_of
from treblle_etl.transform.paths.group import Sibling
from treblle_etl.transform.paths.grouping import values_among
from treblle_etl.transform.paths.naming import name_of
from treblle_etl.transform.paths.nouns import Nouns
from treblle_etl.transform.paths.segments import REST, is_affix
from treblle_etl.transform.paths.trie import FOLDED, MAX_LENGTHS, SHARED, Node, merged
from treblle_etl.transform.paths.words import Vocabulary

PASSES: Final = 3  # what one makes of a word tells the next of it elsewhere
MAX_TRIED: Final = 256  # places looked at for one path
MAX_COMPARED: Final = 64  # siblings whose identifiers are held against each other
MAX_VERSIONS: Final = 8  # of an API at one place
FIRST_STEP: Final = -6.0  # nats; a parameter seldom comes first in a path
_SURELY: Final = 2.5  # nats for a lone segment to be a value: others have to speak for it


class Place:
    """Where a path can be: what may follow, and which methods end here."""

    __slots__ = ("forms", "literals", "methods", "param", "takes_words")

    def __init__(self, nodes: Sequence[Node] = ()) -> None:
        self.methods = {
            method for node in nodes for method, (_, found) in (node.ends or {}).items() if found
        }
        self.literals: dict[str, Place] = {}
        self.param: tuple[str, Place] | None = None
        self.takes_words = False
        self.forms: Counter[str] = Counter()

    def takes(self, key: str) -> bool:
        """Whether its parameter, where it has one, may have that value."""
        return key.startswith(SHARED) or (self.takes_words and not is_affix(key))


def arrange(root: Node) -> Place:
    """The places under the root, from what was seen alone: the same in any order of arrival."""
    decisions = None
    for _ in range(PASSES):
        decisions = _Decisions(decisions)
        _tree([root], Spot(), decisions.values)
    return restore(root)


def restore(root: Node) -> Place:
    """The places as they were last decided."""
    place = _tree([root], Spot(), _as_marked)
    _name(place, None, ())
    return place


@dataclass(frozen=True, slots=True)
class Spot:
    """Where in a path a place is: how deep, and the literal directly before it."""

    depth: int = 0
    noun: str = ""

    def after(self, literal: str = "") -> "Spot":
        return Spot(self.depth + 1, self.noun if is_affix(literal) else literal)


Decide = Callable[[dict[str, list[Node]], list[str], list[str], Spot], set[str]]


def _tree(nodes: Sequence[Node], spot: Spot, decide: Decide) -> Place:
    place = Place(nodes)
    children = {
        key: group for key, group in merged(nodes).items() if any(node.found for node in group)
    }
    strong = sorted(key for key in children if key.startswith(SHARED))
    fixed = sorted(key for key in children if _is_fixed(key)) + _versions(children)
    weak = sorted(children.keys() - {*strong, *fixed})
    values = decide(children, strong, weak, spot)
    for key in (*fixed, *(key for key in weak if key not in values)):
        place.literals[key] = _tree(children[key], spot.after(key), decide)
    members = [*strong, *sorted(values)]
    if members:
        below = [node for key in members for node in children[key]]
        place.param = ("", _tree(below, spot.after(), decide))
        place.takes_words = bool(values) or FOLDED in strong
    for key in members:
        form = key[1:] if key.startswith(SHARED) else form_of(key)
        place.forms[form] += max(1, int(sum(node.distinct for node in children[key])))
    return place


def _is_fixed(key: str) -> bool:
    """Whether it is a literal by what it is."""
    return is_affix(key) or key in ("", REST)


def _versions(keys: Iterable[str]) -> list[str]:
    """The versions of an API among them; many are those of something else."""
    versions = sorted(key for key in keys if form_of(key) == "api_version")
    return versions if len(versions) <= MAX_VERSIONS else []


def _as_marked(
    children: dict[str, list[Node]], strong: list[str], weak: list[str], spot: Spot
) -> set[str]:
    return {key for key in weak if any(node.param for node in children[key])}


def _name(place: Place, before: str | None, taken: tuple[str, ...]) -> None:
    for key, child in place.literals.items():
        _name(child, before if is_affix(key) else key, taken)
    if place.param is not None:
        name = name_of(before, place.forms, taken)
        place.param = (name, place.param[1])
        _name(place.param[1], "", (*taken, name))


class _Decisions:
    """One pass over all places; marks the nodes, and finds the project's words."""

    def __init__(self, last: "_Decisions | None") -> None:
        self.first = last is None
        self.known = last.found if last else Vocabulary()
        self.nouns = last.found_nouns if last else Nouns()
        self.found: Vocabulary = Vocabulary()
        self.found_nouns: Nouns = Nouns()

    def values(
        self, children: dict[str, list[Node]], strong: list[str], weak: list[str], spot: Spot
    ) -> set[str]:
        values = self._decide(children, strong, weak, spot)
        telling = len(children) > 1 and len(values) * 2 <= len(weak)
        for key in weak:
            for node in children[key]:
                node.param = key in values
            if key in values:
                self.found.value(key)
            elif telling:
                self.found.literal(key)
        literals = [key for key in weak if key not in values]
        self.found_nouns.place(spot.noun, has_values=bool(values or strong), literals=literals)
        return values

    def _decide(
        self, children: dict[str, list[Node]], strong: list[str], weak: list[str], spot: Spot
    ) -> set[str]:
        if not weak:
            return set()
        if len(weak) + len(strong) < 2:
            odds = self.known.odds(weak[0], self._held(children[weak[0]]) or None)
            return set(weak) if spot.depth > 0 and odds > _SURELY else set()
        label = self._label(children, weak)
        siblings = {key: self._sibling(key, children[key], label) for key in strong + weak}
        nouns = [key for key in weak if siblings[key].noun][:MAX_COMPARED]
        for key in identifiers.common((key, children[key]) for key in nouns):
            siblings[key].noun = False
            siblings[key].shares = True
        expected = self._expected(children, strong, spot.noun)
        for key in weak:
            held = self._held(children[key])
            siblings[key].odds += self.nouns.of(spot.noun, key, expected, held)
        return values_among(
            [siblings[key] for key in strong],
            [siblings[key] for key in weak],
            expected=0.0 if strong else FIRST_STEP if spot.depth == 0 else expected,
        )

    def _expected(self, children: dict[str, list[Node]], strong: list[str], noun: str) -> float:
        """Nats for values to be here by what else follows the literal before."""
        held = None if self.first else bool(strong or any(map(self._held, children.values())))
        return self.nouns.odds(noun, held)

    def _held(self, nodes: Sequence[Node]) -> bool | None:
        return None if self.first else nodes[0].param

    def _sibling(
        self, key: str, nodes: Sequence[Node], label: Callable[[str, Node], str]
    ) -> Sibling:
        features = behaviour.features_of(nodes, label)
        odds = 0.0
        if not key.startswith(SHARED):
            odds = self.known.odds(key, self._held(nodes))
        return Sibling(
            key=key,
            total=sum(node.total for node in nodes),
            features=features,
            odds=odds,
            alone=behaviour.alone(features),
            distinct=sum(node.distinct for node in nodes),
            noun=identifiers.follow(nodes),
            lengths=_lengths(nodes) if key == SHARED + "random" else (),
        )

    def _label(
        self, children: dict[str, list[Node]], weak: list[str]
    ) -> Callable[[str, Node], str]:
        if not self.first:
            # A value below one sibling is one below another that was taken for a literal, too.
            values = set[str]().union(*(behaviour.values_under(children[key]) for key in weak))
            return lambda key, node: (
                behaviour.ANY if key[:1] == SHARED or node.param or key in values else key
            )
        spread: Counter[str] = Counter()
        for key in weak:
            spread.update(behaviour.steps_under(children[key]))

        def label(key: str, node: Node) -> str:
            # Nothing is decided yet: what only one of many siblings has below it may be a value.
            lone = len(weak) >= 4 and spread[key] <= 1 and self.known.odds(key, None) > -2.0
            return behaviour.ANY if key[:1] == SHARED or lone else key

        return label


def _lengths(nodes: Sequence[Node]) -> list[int]:
    """The lengths of all values; none where there are many lengths or few values."""
    lengths = {length for node in nodes for length in node.lengths}
    few = len(lengths) <= MAX_LENGTHS and sum(node.distinct for node in nodes) >= 2 * len(lengths)
    return sorted(lengths) if few else []


def find(root: Place, keys: Sequence[str], method: str) -> tuple[str, ...] | None:
    """The steps of the template; None where nothing answers so. Literals go before parameters."""
    waiting: list[tuple[Place, int, tuple[str, ...]]] = [(root, 0, ())]
    for _ in range(MAX_TRIED):
        if not waiting:
            break
        place, number, way = waiting.pop()
        if number == len(keys):
            if method in place.methods:
                return way
            continue
        key = keys[number]
        if place.param is not None and place.takes(key):
            name, below = place.param
            waiting.append((below, number + 1, (*way, f"{{{name}}}")))
        literal = place.literals.get(key)
        if literal is not None:
            waiting.append((literal, number + 1, (*way, key)))
    return None


def walk(root: Place) -> Iterator[tuple[tuple[str, ...], Place]]:
    """Every place with the steps of its template."""
    waiting: list[tuple[tuple[str, ...], Place]] = [((), root)]
    while waiting:
        way, place = waiting.pop()
        yield way, place
        waiting += [((*way, key), child) for key, child in place.literals.items()]
        if place.param is not None:
            waiting.append(((*way, f"{{{place.param[0]}}}"), place.param[1]))
