"""The kinds of pages, and the texts around them."""

from treblle_website.models.bookkeeping import BlogCopy, PageViews, PublishedVersion
from treblle_website.models.contact import ContactField, ContactPage
from treblle_website.models.frame import HeaderAndFooter, HeaderAndFooterTranslation
from treblle_website.models.pages import (
    ContentPage,
    HomePage,
    PricingPage,
    SectionsPage,
    SitePage,
)

__all__ = [
    "BlogCopy",
    "ContactField",
    "ContactPage",
    "ContentPage",
    "HeaderAndFooter",
    "HeaderAndFooterTranslation",
    "HomePage",
    "PageViews",
    "PricingPage",
    "PublishedVersion",
    "SectionsPage",
    "SitePage",
]
