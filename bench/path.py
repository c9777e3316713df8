"""The whole path: from a POST at the intake to the row on an open page, in milliseconds.

Every process is real: intake, listener, worker, platform, Chromium. The page notes when a row
with a certain id stands in it (MutationObserver); both clocks are the machine's.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

import httpx
from treblle_models.identity import uuid7

from bench.figures import ROOT, RUNS, Figure, percentile
from demo.places import write_database
from embedded import memory
from embedded.ports import Ports
from embedded.surroundings import Choices
from embedded.system import System
from tests.support.conditions import wait_until
from tests.support.payloads import django_payload
from tests.support.watching import Account, log_in, make_account, watch

if TYPE_CHECKING:
    from playwright.sync_api import Page

RATE_PER_S: Final = 20
REQUESTS_A_RUN: Final = 200
WARM_UP: Final = 40
# Programs of the measurement itself do not count towards the system's memory.
NOT_OURS: Final = ("chromium", "playwright", "bench")
OBSERVER: Final = """
window.seenAt = {};
new MutationObserver(changes => {
  const now = performance.timeOrigin + performance.now();
  for (const change of changes) for (const node of change.addedNodes) {
    const uuid = node.dataset && node.dataset.requestUuid;
    if (uuid) window.seenAt[uuid] = now;
  }
}).observe(document.querySelector('tbody#requests'), {childList: true});
"""


def measure() -> list[Figure]:
    folder = Path(tempfile.mkdtemp(prefix="treblle-bench-"))
    try:
        delays, megabytes = _delays_and_memory(folder)
        starts = [_seconds_to_first_request(folder / f"start-{run}") for run in range(RUNS)]
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    p50 = [percentile(run, 0.5) for run in delays]
    p95 = [percentile(run, 0.95) for run in delays]
    against = f"POST at the intake to the row on the page, {RATE_PER_S} requests/s"
    return [
        Figure("path.p50_ms", "ms", p50, "< 50", against),
        Figure("path.p95_ms", "ms", p95, "< 120", against),
        Figure("path.rss_mb", "MB", megabytes, "≤ 600", "PSS of all processes, under this load"),
        Figure("path.start_s", "s", starts, "", "`make demo`, prepared, to the first live request"),
    ]


def _delays_and_memory(folder: Path) -> tuple[list[list[float]], list[float]]:
    from playwright.sync_api import sync_playwright

    places = folder / "places.mmdb"
    write_database(places)
    choices = Choices(geoip_path=str(places), log_level="warning")
    with System(folder / "data", Ports.free(), choices) as system, sync_playwright() as playwright:
        account = make_account(system)
        program = os.environ.get("CHROMIUM") or shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        page = browser.new_page()
        log_in(page, system, account)
        watch(page, system, account)
        page.evaluate(OBSERVER)
        _run(page, system, account, WARM_UP)
        delays, megabytes = [], []
        for _ in range(RUNS):
            delays.append(_run(page, system, account, REQUESTS_A_RUN))
            megabytes.append(_memory_mb())
        browser.close()
    return delays, megabytes


def _run(page: "Page", system: System, account: Account, number: int) -> list[float]:
    """Send at a steady rate; the delay of each request, in milliseconds."""
    made = django_payload() | {"api_key": account.api_key, "project_id": account.project_id}
    sent: dict[str, float] = {}
    with httpx.Client(base_url=system.url("intake"), timeout=10) as client:
        began = time.monotonic()
        for turn in range(number):
            made["event_id"] = str(uuid7())
            body = json.dumps(made)
            time.sleep(max(0.0, began + turn / RATE_PER_S - time.monotonic()))
            sent[made["event_id"]] = time.time() * 1000
            client.post("/", content=body, headers={"x-api-key": account.api_key})
    seen: dict[str, float] = wait_until(lambda: _all_seen(page, sent))
    return [seen[uuid] - at for uuid, at in sent.items()]


def _all_seen(page: "Page", sent: dict[str, float]) -> dict[str, float]:
    seen: dict[str, float] = page.evaluate("window.seenAt")
    return seen if sent.keys() <= seen.keys() else {}


def _memory_mb() -> float:
    usages = memory.of_tree(os.getpid(), without=NOT_OURS[:2])
    return sum(usage.pss for usage in usages if usage.pid != os.getpid()) / memory.BYTES_IN_MB


def _seconds_to_first_request(folder: Path) -> float:
    """`make demo` as a person types it, on ports of its own, until `demo.json` is there.

    The first live row is what the file waits for. The data folder is new, the checkout prepared.
    """
    ports = Ports.free()
    names = {f"{name.upper()}_PORT": str(port) for name, port in ports.items()}
    environment = {**os.environ, **names, "TREBLLE_FOLDER": str(folder)}
    command = ["make", "demo", f"PYTHON={sys.executable}"]
    written = folder / "demo.json"
    began = time.monotonic()
    demo = subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        wait_until(written.exists, within_s=120)
        return time.monotonic() - began
    finally:
        os.killpg(demo.pid, signal.SIGINT)
        demo.wait(30)
