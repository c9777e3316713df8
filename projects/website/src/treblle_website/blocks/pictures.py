"""Pictures of the product, made of HTML and CSS: sharp at any size, dark and light, no download."""

from typing import Any

from django.db.models import TextChoices
from wagtail import blocks


class Picture(TextChoices):
    REQUESTS = "requests", "Live requests"
    ENDPOINTS = "endpoints", "Endpoints from traffic"
    MASKING = "masking", "A masked request"
    PERCENTILES = "percentiles", "Percentiles"


class PictureValue(blocks.StructValue):
    """A section that may have one of our pictures."""

    @property
    def picture_template(self) -> str:
        """The template of the chosen picture, "" for none."""
        name = self["picture"]
        return f"treblle_website/pictures/{name}.html" if name else ""


def picture_block(**options: Any) -> blocks.ChoiceBlock:
    return blocks.ChoiceBlock(choices=Picture.choices, **options)
