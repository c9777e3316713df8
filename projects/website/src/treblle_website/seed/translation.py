"""Puts what is seeded into other languages, by catalogues in gettext's PO form (`seed/locale/de.po`).

A text that its catalogue does not have stays as it is.
"""

import json
import re
from pathlib import Path
from typing import Any, Final

import polib  # type: ignore[import-untyped]  # brings no types
from wagtail.models import Locale

from treblle_website.languages import DEFAULT, LANGUAGES
from treblle_website.models import ContactPage, HomePage, SitePage

CATALOGUES: Final = Path(__file__).parent / "locale"
OTHER_LANGUAGES: Final = [code for code, _ in LANGUAGES if code != DEFAULT]
TEXTS: Final = (
    *("title", "seo_title", "search_description"),
    *("headline", "introduction", "note", "button", "thanks", "subject"),
)
STREAMS: Final = ("plans", "body")
# The context of addresses, so that "docs" is not taken for the name of an icon.
SLUG: Final = "slug"
# Links in running text name the page they lead to by its number; the catalogue says {page}.
PAGE_ID: Final = re.compile(r'(?<=linktype="page" id=")\d+')


class Catalogue:
    """The words of one language by those of the first."""

    def __init__(self, language: str) -> None:
        entries = polib.pofile(str(CATALOGUES / f"{language}.po"))
        self._words = {(entry.msgctxt, entry.msgid): entry.msgstr for entry in entries}

    def text(self, original: str, context: str | None = None) -> str:
        numbers = PAGE_ID.findall(original)
        found = self._words.get((context, PAGE_ID.sub("{page}", original))) or original
        for number in numbers:
            found = found.replace("{page}", number, 1)
        return found

    def blocks(self, value: Any) -> Any:
        """The same blocks with their texts translated, however deep."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {name: self.blocks(each) for name, each in value.items()}
        if isinstance(value, list):
            return [self.blocks(each) for each in value]
        return value


def translate_site(home_page: HomePage) -> None:
    """Publish the home page and those below it in every other language."""
    for language in OTHER_LANGUAGES:
        locale, _ = Locale.objects.get_or_create(language_code=language)
        catalogue = Catalogue(language)
        _translate(home_page, locale, catalogue)
        for page in home_page.get_children().specific():
            _translate(page, locale, catalogue)


def _translate(page: SitePage, locale: Locale, catalogue: Catalogue) -> None:
    copy = page.copy_for_translation(locale)
    copy.slug = catalogue.text(page.slug, SLUG)
    for name in TEXTS:
        if hasattr(copy, name):
            setattr(copy, name, catalogue.text(getattr(copy, name)))
    for name in STREAMS:
        if hasattr(copy, name):
            blocks = getattr(copy, name).get_prep_value()
            setattr(copy, name, json.dumps(catalogue.blocks(blocks)))
    if isinstance(copy, ContactPage):
        fields = list(copy.form_fields.all())
        for field in fields:
            field.label = catalogue.text(field.label)
        copy.form_fields.set(fields)
    copy.save_revision().publish()
