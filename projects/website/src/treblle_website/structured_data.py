"""What a page is, in the words of schema.org, for search engines (JSON-LD).

A script element of this type is a block of data: browsers never run it, so that the policy against
scripts does not touch it (HTML Standard, "prepare the script element").
"""

import json
from typing import Any

from django.conf import settings
from django.utils.html import strip_tags
from django.utils.safestring import SafeString, mark_safe
from wagtail.blocks import StreamValue

CONTEXT = "https://schema.org"
HOME_DEPTH = 2
# As `json_script` of Django does it: nothing in the data can end the element.
ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}


def describe(page: Any) -> list[dict[str, Any]]:
    """Things on the page: the page with its way from home, the product at home, its questions."""
    things = [_trail(page)] if page.depth > HOME_DEPTH else [_organization(), _product(page)]
    questions = list(_questions(page))
    if questions:
        things.append({"@context": CONTEXT, "@type": "FAQPage", "mainEntity": questions})
    return things


def as_script(things: list[dict[str, Any]]) -> SafeString:
    return mark_safe(json.dumps(things, ensure_ascii=False).translate(ESCAPES))  # noqa: S308


def _organization() -> dict[str, Any]:
    return {
        "@context": CONTEXT,
        "@type": "Organization",
        "name": settings.WAGTAIL_SITE_NAME,
        "url": f"{settings.WEBSITE_URL}/",
    }


def _product(page: Any) -> dict[str, Any]:
    return {
        "@context": CONTEXT,
        "@type": "SoftwareApplication",
        "name": settings.WAGTAIL_SITE_NAME,
        "applicationCategory": "DeveloperApplication",
        "operatingSystem": "Web",
        "description": page.search_description,
        "url": page.canonical_url,
    }


def _trail(page: Any) -> dict[str, Any]:
    above = page.get_ancestors(inclusive=True).filter(depth__gte=HOME_DEPTH).specific()
    steps = [
        {"@type": "ListItem", "position": place, "name": each.title, "item": each.canonical_url}
        for place, each in enumerate(above, start=1)
    ]
    return {"@context": CONTEXT, "@type": "BreadcrumbList", "itemListElement": steps}


def _questions(page: Any) -> Any:
    body = getattr(page, "body", None)
    if not isinstance(body, StreamValue):
        return
    for block in body:
        if block.block_type != "questions":
            continue
        for item in block.value["questions"]:
            answer = {"@type": "Answer", "text": strip_tags(str(item["answer"])).strip()}
            yield {"@type": "Question", "name": item["question"], "acceptedAnswer": answer}
