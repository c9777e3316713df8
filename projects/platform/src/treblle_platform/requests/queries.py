"""Requests for the list and for one page each."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from treblle_models.models import Endpoint, Project, Request, SavedSearch, User
from treblle_models.request_pages import NEWEST_FIRST, Cursor, Sort, request_page
from treblle_models.request_searching import bodies_contain, search, search_bodies

from treblle_platform.requests.details import details_of
from treblle_platform.requests.filters import AskedFilter
from treblle_platform.requests.rows import Row, rows_of

# A choice of more is none; the filter by path does for those.
MOST_ENDPOINTS = 500


@dataclass(frozen=True)
class Listing:
    """Some requests in order; `next` and `previous` lead on where there are more."""

    rows: list[Row]
    next: Cursor | None = None
    previous: Cursor | None = None
    # Where a search was broken off, and how many bodies were looked into.
    until: datetime | None = None
    looked_into: int = 0


def listing(
    project: Project, asked: AskedFilter, sort: Sort, cursor: Cursor | None, now: datetime
) -> Listing:
    """Stable whatever arrives meanwhile: a page begins right after the last one's last row."""
    if asked.problems:
        return Listing([])
    if asked.body:
        found = search_bodies(
            project,
            asked.filter,
            cursor,
            lambda request: bodies_contain(details_of(request).content, asked.body),
        )
        return Listing(
            rows_of(found.rows), found.next, until=found.until, looked_into=found.looked_into
        )
    backwards = cursor is not None and cursor.backwards
    if sort == NEWEST_FIRST and asked.filter.narrows and not backwards:
        found = search(project, asked.filter, cursor, now)
        return Listing(rows_of(found.rows), found.next, until=found.until)
    page = request_page(project, asked.filter, sort, cursor)
    return Listing(rows_of(page.rows), page.next, page.previous)


def request_of(project: Project, uuid: UUID) -> Request | None:
    return Request.objects.find(project, uuid)


def endpoint_choices(project: Project) -> list[Endpoint]:
    found = Endpoint.objects.for_project(project).filter(is_ignored=False, merged_into=None)
    return list(found.order_by("template", "method")[:MOST_ENDPOINTS])


def saved_searches(project: Project, user: User) -> list[SavedSearch]:
    found = SavedSearch.objects.for_project(project).visible_to(user)
    return list(found.select_related("user").order_by("name", "pk"))
