"""What stands around every page: header and footer, in each language."""

from typing import ClassVar

from django.db import models
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, InlinePanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting
from wagtail.fields import StreamField

from treblle_website.blocks import LinkBlock, LinkColumnBlock
from treblle_website.languages import DEFAULT, LANGUAGES


class Frame(models.Model):
    """Links and words of header and footer in one language."""

    header_links = StreamField([("link", LinkBlock())], blank=True, max_num=6)
    footer_columns = StreamField([("column", LinkColumnBlock())], blank=True, max_num=4)
    footer_note = models.CharField(max_length=200, blank=True)

    panels: ClassVar = [
        FieldPanel("header_links"),
        FieldPanel("footer_columns"),
        FieldPanel("footer_note"),
    ]

    class Meta:
        abstract = True


@register_setting(icon="bars")
class HeaderAndFooter(ClusterableModel, Frame, BaseSiteSetting):
    """In the site's first language. Log in and Start free always stand in the header."""

    panels: ClassVar = [
        *Frame.panels,
        InlinePanel("translations", heading="In other languages", label="language"),
    ]

    class Meta:
        verbose_name = "header and footer"

    def __str__(self) -> str:
        return "Header and footer"

    def in_language(self, language: str) -> Frame:
        """The translation, or this itself where there is none."""
        return self.translations.filter(language=language).first() or self


class HeaderAndFooterTranslation(Frame):
    """Header and footer in another language."""

    original = ParentalKey(HeaderAndFooter, on_delete=models.CASCADE, related_name="translations")
    language = models.CharField(
        max_length=10, choices=[each for each in LANGUAGES if each[0] != DEFAULT]
    )

    panels: ClassVar = [FieldPanel("language"), *Frame.panels]

    class Meta:
        verbose_name = "header and footer in another language"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["original", "language"], name="frame_language")
        ]

    def __str__(self) -> str:
        return self.get_language_display()
