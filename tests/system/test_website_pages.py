"""The seeded website in a browser: for everybody to read, and nothing moves while it is read."""

import re
import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING

import httpx
import pytest

from embedded.ports import Ports
from embedded.surroundings import Choices
from embedded.system import System
from tests.support.accessibility import DESKTOP, PHONE, assert_page_is_accessible

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
    choices = Choices(log_level="warning")
    with System(folder / "data", Ports.free(), choices, parts=("website",)) as system:
        yield system.url("website")
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def pages(site: str) -> list[str]:
    """Every page of the sitemap, and those that are in none: errors, a search, no blog."""
    addresses = re.findall(r"<loc>([^<]+)</loc>", httpx.get(f"{site}/sitemap.xml").text)
    assert {f"{site}/", f"{site}/de/", f"{site}/help/masking/"} <= set(addresses)
    return [*addresses, f"{site}/nothing/", f"{site}/help/?q=mask", f"{site}/blog/"]


def test_every_page_is_accessible(page: "Page", pages: list[str]) -> None:
    for url in pages:
        assert_page_is_accessible(page, url)


def test_nothing_moves_on_any_page(page: "Page", pages: list[str]) -> None:
    for size in (DESKTOP, PHONE):
        page.set_viewport_size(size)
        for url in pages:
            page.goto(url, wait_until="load")
            assert page.evaluate(SHIFT) == 0, f"{url} {size}"
