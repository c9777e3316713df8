"""What a page has missed while its connection was away, and which of what comes it wants."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from treblle_models.models import Project
from treblle_models.request_filters import RequestFilter

from treblle_platform.requests.rows import Row, rows_of

# Commits do not come in the order of `loaded_at`: look back a little further than asked.
OVERLAP = timedelta(seconds=5)
# As many as a list keeps; of more, the newest are sent and the page is told.
MAX_MISSED = 200
EVERYTHING = RequestFilter()


def loaded_since(
    project: Project, since: datetime, filter: RequestFilter = EVERYTHING
) -> tuple[list[Row], bool]:
    """Requests loaded since then that match, oldest first, and whether these are all."""
    rows = list(
        filter.apply(project)
        .filter(loaded_at__gte=since - OVERLAP)
        .select_related("endpoint")
        .order_by("-loaded_at", "-uuid")[: MAX_MISSED + 1]
    )
    return rows_of(rows[:MAX_MISSED][::-1]), len(rows) <= MAX_MISSED


def matching(project: Project, filter: RequestFilter, uuids: Collection[UUID | str]) -> list[Row]:
    """Those of these requests that match, oldest first."""
    found = filter.apply(project).filter(uuid__in=uuids).select_related("endpoint")
    return rows_of(list(found.order_by("received_at", "uuid")))
