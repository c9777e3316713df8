"""Pages of the platform over millions of rows: server time, weight, frames of the live tail.

The rows are those of `bench/query.py`, seeded once and kept; `BENCH_PAGES_ROWS=200k` tries it small.
Pages are asked for through Django's test client, with all middleware, at the end of the seeded time.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from unittest import mock

from bench.figures import ROOT, RUNS, Figure, percentile
from bench.query import FOLDER, UNTIL, database_of, django_setup
from bench.weight import weight_of
from embedded.ports import Ports
from embedded.surroundings import Choices
from embedded.system import System
from tests.environment import PLACEHOLDERS
from tests.services.databases import as_default, connect
from tests.support.watching import log_in, make_account, watch

if TYPE_CHECKING:
    from django.test import Client
    from playwright.sync_api import Page

CALLS: Final = 30
WARM_UP: Final = 3
# Name of the page, and the name of its URL.
PAGES: Final = {
    "projects": "projects:list",
    "dashboard": "dashboard:page",
    "requests": "requests:list",
    "request": "requests:detail",
    "endpoints": "endpoints:list",
    "docs": "docs:home",
    "problems": "problems:list",
    "quality": "quality:page",
    "alerts": "alerts:list",
    "settings": "project_settings:general",
}
LIVE_PER_S: Final = 200
LIVE_MESSAGES_PER_S: Final = 20
LIVE_SECONDS: Final = 5
FRAMES: Final = """seconds => new Promise((resolve) => {
  let frames = 0; const end = performance.now() + seconds * 1000;
  const count = () => { frames += 1; performance.now() < end ? requestAnimationFrame(count) : resolve(frames / seconds); };
  requestAnimationFrame(count);
})"""


def measure() -> list[Figure]:
    size = os.environ.get("BENCH_PAGES_ROWS", "20m")
    FOLDER.mkdir(parents=True, exist_ok=True)
    django_setup()
    with database_of("sqlite", size) as url:
        _migrate(url)
        database = connect(url)
        with as_default(database):
            found = list(_pages(size))
        database.connection.close()
    return [*found, *_live_tail()]


def _migrate(url: str) -> None:
    """The ETL made the tables of the rows; sessions are the platform's."""
    environment = {**os.environ, **PLACEHOLDERS, "DATABASE_URL": url}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    command = [sys.executable, "-m", "treblle_platform", "migrate", "-v0"]
    subprocess.run(command, cwd=ROOT, env=environment, check=True)


def _pages(size: str) -> Iterator[Figure]:
    from django.test import Client, override_settings
    from treblle_platform import settings as platform

    names = (
        "ROOT_URLCONF",
        "MIDDLEWARE",
        "TEMPLATES",
        "STATICFILES_DIRS",
        "WHITENOISE_USE_FINDERS",
    )
    own = {name: getattr(platform, name) for name in names}
    own["CONTENT_SECURITY_POLICY"] = platform.CONTENT_SECURITY_POLICY
    own["DETAILS_STORE_URL"] = f"file://{FOLDER}/no-details"
    with (
        override_settings(**own, ALLOWED_HOSTS=["testserver"]),
        mock.patch("django.utils.timezone.now", return_value=UNTIL),
    ):
        browser = Client()
        for name, url in _urls(browser).items():
            runs = [_p95_ms(browser, url) for _ in range(RUNS)]
            against = f"server time, {size} requests, SQLite"
            yield Figure(f"pages.p95_ms.{name}", "ms", runs, "≤ 100", against)
            weight = weight_of(browser, url)
            script, all_of_it = [weight["script"] / 1000], [weight.total() / 1000]
            yield Figure(f"pages.script_kb.{name}", "kB", script, "≤ 150", "all scripts, as sent")
            what = "page, styles, scripts, fonts, pictures, as sent on a first visit"
            yield Figure(f"pages.kb.{name}", "kB", all_of_it, "", what)


def _urls(browser: "Client") -> dict[str, str]:
    """Of the busiest project, as its owner."""
    from django.db.models import Sum
    from django.urls import reverse
    from treblle_models.models import Project, ProjectDay, Request

    busiest = ProjectDay.objects.values("project_id").annotate(n=Sum("requests")).order_by("-n")
    project = Project.objects.select_related("user").get(pk=busiest[:1][0]["project_id"])
    browser.force_login(project.user)
    newest = Request.objects.for_project(project).newest_first()[0]
    arguments: dict[str, dict[str, Any]] = {
        "projects": {},
        "request": {"project_uuid": project.uuid, "request_uuid": newest.uuid},
    }
    usual = {"project_uuid": project.uuid}
    return {name: reverse(view, kwargs=arguments.get(name, usual)) for name, view in PAGES.items()}


def _p95_ms(browser: "Client", url: str) -> float:
    spent = []
    for number in range(WARM_UP + CALLS):
        began = time.perf_counter()
        answer = browser.get(url)
        milliseconds = (time.perf_counter() - began) * 1000
        if answer.status_code != 200:
            raise RuntimeError(f"{url} answered {answer.status_code}")
        if number >= WARM_UP:
            spent.append(milliseconds)
    return percentile(spent, 0.95)


def _live_tail() -> Iterator[Figure]:
    """Frames a second of the list while requests storm in, and how many rows it holds."""
    from playwright.sync_api import sync_playwright

    folder = Path(tempfile.mkdtemp(prefix="treblle-bench-"))
    try:
        choices = Choices(log_level="warning")
        system = System(folder / "data", Ports.free(), choices, parts=("platform",))
        with system, sync_playwright() as playwright:
            program = os.environ.get("CHROMIUM") or shutil.which("chromium")
            flags = ["--no-sandbox"]
            browser = playwright.chromium.launch(executable_path=program, args=flags)
            account = make_account(system)
            page = browser.new_page()
            log_in(page, system, account)
            watch(page, system, account)
            channel = system.environment("platform")["CHANNEL_URL"]
            frames = [_storm(page, account.project_uuid, channel) for _ in range(RUNS)]
            rows = float(page.locator("#requests tr").count())
            browser.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    against = f"the list at {LIVE_PER_S} requests/s, Chromium without a GPU"
    yield Figure("pages.live_frames_per_s", "frames/s", frames, "≥ 50", against)
    yield Figure("pages.live_rows", "rows", [rows], "≤ 200", "rows in the list after that")


def _storm(page: "Page", project_uuid: str, channel_url: str) -> float:
    import threading

    sender = threading.Thread(target=_send, args=(project_uuid, channel_url), daemon=True)
    sender.start()
    frames: float = page.evaluate(FRAMES, LIVE_SECONDS)
    sender.join()
    return frames


def _send(project_uuid: str, channel_url: str) -> None:
    import asyncio

    from channels_redis.pubsub import RedisPubSubChannelLayer  # type: ignore[import-untyped]
    from treblle_service.django.live import MESSAGE_TYPE, project_group

    async def send() -> None:
        layer = RedisPubSubChannelLayer(hosts=[channel_url])
        group = project_group(project_uuid)
        for _ in range(LIVE_SECONDS * LIVE_MESSAGES_PER_S):
            began = time.monotonic()
            rows = [_summary() for _ in range(LIVE_PER_S // LIVE_MESSAGES_PER_S)]
            message = {"type": "requests", "project": project_uuid, "requests": rows, "stats": {}}
            await layer.group_send(group, {"type": MESSAGE_TYPE, "message": message})
            await asyncio.sleep(max(0, 1 / LIVE_MESSAGES_PER_S - (time.monotonic() - began)))

    asyncio.run(send())


def _summary() -> dict[str, Any]:
    from treblle_models.identity import uuid7

    now = datetime.now(UTC).isoformat(timespec="microseconds")
    return {
        **dict.fromkeys(("received_at", "requested_at", "loaded_at"), now),
        **{"uuid": str(uuid7()), "method": "GET", "host": "api.example.com", "status": 200},
        **{"path": "/v1/books/7", "endpoint": "/v1/books/{id}", "load_time_ms": 12.5},
        **{"response_size_bytes": 900, "country": "HR", "city": "Zagreb", "os": "iOS"},
        **{"device": "iPhone", "app": "BookApp", "has_errors": False},
    }
