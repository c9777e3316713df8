"""Pages that are not in the page tree: robots.txt and the errors."""

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from django.views.static import serve

from treblle_website.languages import DEFAULT
from treblle_website.words import words

MEDIA_HEADERS = ("Content-Type", "Last-Modified")
ONE_DAY_S = 24 * 60 * 60


@require_safe
@cache_control(public=True, max_age=ONE_DAY_S)
def robots(request: HttpRequest) -> HttpResponse:
    lines = ["User-agent: *", "Disallow: /cms/", f"Sitemap: {settings.WEBSITE_URL}/sitemap.xml"]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
@cache_control(public=True, max_age=ONE_DAY_S)
def media(request: HttpRequest, path: str) -> HttpResponseBase:
    """What editors uploaded. A CDN stands before it where there are many visitors."""
    served = serve(request, path, document_root=settings.MEDIA_ROOT)
    if not isinstance(served, FileResponse):
        return served
    # ASGI would read the file whole anyway, and warn.
    content = b"".join(served)
    served.close()
    return HttpResponse(content, headers={name: served[name] for name in MEDIA_HEADERS})


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "treblle_website/404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Without request context: what failed may be what the header needs."""
    context = {"language": get_language() or DEFAULT, "words": words()}
    return render(None, "treblle_website/500.html", context, status=500)
