"""The pages of the help."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from treblle_website.help.library import library
from treblle_website.help.search import search


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """All pages in their groups or, with `q`, those in which its words are found."""
    query = request.GET.get("q", "").strip()
    shelf = library(settings.HELP_PATH)
    context = {"query": query, "groups": shelf.groups(), "found": search(shelf, query)}
    return render(request, "treblle_website/help/index.html", context)


@require_safe
def page(request: HttpRequest, slug: str) -> HttpResponse:
    shelf = library(settings.HELP_PATH)
    if slug not in shelf.pages:
        raise Http404
    picture = f"{settings.WEBSITE_URL}{reverse('share_help', args=[slug])}"
    context = {"help": shelf.pages[slug], "groups": shelf.groups(), "picture": picture}
    return render(request, "treblle_website/help/page.html", context)
