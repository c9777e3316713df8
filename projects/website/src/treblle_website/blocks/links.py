"""Links as editors make them: to a page, to an address, or to the platform."""

import re
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import TextChoices
from django.urls import reverse
from django.utils.translation import get_language
from wagtail import blocks
from wagtail.models import Page

SIGN_UP_PATH = "/accounts/signup/"
LOG_IN_PATH = "/accounts/login/"
# Nothing that runs ("javascript:") and no host without a scheme ("//host").
ADDRESS = re.compile(r"https?://|mailto:|/(?!/)|#")


class Destination(TextChoices):
    SIGN_UP = "sign_up", "Sign-up in the platform"
    LOG_IN = "log_in", "Log-in in the platform"
    PAGE = "page", "A page of this site"
    HELP = "help", "The help"
    BLOG = "blog", "The blog, where there is one"
    ADDRESS = "address", "An address"


class LinkValue(blocks.StructValue):
    """A link with its `href`; "" when what it led to is gone or not published."""

    @property
    def href(self) -> str:
        destination = self["destination"]
        if destination == Destination.SIGN_UP:
            return f"{settings.PLATFORM_URL}{SIGN_UP_PATH}"
        if destination == Destination.LOG_IN:
            return f"{settings.PLATFORM_URL}{LOG_IN_PATH}"
        if destination == Destination.HELP:
            return reverse("help")
        if destination == Destination.BLOG:
            return reverse("blog") if settings.GHOST_URL else ""
        if destination == Destination.PAGE:
            page = self["page"]
            if page is None or not page.live:
                return ""
            return _in_readers_language(page).url or ""
        return str(self["address"])


def _in_readers_language(page: Page) -> Page:
    """The page itself where it is not published in that language; one query, `localized` takes two."""
    translations = Page.objects.live().filter(locale__language_code=get_language())
    return translations.filter(translation_key=page.translation_key).first() or page


class LinkBlock(blocks.StructBlock):
    """One link. Where it leads is chosen; platform addresses come from the environment."""

    label = blocks.CharBlock(max_length=60)
    destination = blocks.ChoiceBlock(choices=Destination.choices, default=Destination.PAGE)
    page = blocks.PageChooserBlock(required=False)
    address = blocks.CharBlock(
        required=False, max_length=500, help_text="https://…, mailto:…, /path or #place"
    )

    class Meta:
        icon = "link"
        value_class = LinkValue

    def clean(self, value: Mapping[str, Any]) -> Any:
        cleaned = super().clean(value)
        problem = problem_of(cleaned)
        if problem is not None:
            field, message = problem
            error = ValidationError(message)
            raise blocks.StructBlockValidationError(block_errors={field: error})
        return cleaned


def problem_of(link: Mapping[str, Any]) -> tuple[str, str] | None:
    """The field that keeps the link from leading anywhere, and why."""
    if link["destination"] == Destination.PAGE and not link["page"]:
        return "page", "Choose the page the link leads to."
    if link["destination"] == Destination.ADDRESS and not ADDRESS.match(link["address"]):
        return "address", "An address begins with https://, mailto:, / or #."
    return None
