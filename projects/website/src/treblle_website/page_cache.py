"""Whole pages, kept in memory as they went out, for visitors (who have no cookie).

Outermost of what makes a page: what is kept is compressed already, and an answer from here has
asked the database for nothing but, once a second, the version of what is published. A page with two versions
of a section is kept once for each half of the visitors.
"""

from collections.abc import Callable
from typing import Any, Final

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response

from treblle_website import published
from treblle_website.blocks.versions import is_in_versions
from treblle_website.visitors import half_of

KEPT_S: Final = 600
NEVER: Final = (
    *("/cms/", "/documents/", "/media/"),
    *("/favicon.ico", "/healthz", "/readyz", "/robots.txt"),
)
# Browsers ask each time and are told in a few bytes that nothing changed; a CDN that is purged on
# publication may keep pages for a day.
IN_BROWSERS: Final = "public, max-age=0, must-revalidate"
IN_A_CDN: Final = f"{IN_BROWSERS}, s-maxage=86400"
# A CDN does not know the halves: it asks each time.
IN_ONE_BROWSER: Final = "private, max-age=0, must-revalidate"
BY_HALF: Final = "by half"

Answer = Callable[[HttpRequest], HttpResponse]


class PageCacheMiddleware:
    def __init__(self, get_response: Answer) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not may_be_kept(request):
            return self._get_response(request)
        name = name_of(request)
        kept = cache.get(name)
        if kept == BY_HALF:
            name = f"{name}:{half_of(request)}"
            kept = cache.get(name)
        if kept is not None:
            return _again(request, kept)
        response = self._get_response(request)
        if _is_for_everyone(response):
            _keep(request, response)
        return response


def _keep(request: HttpRequest, response: HttpResponse) -> None:
    name = name_of(request)
    if is_in_versions(request):
        cache.set(name, BY_HALF, KEPT_S)
        name = f"{name}:{half_of(request)}"
        response["Cache-Control"] = IN_ONE_BROWSER
    else:
        response["Cache-Control"] = IN_A_CDN if _is_purged(request) else IN_BROWSERS
    cache.set(name, (response.content, dict(response.items())), KEPT_S)


def _is_purged(request: HttpRequest) -> bool:
    """Whether a cache in front is told when the page changes; of posts we are not told ourselves."""
    return bool(settings.FRONTEND_CACHE_URL) and "/blog/" not in request.path_info


def may_be_kept(request: HttpRequest) -> bool:
    return (
        request.method == "GET"
        and not request.META.get("QUERY_STRING")
        and not request.path_info.startswith(NEVER)
        and settings.SESSION_COOKIE_NAME not in request.COOKIES
    )


def name_of(request: HttpRequest) -> str:
    packed = "gzip" in request.headers.get("Accept-Encoding", "")
    place = f"{request.scheme}://{request.META.get('HTTP_HOST', '')}{request.path_info}"
    return f"page:{published.current()}:{'gzip' if packed else 'plain'}:{place}"


def _is_for_everyone(response: HttpResponse) -> bool:
    control = response.get("Cache-Control", "")
    return (
        response.status_code == 200
        and not response.streaming
        and not response.cookies
        and not any(word in control for word in ("private", "no-store", "max-age"))
    )


def _again(request: HttpRequest, kept: tuple[bytes, dict[str, Any]]) -> HttpResponse:
    content, headers = kept
    response = HttpResponse(content, headers=headers)
    return get_conditional_response(request, headers.get("ETag"), None, response) or response
