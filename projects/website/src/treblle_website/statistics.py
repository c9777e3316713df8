"""Counts how often each page is asked for, by day and half of the visitors; of who asks nothing is kept.

Counts wait in memory and are added to the database by the clock: no page waits for that.
"""

import re
import threading
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Final

from django.conf import settings
from django.db import IntegrityError
from django.db.models import F
from django.http import HttpRequest, HttpResponse

from treblle_website.models import PageViews
from treblle_website.visitors import HALVES, half_of

ROBOTS: Final = re.compile(r"bot|crawl|spider|slurp|preview|monitor|curl|python", re.IGNORECASE)
# Paths that are waiting to be written; beyond it somebody is making them up.
MAX_WAITING: Final = 5_000

_waiting: Counter[tuple[date, str, str]] = Counter()
_lock = threading.Lock()


class PageViewsMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._get_response(request)
        if is_a_view(request, response):
            with _lock:
                if len(_waiting) < MAX_WAITING:
                    day, path = datetime.now(UTC).date(), request.path_info[:255]
                    _waiting[day, path, half_of(request)] += 1
        return response


def is_a_view(request: HttpRequest, response: HttpResponse) -> bool:
    """A page that a visitor got: no editor, no robot, no file."""
    return (
        request.method == "GET"
        and response.status_code in (200, 304)
        and request.path_info.endswith("/")
        and not request.path_info.startswith(("/cms/", "/documents/"))
        and settings.SESSION_COOKIE_NAME not in request.COOKIES
        and not ROBOTS.search(request.headers.get("User-Agent", ""))
    )


def flush() -> int:
    """Add what waits to the database; how many pages that were."""
    with _lock:
        counts = dict(_waiting)
        _waiting.clear()
    pages = sorted({(day, path) for day, path, _ in counts})
    for day, path in pages:
        in_a, in_b = (counts.get((day, path, half), 0) for half in HALVES)
        _add(day, path, in_a, in_b)
    return len(pages)


def _add(day: date, path: str, in_a: int, in_b: int) -> None:
    rows = PageViews.objects.filter(day=day, path=path)
    more = {"views": F("views") + in_a + in_b, "views_in_b": F("views_in_b") + in_b}
    if rows.update(**more):
        return
    try:
        PageViews.objects.create(day=day, path=path, views=in_a + in_b, views_in_b=in_b)
    except IntegrityError:
        # Another copy of the website was first.
        rows.update(**more)
