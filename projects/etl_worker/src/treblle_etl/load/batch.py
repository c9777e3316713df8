"""What is loaded in one go: objects, each with its understood events and its rejected lines."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from treblle_models.models import Project, Request

from treblle_etl.event import Event, Rejected, Understood


@dataclass(frozen=True)
class RejectedLine:
    """A line that cannot be loaded; `number` counts from 0, None means the whole object."""

    number: int | None
    rejected: Rejected


@dataclass
class ObjectContent:
    """One raw object after extract and transform. A replay goes by another name in the ledger."""

    key: str
    ledger_key: str = ""
    events: list[tuple[Project, Understood]] = field(default_factory=list)
    # What the project does not want taken in: it is counted, and nothing else is done with it.
    unwanted: list[tuple[Project, Event]] = field(default_factory=list)
    rejected: list[RejectedLine] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.ledger_key = self.ledger_key or self.key

    def reject(self, number: int | None, rejected: Rejected) -> None:
        self.rejected.append(RejectedLine(number, rejected))


@dataclass
class Batch:
    """What one transaction puts in. `events` and `requests` run side by side; events that were
    in before are not among them. Sorted by project and uuid.
    """

    now: datetime
    events: Sequence[tuple[Project, Understood]]
    requests: list[Request]
    # All that was read, duplicates included.
    contents: Sequence[ObjectContent]
    # Ids of endpoints that people ignore.
    ignored: set[int] = field(default_factory=set)
    # By id, of the customers and environments of `requests`: roll-ups know them so.
    customer_uuids: dict[int, str] = field(default_factory=dict)
    environment_uuids: dict[int, str] = field(default_factory=dict)

    @property
    def counted(self) -> list[Request]:
        """The requests that count: all but those of ignored endpoints."""
        if not self.ignored:
            return self.requests
        return [each for each in self.requests if each.endpoint_id not in self.ignored]


@dataclass(frozen=True)
class Loaded:
    """What one transaction did, in numbers."""

    objects: int = 0
    events: int = 0
    duplicates: int = 0
    dead_letters: int = 0

    def __add__(self, other: "Loaded") -> "Loaded":
        return Loaded(
            self.objects + other.objects,
            self.events + other.events,
            self.duplicates + other.duplicates,
            self.dead_letters + other.dead_letters,
        )
