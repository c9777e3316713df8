"""Pages of the list that have to be searched for: narrowed by something no index leads with."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from treblle_models.models import Project, Request
from treblle_models.request_filters import RequestFilter
from treblle_models.request_pages import NEWEST_FIRST, PAGE_ROWS, Cursor, request_page

# Each step back is longer than the one before: what is frequent is found at once.
STEPS: Final = tuple(timedelta(hours=hours) for hours in (1, 5, 18, 48, 168, 504, 1464, 8784))
# Then the page is shown with what was found; its reader decides whether to go on.
BUDGET_S: Final = 1.5
BODY_ROWS: Final = 2_000
BODY_BUDGET_S: Final = 4.0
BODY_CHUNK: Final = 100


@dataclass(frozen=True)
class Found:
    """Rows, newest first. `until` is where the search was broken off, None where it is complete."""

    rows: list[Request]
    next: Cursor | None = None
    until: datetime | None = None
    # How many requests were looked into, where bodies were.
    looked_into: int = 0


def search(project: Project, filter: RequestFilter, cursor: Cursor | None, now: datetime) -> Found:
    """The newest that match, step by step further back, within the budget."""
    began = time.monotonic()
    end = min(filter.end or now, cursor.received_at if cursor else now)
    first = filter.start or project.first_request_at or now - sum(STEPS, timedelta())
    # Clocks of two machines differ a little.
    first = min(first, end) if filter.start else min(first, end) - timedelta(days=1)
    rows: list[Request] = []
    upper = None if cursor else filter.end
    for step in STEPS:
        start = max(end - step, first)
        page = request_page(
            project,
            replace(filter, start=start, end=upper),
            NEWEST_FIRST,
            cursor,
            size=PAGE_ROWS - len(rows),
        )
        rows += page.rows
        if page.next is not None or len(rows) == PAGE_ROWS:
            return Found(rows, page.next or _behind(rows[-1]))
        if start <= first:
            break
        # The next step begins where this one ended, without a row twice.
        end, upper, cursor = start, start, None
        if time.monotonic() - began > BUDGET_S:
            return Found(rows, until=end)
    return Found(rows)


def search_bodies(
    project: Project,
    filter: RequestFilter,
    cursor: Cursor | None,
    matches: Callable[[Request], bool],
    *,
    size: int = PAGE_ROWS,
) -> Found:
    """The newest whose bodies match, of a bounded number of requests that match the rest."""
    began = time.monotonic()
    rows: list[Request] = []
    looked_into = 0
    while looked_into < BODY_ROWS and time.monotonic() - began < BODY_BUDGET_S:
        page = request_page(project, filter, NEWEST_FIRST, cursor, size=BODY_CHUNK)
        for request in page.rows:
            looked_into += 1
            if matches(request):
                rows.append(request)
                if len(rows) == size:
                    return Found(rows, _behind(request), looked_into=looked_into)
        cursor = page.next
        if cursor is None:
            return Found(rows, looked_into=looked_into)
    return Found(rows, cursor, cursor.received_at if cursor else None, looked_into)


def bodies_contain(content: dict[str, Any] | None, text: str) -> bool:
    """Whether the text stands in a body of a request's details, without regard to case."""
    wanted = text.lower()
    bodies = (body_of(content, side) for side in ("request", "response"))
    return any(wanted in _as_text(body).lower() for body in bodies if body is not None)


def body_of(content: dict[str, Any] | None, side: str) -> Any:
    """The body of the `request` or the `response`; None where there is none."""
    part = (content or {}).get(side)
    return part.get("body") if isinstance(part, dict) else None


def _as_text(body: Any) -> str:
    return body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)


def _behind(request: Request) -> Cursor:
    return Cursor(None, request.received_at, request.uuid)
