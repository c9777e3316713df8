"""Makes the pages and hangs them under the site's address."""

import json
from email.utils import parseaddr
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from wagtail.models import Page, Site

from treblle_website.models import (
    ContactField,
    ContactPage,
    ContentPage,
    HeaderAndFooter,
    HeaderAndFooterTranslation,
    HomePage,
    PricingPage,
    SectionsPage,
    SitePage,
)
from treblle_website.seed import (
    changelog,
    compare,
    contact,
    data,
    developers,
    frame,
    home,
    integrations,
    legal,
    pricing,
    product,
    security,
)
from treblle_website.seed.links import Block
from treblle_website.seed.translation import OTHER_LANGUAGES, Catalogue, translate_site

HTTPS_PORT = 443
HTTP_PORT = 80
SECTION_PAGES = (product, integrations, compare, developers)
CONTENT_PAGES = (security, data, changelog)


@transaction.atomic
def make_site() -> HomePage | None:
    """Make all pages; None, and nothing touched, where there is a home page already."""
    if HomePage.objects.exists():
        return None
    home_page = _add_home()
    pages = _add_pages(home_page)
    ids = {"home": home_page.pk} | {slug: page.pk for slug, page in pages.items()}
    home_page.body = _stream(home.body(ids["pricing"], ids["data"]))
    # Bodies come last: they link to pages that must be there.
    for module in (*SECTION_PAGES, *CONTENT_PAGES):
        pages[module.SLUG].body = _stream(module.body(ids))
    for page in (home_page, *pages.values()):
        page.save_revision().publish()
    translate_site(home_page)
    _add_frame(_take_over_site(home_page), ids)
    return home_page


def _add_home() -> HomePage:
    page = HomePage(
        title=home.TITLE,
        slug="treblle",
        seo_title=home.SEO_TITLE,
        search_description=home.DESCRIPTION,
        body=_stream([]),
    )
    Page.get_first_root_node().add_child(instance=page)
    return page


def _add_pages(parent: HomePage) -> dict[str, Any]:
    """All pages below home by their slugs, still without what links to others."""
    made: list[SitePage] = [_section_page(module) for module in SECTION_PAGES]
    made += [_content_page(module) for module in CONTENT_PAGES]
    made += [_pricing(), _contact(), *_legal()]
    for page in made:
        parent.add_child(instance=page)
    _add_contact_fields(next(page for page in made if isinstance(page, ContactPage)))
    return {page.slug: page for page in made}


def _section_page(module: ModuleType) -> SectionsPage:
    return SectionsPage(
        title=module.TITLE,
        slug=module.SLUG,
        seo_title=module.SEO_TITLE,
        search_description=module.DESCRIPTION,
        body=_stream([]),
    )


def _content_page(module: ModuleType) -> ContentPage:
    return ContentPage(
        title=module.TITLE,
        slug=module.SLUG,
        search_description=module.DESCRIPTION,
        introduction=module.INTRODUCTION,
        body=_stream([]),
    )


def _pricing() -> PricingPage:
    return PricingPage(
        title=pricing.TITLE,
        slug=pricing.SLUG,
        seo_title=pricing.SEO_TITLE,
        search_description=pricing.DESCRIPTION,
        headline=pricing.HEADLINE,
        introduction=pricing.INTRODUCTION,
        plans=_stream(pricing.plans(_own_address())),
        note=pricing.NOTE,
        body=_stream(pricing.body()),
    )


def _contact() -> ContactPage:
    return ContactPage(
        title=contact.TITLE,
        slug=contact.SLUG,
        search_description=contact.DESCRIPTION,
        introduction=contact.INTRODUCTION,
        to_address=_own_address(),
        subject=contact.SUBJECT,
    )


def _add_contact_fields(page: ContactPage) -> None:
    for place, (label, kind, required) in enumerate(contact.FIELDS):
        page.form_fields.add(
            ContactField(sort_order=place, label=label, field_type=kind, required=required)
        )


def _legal() -> list[ContentPage]:
    return [
        ContentPage(
            title=legal.PRIVACY_TITLE,
            slug=legal.PRIVACY_SLUG,
            search_description=legal.PRIVACY_DESCRIPTION,
            introduction=legal.PRIVACY_INTRODUCTION,
            body=_stream(legal.body(legal.PRIVACY_TEXT)),
        ),
        ContentPage(
            title=legal.TERMS_TITLE,
            slug=legal.TERMS_SLUG,
            search_description=legal.TERMS_DESCRIPTION,
            introduction=legal.TERMS_INTRODUCTION,
            body=_stream(legal.body(legal.TERMS_TEXT)),
        ),
    ]


def _take_over_site(home_page: HomePage) -> Site:
    """The default site shows our home page; Wagtail's welcome page goes."""
    address = urlsplit(settings.WEBSITE_URL)
    default_port = HTTPS_PORT if address.scheme == "https" else HTTP_PORT
    site, _ = Site.objects.update_or_create(
        is_default_site=True,
        defaults={
            "hostname": address.hostname,
            "port": address.port or default_port,
            "root_page": home_page,
            "site_name": settings.WAGTAIL_SITE_NAME,
        },
    )
    for welcome in Page.objects.filter(depth=2).exact_type(Page):
        welcome.delete()
    return site


def _add_frame(site: Site, ids: dict[str, int]) -> None:
    made = HeaderAndFooter(site=site, **_frame(ids))
    made.translations = [  # type: ignore[misc]  # a cluster takes a list
        HeaderAndFooterTranslation(language=language, **_frame(ids, Catalogue(language)))
        for language in OTHER_LANGUAGES
    ]
    made.save()


def _frame(ids: dict[str, int], catalogue: Catalogue | None = None) -> dict[str, str]:
    links, columns, note = frame.header_links(ids), frame.footer_columns(ids), frame.NOTE
    if catalogue is not None:
        links, columns, note = (catalogue.blocks(each) for each in (links, columns, note))
    return {
        "header_links": _stream(links),
        "footer_columns": _stream(columns),
        "footer_note": note,
    }


def _own_address() -> str:
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1]


def _stream(blocks: list[Block]) -> str:
    return json.dumps(blocks)
