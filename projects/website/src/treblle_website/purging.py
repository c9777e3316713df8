"""Has the HTTP cache before the website forget its pages when something is published.

All of them: header, footer and links to a page stand on others too. Wagtail itself purges the one page
that was published.
"""

from django.conf import settings
from wagtail.contrib.frontend_cache.utils import PurgeBatch

from treblle_website.sitemaps import Help, PagesInAllLanguages


def purge_site() -> None:
    if not settings.FRONTEND_CACHE_URL:
        return
    batch = PurgeBatch([f"{settings.WEBSITE_URL}/sitemap.xml"])
    batch.add_urls(page.canonical_url for page in PagesInAllLanguages().items())
    batch.add_urls(entry["location"] for entry in Help().get_urls())
    batch.purge()


def purge_gone(page: object) -> None:
    """A page that was deleted stands in no list any more."""
    address = getattr(page, "canonical_url", "")
    if settings.FRONTEND_CACHE_URL and address:
        PurgeBatch([address]).purge()
