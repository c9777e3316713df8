"""One project's learner: observes requests, learns now and then, tells the template of a path."""

from collections.abc import Callable
from typing import Final

from treblle_etl.transform.paths import state
from treblle_etl.transform.paths.corrections import Corrections
from treblle_etl.transform.paths.places import Place, arrange, find, restore, walk
from treblle_etl.transform.paths.segments import path_of, steps_of
from treblle_etl.transform.paths.templates import MISSING, Templates
from treblle_etl.transform.paths.trie import MAX_NODES, Trie, key_of

# It is time to learn again when this many new steps came, or this share of those known.
NEW_STEPS: Final = 20
NEW_SHARE: Final = 0.05
# Or this share of all requests: how often known steps came tells as much as new ones.
MORE_REQUESTS: Final = 0.1


class Learner:
    """Learns the endpoint templates of one project's API; bounded in memory and in work."""

    def __init__(self) -> None:
        self._trie = Trie()
        self._places = Place()
        self._new = 0
        self._learned_from = 0  # requests

    def observe(self, method: str, path: str, status: int | None, count: int = 1) -> None:
        """Take note of requests; templates change with `learn` only."""
        found = 0 if status in MISSING else count
        if self._trie.size >= MAX_NODES and not self._trie.full:
            arrange(self._trie.root)
            self._trie.fold()
            self._new = MAX_NODES
        self._new += self._trie.add(method.upper(), steps_of(path), count, found)

    @property
    def due(self) -> bool:
        """Whether enough is new for `learn` to be worth its while."""
        more = self._trie.root.total - self._learned_from
        return (
            self._new >= max(NEW_STEPS, NEW_SHARE * self._trie.size)
            or more > MORE_REQUESTS * self._learned_from
        )

    def learn(self) -> None:
        """Decide anew on all templates."""
        self._places = arrange(self._trie.root)
        self._new = 0
        self._learned_from = self._trie.root.total

    def forget(self, is_theirs: Callable[[str], bool]) -> bool:
        """Learn without steps that are somebody's words; whether there were any."""
        was_any = self._trie.forget(is_theirs)
        if was_any:
            self.learn()
        return was_any

    def template_of(self, method: str, path: str) -> str | None:
        """The template of a request's path as it was last learned; None for noise."""
        way = find(self._places, [key_of(step) for step in steps_of(path)], method.upper())
        return None if way is None else path_of(way)

    def templates(self) -> list[tuple[str, str]]:
        """Method and template of every endpoint, sorted."""
        return sorted(
            (method, path_of(way)) for way, place in walk(self._places) for method in place.methods
        )

    def published(self, corrections: Corrections | None = None) -> Templates:
        """What was last learned, to be asked by others."""
        return Templates(self._places, corrections)

    def to_bytes(self) -> bytes:
        """All of it, to be kept."""
        return state.dump(self._trie, self._new, self._learned_from)

    @classmethod
    def from_bytes(cls, data: bytes) -> "Learner":
        """Raises `state.UnreadableState`."""
        learner = cls()
        learner._trie, learner._new, learner._learned_from = state.load(data)
        learner._places = restore(learner._trie.root)
        return learner
