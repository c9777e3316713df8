"""The seeded website in a browser: for everybody to read, and nothing moves while it is read."""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from embedded.ports import Ports
from embedded.surroundings import Choices
from embedded.system import System
from tests.support.accessibility import DESKTOP, PHONE, assert_page_is_accessible, violations
from tests.support.ghost import KEY, ghost_double

if TYPE_CHECKING:
    from playwright.sync_api import Page

# In the page: how far things moved since it was opened (web.dev/articles/cls).
SHIFT = """() => new Promise((resolve) => {
  let moved = 0;
  new PerformanceObserver((list) => list.getEntries().forEach((each) => { moved += each.value; }))
    .observe({ type: "layout-shift", buffered: true });
  requestAnimationFrame(() => requestAnimationFrame(() => resolve(moved)));
})"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("website")
    with ghost_double(count=14) as (ghost, _), site_with_blog(folder, ghost) as url:
        yield url
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def site_with_blog(folder: Path, ghost: str) -> Iterator[str]:
    more = {"GHOST_URL": ghost, "GHOST_CONTENT_KEY": KEY}
    choices = Choices(log_level="warning", more=more)
    with System(folder / "data", Ports.free(), choices, parts=("website",)) as system:
        yield system.url("website")


@pytest.fixture(scope="module")
def pages(site: str) -> list[str]:
    """Every page of the sitemap, and those that are in none: errors, a search, a tag, blog in German."""
    addresses = re.findall(r"<loc>([^<]+)</loc>", httpx.get(f"{site}/sitemap.xml").text)
    expected = ("", "de/", "help/masking/", "de/preise/", "de/help/masking/", "blog/post-1/")
    assert {f"{site}/{path}" for path in expected} <= set(addresses)
    more = ("nothing/", "de/nothing/", "help/?q=mask", "blog/?page=2", "blog/tag/news/")
    german = ("de/blog/", "de/blog/post-1/")
    return [*addresses, *(f"{site}/{path}" for path in (*more, *german))]


def test_every_page_is_accessible(page: "Page", pages: list[str]) -> None:
    for url in pages:
        assert_page_is_accessible(page, url)


def test_a_form_that_is_sent_back_is_accessible_and_leads_to_what_is_missing(
    page: "Page", site: str
) -> None:
    for path, label in (("contact/", "Email"), ("de/kontakt/", "E-Mail")):
        page.goto(f"{site}/{path}")
        # What the browser itself would hold back.
        page.locator("form.form").evaluate("form => { form.noValidate = true; }")
        page.get_by_label(label).fill("nora")
        page.locator("form.form button").click()
        summary = page.locator("form.form [role=alert]")
        summary.get_by_role("link", name=label, exact=True).click()
        assert page.evaluate("document.activeElement.name") == "email"
        field = page.get_by_label(label)
        assert field.get_attribute("aria-invalid") == "true"
        told = page.locator(f"#{field.get_attribute('aria-describedby')}")
        assert told.inner_text() != ""
        assert violations(page) == []


def test_nothing_moves_on_any_page(page: "Page", pages: list[str]) -> None:
    for size in (DESKTOP, PHONE):
        page.set_viewport_size(size)
        for url in pages:
            page.goto(url, wait_until="load")
            assert page.evaluate(SHIFT) == 0, f"{url} {size}"
