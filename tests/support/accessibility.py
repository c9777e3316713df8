"""What axe finds on a page, light and dark, on a desktop and a phone."""

from typing import TYPE_CHECKING, Final

from django.conf import settings

if TYPE_CHECKING:
    from playwright.sync_api import Page

AXE: Final = "axe-core/axe.min.js"
# WCAG 2.2, levels A and AA.
TAGS: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
PHONE: Final = {"width": 390, "height": 844}
DESKTOP: Final = {"width": 1440, "height": 900}
# In the page: what is wider than the screen makes the whole page slide sideways.
WIDER_THAN_THE_SCREEN: Final = (
    "document.documentElement.scrollWidth - document.documentElement.clientWidth"
)


def assert_page_is_accessible(page: "Page", url: str) -> None:
    """axe finds nothing in either theme and at either width, and nothing is wider than a phone."""
    page.set_viewport_size(DESKTOP)
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        page.goto(url)
        assert violations(page) == [], f"{url} {theme}"
    page.set_viewport_size(PHONE)
    assert violations(page) == [], f"{url} on a phone"
    assert page.evaluate(WIDER_THAN_THE_SCREEN) <= 0, f"{url} slides sideways"


def violations(page: "Page") -> list[str]:
    page.evaluate((settings.NODE_MODULES / AXE).read_text())
    found = page.evaluate("tags => axe.run({runOnly: tags, resultTypes: ['violations']})", TAGS)
    return [
        f"{each['id']}: {node['target']} {node['failureSummary']}"
        for each in found["violations"]
        for node in each["nodes"]
    ]
