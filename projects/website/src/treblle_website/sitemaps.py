"""Pages that are not in the page tree, for search engines."""

from contextlib import suppress
from typing import Any

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.db.models import Q
from wagtail.contrib.sitemaps import Sitemap as PagesSitemap
from wagtail.models import Page
from wagtail.query import PageQuerySet

from treblle_website.blog import ghost
from treblle_website.help.library import languages_of, library
from treblle_website.languages import InLanguage, as_alternates, in_all_languages


class PagesInAllLanguages(PagesSitemap):
    """Wagtail's own lists the language of the site's root only."""

    def items(self) -> PageQuerySet:
        roots = self.get_wagtail_site().root_page.get_translations(inclusive=True)
        below = Q()
        for root in roots:
            below |= Q(path__startswith=root.path)
        return Page.objects.filter(below).live().public().order_by("path").specific()


class Help(Sitemap):  # type: ignore[type-arg]  # takes none when it runs
    """Each page of the help in the languages it is written in."""

    def get_urls(self, *args: Any, **kwargs: Any) -> list[dict[str, Any]]:
        slugs = library(settings.HELP_PATH).pages
        pages = [in_all_languages("/help/")] if slugs else []
        pages += [languages_of(settings.HELP_PATH, slug) for slug in slugs]
        return [entry for page in pages for entry in _entries(page)]


class Blog(Sitemap):  # type: ignore[type-arg]  # takes none when it runs
    """In the language of its posts, under our one public address, whatever host was asked."""

    def get_urls(self, *args: Any, **kwargs: Any) -> list[dict[str, Any]]:
        if not ghost.is_set_up():
            return []
        paths = ["/blog/"]
        with suppress(ghost.BlogUnavailable):
            paths += [f"/blog/{post.slug}/" for post in ghost.posts(1)[0]]
        return [{"location": f"{settings.WEBSITE_URL}{path}"} for path in paths]


def _entries(page: list[InLanguage]) -> list[dict[str, Any]]:
    alternates = as_alternates(page)
    return [{"location": each.address, "alternates": alternates} for each in page]


SITEMAPS = {"pages": PagesInAllLanguages, "help": Help, "blog": Blog}
