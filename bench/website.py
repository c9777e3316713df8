"""The website as a visitor gets it: time of a kept page, weight of a first load, how far things move.

It runs as when it is embedded, with the site it is seeded with; a page is asked for over a kept
connection of this machine, so the time is the server's and a little more.
"""

import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import urljoin

import httpx

from bench.figures import RUNS, Figure, percentile
from embedded.ports import Ports
from embedded.surroundings import Choices
from embedded.system import System

CALLS: Final = 300
WARM_UP: Final = 20
HOME: Final = "/"
# What the page itself asks for, whatever it is; pictures are not counted in the target.
LOADED: Final = re.compile(
    r'<(?:link rel="(?:stylesheet|icon)"|script)[^>]*?(?:href|src)="([^"]+)"'
)
# In the page: what has moved since it was opened (web.dev/articles/cls).
SHIFTS: Final = """() => new Promise((resolve) => {
  let moved = 0;
  new PerformanceObserver((list) => list.getEntries().forEach((each) => { moved += each.value; }))
    .observe({ type: "layout-shift", buffered: true });
  requestAnimationFrame(() => requestAnimationFrame(() => resolve(moved)));
})"""


def measure() -> list[Figure]:
    folder = Path(tempfile.mkdtemp(prefix="treblle-bench-"))
    try:
        choices = Choices(log_level="warning")
        with System(folder / "data", Ports.free(), choices, parts=("website",)) as system:
            return list(_figures(system.url("website")))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _figures(url: str) -> Iterator[Figure]:
    with httpx.Client(base_url=url, headers={"Accept-Encoding": "gzip"}) as visitor:
        runs = [_p95_ms(visitor) for _ in range(RUNS)]
        yield Figure("website.p95_ms.home", "ms", runs, "< 20", "kept page, over HTTP")
        weight = [_bytes(visitor) / 1000]
        yield Figure("website.kb.home", "kB", weight, "< 100", "first load, gzip, no pictures")
    yield Figure("website.cls.home", "", [_shift(url) for _ in range(RUNS)], "≤ 0", "Chromium")


def _p95_ms(visitor: httpx.Client) -> float:
    spent = []
    for number in range(WARM_UP + CALLS):
        began = time.perf_counter()
        visitor.get(HOME).raise_for_status()
        if number >= WARM_UP:
            spent.append((time.perf_counter() - began) * 1000)
    return percentile(spent, 0.95)


def _bytes(visitor: httpx.Client) -> int:
    """As they come over the line: the page, its styles, its icon and its scripts, had it any."""
    page = visitor.get(HOME)
    names = LOADED.findall(page.text)
    if not names:
        raise RuntimeError("the page asks for no style sheet: its weight was not found")
    answers = [page, *(visitor.get(urljoin(HOME, name)).raise_for_status() for name in names)]
    return sum(answer.num_bytes_downloaded for answer in answers)


def _shift(url: str) -> float:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        program = os.environ.get("CHROMIUM") or shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(f"{url}{HOME}", wait_until="networkidle")
        moved: float = page.evaluate(SHIFTS)
        browser.close()
    return moved
