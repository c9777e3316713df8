"""What was learned, made ready to be asked: the template of any path, seen before or not."""

from collections.abc import Sequence
from typing import Final

import msgspec

from treblle_etl.transform.paths.corrections import Corrections
from treblle_etl.transform.paths.naming import name_of
from treblle_etl.transform.paths.places import Place, find
from treblle_etl.transform.paths.segments import is_affix, path_of, steps_of
from treblle_etl.transform.paths.trie import SHARED, key_of

# What an API answers for what it does not have: a scanner's requests, too.
MISSING: Final = frozenset((404, 405))
# Longer templates are no endpoints; the column has room for so many characters.
MAX_TEMPLATE: Final = 1_024
REMEMBERED: Final = 1_024  # answers of one project


class Templates:
    """The templates of one project as they were last learned, with what people said of them."""

    def __init__(self, places: Place | None = None, corrections: Corrections | None = None) -> None:
        self._places = places if places is not None else Place()
        self._remembered: dict[tuple[str, ...], tuple[str, bool]] = {}
        self.corrections = corrections or Corrections()

    def of(self, method: str, path: str, status: int | None) -> str | None:
        """The template of a request; None where it belongs to no endpoint.

        A path of a form that was not learned yet has a template at once, by the forms of its
        steps; unless the API has nothing there.
        """
        learned, is_known = self._learned((method.upper(), *map(key_of, steps_of(path))))
        if not is_known and status in MISSING:
            return None
        return self.corrections.visible(path, learned)[:MAX_TEMPLATE]

    def _learned(self, asked: tuple[str, ...]) -> tuple[str, bool]:
        """The template of a method and the keys of a path, and whether it was learned.

        Requests ask for the same keys again and again, as identifiers share theirs.
        """
        remembered = self._remembered.get(asked)
        if remembered is None:
            method, *keys = asked
            way = find(self._places, keys, method)
            template = path_of(_for_now(self._places, keys) if way is None else way)
            remembered = template, way is not None
            if len(self._remembered) >= REMEMBERED:
                self._remembered.clear()
            self._remembered[asked] = remembered
        return remembered

    def becomes(self, method: str, template: str) -> str | None:
        """What a template from earlier is now: itself, or one that took it in; None where
        nothing is known of it."""
        way = find(self._places, [key_of(step) for step in steps_of(template)], method.upper())
        learned = template if way is None else path_of(way)
        seen = self.corrections.visible(template, learned)
        return None if way is None and seen == template else seen

    def to_bytes(self) -> bytes:
        """What was learned; corrections have a place of their own."""
        return msgspec.msgpack.encode(_dumped(self._places))

    @classmethod
    def from_bytes(cls, data: bytes, corrections: Corrections | None = None) -> "Templates":
        """Raises `msgspec.DecodeError`."""
        return cls(_loaded(msgspec.msgpack.decode(data, type=_Place)), corrections)


def _for_now(place: Place | None, keys: Sequence[str]) -> tuple[str, ...]:
    """As far as the places are known by them, then by forms alone."""
    way: list[str] = []
    taken: list[str] = []
    before: str | None = None
    for key in keys:
        literal = place.literals.get(key) if place is not None else None
        if literal is not None:
            place, step = literal, key
        elif place is not None and place.param is not None and place.takes(key):
            name, place = place.param
            step = f"{{{name}}}"
        elif key.startswith(SHARED):
            place, step = None, f"{{{name_of(before, {key[1:]: 1.0}, taken)}}}"
        else:
            place, step = None, key
        if step.startswith("{"):
            taken.append(step[1:-1])
            before = ""
        elif not is_affix(step):
            before = step
        way.append(step)
    return tuple(way)


class _Place(msgspec.Struct, array_like=True, omit_defaults=True):
    methods: list[str] = []
    literals: "dict[str, _Place]" = {}
    name: str | None = None
    below: "_Place | None" = None
    takes_words: bool = False


def _dumped(place: Place) -> _Place:
    name, below = place.param if place.param is not None else (None, None)
    return _Place(
        sorted(place.methods),
        {key: _dumped(child) for key, child in place.literals.items()},
        name,
        _dumped(below) if below is not None else None,
        place.takes_words,
    )


def _loaded(stored: _Place) -> Place:
    place = Place()
    place.methods = set(stored.methods)
    place.literals = {key: _loaded(child) for key, child in stored.literals.items()}
    if stored.name is not None and stored.below is not None:
        place.param = (stored.name, _loaded(stored.below))
    place.takes_words = stored.takes_words
    return place
