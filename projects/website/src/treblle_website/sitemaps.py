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
from treblle_website.help.library import library


class PagesInAllLanguages(PagesSitemap):
    """Wagtail's own lists the language of the site's root only."""

    def items(self) -> PageQuerySet:
        roots = self.get_wagtail_site().root_page.get_translations(inclusive=True)
        below = Q()
        for root in roots:
            below |= Q(path__startswith=root.path)
        return Page.objects.filter(below).live().public().order_by("path").specific()


class HelpAndBlog(Sitemap[str]):
    """Paths under our one public address, whatever host was asked."""

    def items(self) -> list[str]:
        slugs = library(settings.HELP_PATH).pages
        paths = ["/help/", *(f"/help/{slug}/" for slug in slugs)] if slugs else []
        if ghost.is_set_up():
            paths.append("/blog/")
            with suppress(ghost.BlogUnavailable):
                paths += [f"/blog/{post.slug}/" for post in ghost.posts(1)[0]]
        return paths

    def get_urls(self, *args: Any, **kwargs: Any) -> list[dict[str, Any]]:
        return [{"location": f"{settings.WEBSITE_URL}{path}"} for path in self.items()]


SITEMAPS = {"pages": PagesInAllLanguages, "more": HelpAndBlog}
