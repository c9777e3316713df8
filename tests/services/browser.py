"""Headless Chromium through Playwright, one process for the whole run, a fresh context a test.

Playwright's synchronous interface keeps an event loop "running" on the main thread, which would
break every asyncio test that comes after it. So the loop is marked as running only while a test
uses the browser. Browser tests are plain functions, not coroutines.
"""

import asyncio
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize

HINT = "tests need Chromium: apt-get install chromium, or name it: CHROMIUM=/path/to/chromium"
PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Root has no sandbox; /dev/shm of containers is too small for pages.
FLAGS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
DESKTOP: "ViewportSize" = {"width": 1440, "height": 900}


@dataclass(frozen=True)
class RunningBrowser:
    browser: "Browser"
    loop: asyncio.AbstractEventLoop


@pytest.fixture(scope="session")
def chromium_path() -> str:
    given = os.environ.get("CHROMIUM")
    if given and not os.access(given, os.X_OK):
        pytest.fail(f"CHROMIUM={given} is not a program. {HINT}", pytrace=False)
    found = given or next((place for name in PROGRAMS if (place := shutil.which(name))), None)
    return found or pytest.fail(HINT, pytrace=False)


@pytest.fixture(scope="session")
def running_browser(chromium_path: str) -> Iterator[RunningBrowser]:
    from playwright.sync_api import sync_playwright

    playwright = sync_playwright().start()
    loop = asyncio.get_running_loop()
    browser = playwright.chromium.launch(executable_path=chromium_path, args=FLAGS)
    asyncio._set_running_loop(None)
    yield RunningBrowser(browser, loop)
    asyncio._set_running_loop(loop)
    browser.close()
    playwright.stop()
    asyncio._set_running_loop(None)


@pytest.fixture
def browser(
    running_browser: RunningBrowser, monkeypatch: pytest.MonkeyPatch
) -> Iterator["Browser"]:
    # Django takes the marked loop for a coroutine's and would refuse to query: there is none.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    asyncio._set_running_loop(running_browser.loop)
    yield running_browser.browser
    for context in running_browser.browser.contexts:
        context.close()
    asyncio._set_running_loop(None)


@pytest.fixture
def browser_context(browser: "Browser") -> "BrowserContext":
    """Cookies and storage of its own; a second person is `browser.new_context()`."""
    return browser.new_context(viewport=DESKTOP, locale="en-GB", timezone_id="UTC")


@pytest.fixture
def page(browser_context: "BrowserContext") -> "Page":
    return browser_context.new_page()
