"""What people said of endpoints: it holds, whatever traffic says later."""

import re
from collections.abc import Iterable
from typing import Any, Final

from treblle_etl.transform.paths.segments import GLUED, is_affix, steps_of

MAX_TRIED: Final = 2_000  # ways to match one path with the pinned templates
_PARAMETER = re.compile(r"\{[^{}/]*\}")


def shape_of(template: str) -> str:
    """The template without names: two that differ in names only have one shape."""
    return _PARAMETER.sub("{}", template)


class Corrections:
    """Pinned templates and people's names of parameters.

    `standing` are the templates of the other endpoints: a pinned one takes what it matches, but
    for these. `live` are all templates of endpoints that there are.
    """

    def __init__(
        self,
        pinned: Iterable[str] = (),
        named: Iterable[str] = (),
        standing: Iterable[str] = (),
        live: Iterable[str] = (),
    ) -> None:
        pins = sorted(set(pinned))
        self._names = {shape_of(template): template for template in sorted(set(named)) + pins}
        shapes = set(map(shape_of, pins))
        self._standing = {shape for template in standing if (shape := shape_of(template))} - shapes
        self._live = {each for each in live if shape_of(each) in self._names}
        self._tree: dict[str, Any] = {}
        for template in pins:
            self._plant(template)

    def visible(self, path: str, learned: str) -> str:
        """The template people see for a path (or a template) that learned to be `learned`."""
        template = self._pinned(path, learned) if self._tree else learned
        return self._names.get(shape_of(template), template) if self._names else template

    def named(self, route: str) -> str:
        """A framework's route with the names that a person gave its parameters; another route of
        the same form keeps its own."""
        if not self._names or route in self._live:
            return route
        return self._names.get(shape_of(route), route)

    def _plant(self, template: str) -> None:
        node = self._tree
        for step in steps_of(template):
            node = node.setdefault(_PARAMETER.sub("{}", step), {})
        node[""] = template

    def _pinned(self, path: str, learned: str) -> str:
        if shape_of(learned) in self._standing:
            return learned
        steps = steps_of(path)
        waiting: list[tuple[dict[str, Any], int]] = [(self._tree, 0)]
        for _ in range(MAX_TRIED):
            if not waiting:
                break
            node, number = waiting.pop()
            if number == len(steps):
                if "" in node:
                    return str(node[""])
                continue
            step = _PARAMETER.sub("{}", steps[number])
            if step.endswith(GLUED) and "{}" in node:  # a pinned parameter takes a marked value
                waiting.append((node["{}"], number + 2))
            ways = (step,) if is_affix(step) or step == "{}" else ("{}", step)
            waiting += [(node[way], number + 1) for way in ways if way and way in node]
        return learned
