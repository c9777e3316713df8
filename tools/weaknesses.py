"""Known weaknesses of what we depend on, and which of them are ignored for a while."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Ignored:
    """A weakness that does not touch us, or has no remedy yet: by any of its ids, for a while."""

    id: str
    reason: str
    until: date


IGNORED: tuple[Ignored, ...] = ()


@dataclass(frozen=True)
class Weakness:
    """What is known of a package; `ids` of several registers are of one weakness."""

    package: str
    ids: frozenset[str]
    remedy: str

    def __str__(self) -> str:
        return f"{self.package}: {', '.join(sorted(self.ids))} ({self.remedy})"


def not_ignored(
    found: Iterable[Weakness], ignored: Iterable[Ignored], today: date
) -> list[Weakness]:
    left_out = {each.id for each in ignored if today <= each.until}
    return [each for each in found if not each.ids & left_out]


def ended(ignored: Iterable[Ignored], today: date) -> Iterator[str]:
    for each in ignored:
        if each.until < today:
            yield f"{each.id} was ignored until {each.until}: {each.reason}"
