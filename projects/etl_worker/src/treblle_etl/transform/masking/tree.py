"""JSON with what stands under a masked name hidden, and texts changed by a function."""

from collections.abc import Callable
from typing import Any

from treblle_etl.transform.masking.names import Names, normalised

MASK = "****"
# Deeper, or more values, than APIs answer; what lies beyond is left out so that work stays bounded.
MAX_DEPTH = 128
MAX_NODES = 100_000
TOO_DEEP = "(nested too deeply to be kept)"
TOO_LARGE = "(too many values to be kept)"

# Shapes of objects that are remembered in one project, and the longest of them.
SHAPES = 2048
LONGEST_SHAPE = 64  # names
LONGEST_NAMES = 2048  # characters in all

# In these the first word says how, not what: `Bearer ****`.
_SCHEME_HEADERS = frozenset({"authorization", "proxyauthorization"})
SCHEMES = frozenset({"basic", "bearer", "digest", "apikey", "token", "negotiate", "hawk"})


class ByName:
    """Hides what stands under a masked name.

    What holds nothing to hide is given back as it is, not copied.
    """

    def __init__(self, names: Names) -> None:
        self._hides = names.hides
        # Objects of an API have the same names again and again: which of these are hidden.
        self._shapes: dict[tuple[str, ...], tuple[str, ...]] = {}

    def value(self, value: Any) -> Any:
        return self._masked(value, 0, [MAX_NODES]) if type(value) in _CONTAINERS else value

    def headers(self, headers: dict[str, Any]) -> dict[str, Any]:
        """Headers likewise; `Authorization` keeps its scheme."""
        names = self._hidden_of(headers)
        if not names:
            return headers
        return {**headers, **{name: _hidden_header(name, headers[name]) for name in names}}

    def _masked(self, value: Any, depth: int, left: list[int]) -> Any:
        """Of an object or list."""
        if depth >= MAX_DEPTH:
            return TOO_DEEP
        left[0] -= len(value)
        if left[0] < 0:
            return TOO_LARGE
        if type(value) is list:
            return self._masked_list(value, depth + 1, left)
        changes: dict[str, Any] = {}
        for name in self._hidden_of(value):
            changes[name] = hidden(value[name])
        for name, content in value.items():
            if type(content) in _CONTAINERS and name not in changes:
                masked = self._masked(content, depth + 1, left)
                if masked is not content:
                    changes[name] = masked
        return {**value, **changes} if changes else value

    def _masked_list(self, items: list[Any], depth: int, left: list[int]) -> list[Any]:
        changed: list[Any] | None = None
        for place, item in enumerate(items):
            if type(item) in _CONTAINERS:
                masked = self._masked(item, depth, left)
                if masked is not item:
                    changed = changed or items.copy()
                    changed[place] = masked
        return items if changed is None else changed

    def _hidden_of(self, value: dict[str, Any]) -> tuple[str, ...]:
        """The names of an object that are hidden."""
        shape = tuple(value)
        known = self._shapes.get(shape)
        if known is None:
            hides = self._hides
            known = tuple(name for name in shape if hides(name))
            if len(shape) <= LONGEST_SHAPE and sum(map(len, shape)) <= LONGEST_NAMES:
                if len(self._shapes) >= SHAPES:
                    self._shapes.clear()
                self._shapes[shape] = known
        return known


_CONTAINERS = frozenset({dict, list})


def changed(value: Any, text: Callable[[str], str], number: Callable[[Any], Any]) -> Any:
    """The value with every text in it, names too, and every number changed."""
    return _changed(value, text, number, 0, [MAX_NODES])


def _changed(
    value: Any,
    text: Callable[[str], str],
    number: Callable[[Any], Any],
    depth: int,
    left: list[int],
) -> Any:
    if isinstance(value, str):
        return text(value)
    if isinstance(value, dict):
        if (refused := _refused(value, depth, left)) is not None:
            return refused
        return {
            text(name): _changed(content, text, number, depth + 1, left)
            for name, content in value.items()
        }
    if isinstance(value, list):
        if (refused := _refused(value, depth, left)) is not None:
            return refused
        return [_changed(item, text, number, depth + 1, left) for item in value]
    if isinstance(value, int | float) and not isinstance(value, bool):
        return number(value)
    return value


def _refused(value: Any, depth: int, left: list[int]) -> str | None:
    if depth >= MAX_DEPTH:
        return TOO_DEEP
    left[0] -= len(value)
    return TOO_LARGE if left[0] < 0 else None


def hidden(value: Any) -> Any:
    """Stars; those that an SDK put there keep the length it gave them. Nothing stays nothing."""
    if value is None or value == "":
        return value
    if isinstance(value, str) and not value.strip("*"):
        return value
    return MASK


def _hidden_header(name: str, value: Any) -> Any:
    if isinstance(value, list):
        return [_hidden_header(name, item) for item in value]
    if isinstance(value, str) and normalised(name) in _SCHEME_HEADERS:
        scheme, blank, rest = value.partition(" ")
        if blank and scheme.lower() in SCHEMES:
            return f"{scheme} {hidden(rest)}"
    return hidden(value)
