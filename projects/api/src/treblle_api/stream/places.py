"""A place in the stream: the request that was seen last, by when it was loaded and its uuid."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Self
from uuid import UUID

from treblle_models.models import Project, Request
from treblle_models.request_filters import EARLIEST, LATEST
from treblle_models.summary import RequestSummary, summary_of

SEPARATOR: Final = "_"
# Commits do not come in the order of `loaded_at`: look back a little further than asked.
OVERLAP: Final = timedelta(seconds=5)
# Of more that was missed, the newest are sent and the client is told.
MAX_MISSED: Final = 1_000


@dataclass(frozen=True)
class Place:
    loaded_at: datetime
    uuid: UUID

    @classmethod
    def of(cls, summary: RequestSummary) -> Self:
        return cls(datetime.fromisoformat(summary["loaded_at"]), UUID(summary["uuid"]))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises `ValueError` for what `str` never made."""
        moment, _, uuid = text.partition(SEPARATOR)
        loaded_at = datetime.fromisoformat(moment)
        if loaded_at.tzinfo is None or not EARLIEST <= loaded_at < LATEST:
            raise ValueError(f"not a place in the stream: {text!r}")
        return cls(loaded_at.astimezone(UTC), UUID(uuid))

    def __str__(self) -> str:
        moment = self.loaded_at.isoformat(timespec="microseconds").replace("+00:00", "Z")
        return f"{moment}{SEPARATOR}{self.uuid}"


def missed_since(project: Project, place: Place) -> tuple[list[RequestSummary], bool]:
    """Requests loaded since then, oldest first, and whether these are all."""
    found = Request.objects.for_project(project).filter(loaded_at__gte=place.loaded_at - OVERLAP)
    rows = found.exclude(uuid=place.uuid).select_related("endpoint")
    newest = list(rows.order_by("-loaded_at", "-uuid")[: MAX_MISSED + 1])
    shown = reversed(newest[:MAX_MISSED])
    summaries = [summary_of(row, row.endpoint.template if row.endpoint else None) for row in shown]
    return summaries, len(newest) <= MAX_MISSED
