"""Two versions of some sections (an A/B test): half of the visitors see one, half the other."""

from typing import Any

from django.http import HttpRequest
from wagtail import blocks

from treblle_website.visitors import HALVES, half_of

MAX_SECTIONS = 3
HELP = (
    "Half of a day’s visitors see A, the others B, without a cookie. Under Page views each page has "
    "the views of both halves: compare those of the page that A and B should lead to. Change one "
    "thing at a time, and take the block out when you have learned it."
)
MARK = "is_in_versions"


class VersionsBlock(blocks.StructBlock):
    """`a` and `b` are streams of sections."""

    def __init__(self, sections: type[blocks.StreamBlock], **options: Any) -> None:
        versions = [(half, sections(max_num=MAX_SECTIONS)) for half in HALVES]
        super().__init__(versions, **options)

    class Meta:
        icon = "copy"
        label = "Two versions (A/B test)"
        help_text = HELP
        template = "treblle_website/blocks/versions.html"

    def get_context(
        self, value: Any, parent_context: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """`shown`: the version of the visitor's half; of a draft both, one below the other."""
        context: dict[str, Any] = super().get_context(value, parent_context=parent_context)
        request = context.get("request")
        if request is None or getattr(request, "is_preview", False):
            return context | {"shown": [value[half] for half in HALVES]}
        setattr(request, MARK, True)
        return context | {"shown": [value[half_of(request)]]}


def is_in_versions(request: HttpRequest) -> bool:
    """Whether the page that was made for it is another for the other half of the visitors."""
    return getattr(request, MARK, False)
