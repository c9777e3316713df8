"""The kinds of pages. Every page is made of blocks; the kind says what surrounds them."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.http import HttpRequest
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page

from treblle_website.blocks import ArticleBlock, PlanBlock, SectionsBlock
from treblle_website.languages import InLanguage, as_alternates
from treblle_website.structured_data import as_script, describe


class SitePage(Page):
    """What every page of the site has: words and a picture for search engines and previews."""

    social_image = models.ForeignKey(
        "wagtailimages.Image",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="Shown where the page is shared; 1200×630. One with the page's words if empty.",
    )

    promote_panels: ClassVar = [*Page.promote_panels, FieldPanel("social_image")]

    class Meta:
        abstract = True

    @property
    def canonical_url(self) -> str:
        """The one public address of the page, whatever host it was asked by."""
        return f"{settings.WEBSITE_URL}{self.get_url() or '/'}"

    def in_languages(self) -> list[InLanguage]:
        """The page in each language it is published in, if in several."""
        pages = self.get_translations(inclusive=True).filter(live=True).select_related("locale")
        found = [
            InLanguage(
                page.locale.language_code, page.locale.get_display_name(), page.canonical_url
            )
            for page in pages.order_by("locale_id").specific()
        ]
        return found if len(found) > 1 else []

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        return context | {"in_languages": self.in_languages()}

    @property
    def structured_data(self) -> str:
        """What search engines read of the page (schema.org), as JSON that is safe inside HTML."""
        return as_script(describe(self))

    def get_sitemap_urls(self, request: HttpRequest | None = None) -> list[dict[str, Any]]:
        entry = {"location": self.canonical_url, "lastmod": self.last_published_at}
        return [entry | {"alternates": as_alternates(self.in_languages())}]


class HomePage(SitePage):
    """The first page of the site."""

    body = StreamField(SectionsBlock())

    content_panels: ClassVar = [*Page.content_panels, FieldPanel("body")]
    parent_page_types: ClassVar = ["wagtailcore.Page"]
    subpage_types: ClassVar = [
        "treblle_website.PricingPage",
        "treblle_website.SectionsPage",
        "treblle_website.ContentPage",
        "treblle_website.ContactPage",
    ]

    class Meta:
        verbose_name = "home page"


class PricingPage(SitePage):
    """The plans side by side, then whatever explains them."""

    headline = models.CharField(max_length=120)
    introduction = models.TextField(max_length=400, blank=True)
    plans = StreamField([("plan", PlanBlock())], min_num=1, max_num=4)
    note = models.CharField(max_length=300, blank=True)
    body = StreamField(SectionsBlock(), blank=True)

    content_panels: ClassVar = [
        *Page.content_panels,
        FieldPanel("headline"),
        FieldPanel("introduction"),
        FieldPanel("plans"),
        FieldPanel("note"),
        FieldPanel("body"),
    ]
    parent_page_types: ClassVar = ["treblle_website.HomePage"]
    subpage_types: ClassVar[list[str]] = []

    class Meta:
        verbose_name = "pricing page"


class SectionsPage(SitePage):
    """A page of sections only, as the home page is: product, integrations, compare."""

    body = StreamField(SectionsBlock())

    content_panels: ClassVar = [*Page.content_panels, FieldPanel("body")]
    template = "treblle_website/home_page.html"
    parent_page_types: ClassVar = ["treblle_website.HomePage"]
    subpage_types: ClassVar[list[str]] = []

    class Meta:
        verbose_name = "page of sections"


class ContentPage(SitePage):
    """Running text under a title: security, legal, a guide."""

    introduction = models.TextField(max_length=400, blank=True)
    body = StreamField(ArticleBlock(), blank=True)

    content_panels: ClassVar = [
        *Page.content_panels,
        FieldPanel("introduction"),
        FieldPanel("body"),
    ]
    parent_page_types: ClassVar = ["treblle_website.HomePage", "treblle_website.ContentPage"]
    subpage_types: ClassVar = ["treblle_website.ContentPage"]

    class Meta:
        verbose_name = "content page"
