"""The pages of the help."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from treblle_website.help.library import Library, languages_of, library
from treblle_website.help.search import search
from treblle_website.languages import DEFAULT, in_all_languages


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """All pages in their groups or, with `q`, those in which its words are found."""
    query = request.GET.get("q", "").strip()
    shelf = _shelf()
    context = {"query": query, "groups": shelf.groups(), "found": search(shelf, query)}
    context["in_languages"] = in_all_languages("/help/")
    return render(request, "treblle_website/help/index.html", context)


@require_safe
def page(request: HttpRequest, slug: str) -> HttpResponse:
    shelf = _shelf()
    if slug not in shelf.pages:
        raise Http404
    found = shelf.pages[slug]
    picture = f"{settings.WEBSITE_URL}{reverse('share_help', args=[found.language, slug])}"
    everywhere = in_all_languages(f"/help/{slug}/")
    is_translated = languages_of(settings.HELP_PATH, slug) == everywhere
    context = {
        "help": found,
        "groups": shelf.groups(),
        "picture": picture,
        "in_languages": everywhere,
        # Else shown in the language it was written in: search engines keep that one only.
        "canonical": "" if is_translated else f"/help/{slug}/",
    }
    return render(request, "treblle_website/help/page.html", context)


def _shelf() -> Library:
    """In the language of the reader."""
    return library(settings.HELP_PATH, get_language() or DEFAULT)
