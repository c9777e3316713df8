"""One worker under load: events a second, what an event costs, and what the way round it costs.

Workers first load a few objects, so that imports, endpoints and connections are there; then they
are held while raw objects and events are laid out, and the clock runs from their release to the
last row. The bare loop calls the same pipeline on the same number of objects, warmed likewise, in
one process, without listener, queue and Celery. A quarter of EVENTS, half and all of them are
measured, so that growth shows; events are of 2 KB; `BENCH_ETL_EVENTS` tries it small.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from treblle_models.identity import uuid7
from treblle_service import raw_objects
from treblle_service.events import notification_for, open_queue
from treblle_service.store import open_store

from bench import shop
from bench.figures import ROOT, RUNS, Figure
from bench.models import _mariadb
from embedded.log_lines import LogLines
from embedded.ports import Ports
from embedded.surroundings import Choices
from embedded.system import System
from tests.services.mariadb import new_database
from tests.support.conditions import wait_until
from tests.support.watching import Account, make_account, rows_of

EVENTS: Final = int(os.environ.get("BENCH_ETL_EVENTS", "20000"))
SIZES: Final = (EVENTS // 4, EVENTS // 2, EVENTS)
EVENTS_PER_OBJECT: Final = 250
ENDPOINTS: Final = 40
# Loaded before the clock runs: some objects for each worker.
WARM_EVENTS: Final = 4 * EVENTS_PER_OBJECT
LONGEST_S: Final = 900
QUIET: Final = {"SWEEP_EVERY_S": "3600", "SWEEP_AFTER_S": "3600"}


def measure() -> list[Figure]:
    folder = Path(tempfile.mkdtemp(prefix="treblle-bench-"))
    figures: list[Figure] = []
    try:
        with _mariadb(folder) as server:
            for engine in ("sqlite", "mariadb"):
                figures += _of_engine(folder, engine, server)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return figures


def _of_engine(folder: Path, engine: str, server: str) -> Iterator[Figure]:
    by_size: dict[int, list[float]] = {events: [] for events in SIZES}
    rates, ratios, twice = by_size[EVENTS], [], []
    for _ in range(RUNS):
        with _system(folder, engine, server, workers=1) as system:
            for events, rate in _through_the_queue(system, SIZES).items():
                by_size[events].append(rate)
            bare = _bare_loop(system)
            ratios.append(rates[-1] / bare)
        if engine == "mariadb":
            with _system(folder, engine, server, workers=2) as system:
                twice.append(_through_the_queue(system, (EVENTS,))[EVENTS] / rates[-1])
    for events in SIZES:
        of = f"{events:,} events, objects of {EVENTS_PER_OBJECT}, one worker, all insight on"
        size = "" if events == EVENTS else f".{events}"
        yield Figure(f"etl.events_per_s.{engine}{size}", "1/s", by_size[events], "", of)
    yield Figure(f"etl.us_per_event.{engine}", "us", [1e6 / rate for rate in rates], "< 1000", of)
    bare_of = "the same pipeline in a bare loop, without listener, queue and Celery"
    yield Figure(f"etl.vs_bare_loop.{engine}", "x rate", ratios, "≥ 0.7", bare_of)
    if twice:
        yield Figure(f"etl.two_workers_ratio.{engine}", "x rate", twice, "≥ 1.5", "one worker")


@contextmanager
def _system(folder: Path, engine: str, server: str, *, workers: int) -> Iterator[System]:
    """Listener, worker and beat on an empty database."""
    data = Path(tempfile.mkdtemp(dir=folder))
    with new_database(server) as mariadb:
        choices = Choices(
            database_url=mariadb if engine == "mariadb" else "",
            log_level="warning",
            etl_workers=workers,
            more=QUIET,
        )
        log = LogLines(open(os.devnull, "w"))  # noqa: SIM115 (lives as long as the system)
        with System(data, Ports.free(), choices, parts=("etl",), log=log) as system:
            system.run("platform", "migrate", "--verbosity=0")
            yield system


def _through_the_queue(system: System, sizes: Sequence[int]) -> dict[int, float]:
    """Events a second of warm workers, by how many wait for them."""
    account = make_account(system)
    names = [name for name in ("etl-worker", "etl-worker-2") if name in system.supervisor.names]
    queue = open_queue(system.environment("etl")["EVENTS_URL"])
    with rows_of(system.environment("etl")) as rows:

        def loaded() -> int:
            return rows.number("SELECT COUNT(*) FROM requests")

        def load(keys: list[tuple[str, int]], events: int) -> float:
            """Seconds from the workers' release until `events` more are there."""
            due = loaded() + events
            for name in names:
                _signal(system, name, signal.SIGSTOP)
            for key, size in keys:
                queue.send(notification_for(key, size))
            for name in names:
                _signal(system, name, signal.SIGCONT)
            began = time.perf_counter()
            wait_until(lambda: loaded() >= due, within_s=LONGEST_S)
            return time.perf_counter() - began

        for _ in names:
            load(put_objects(system, account, WARM_EVENTS), WARM_EVENTS)
        return {
            events: events / load(put_objects(system, account, events), events) for events in sizes
        }


def _bare_loop(system: System) -> float:
    """Events a second of `bench.bare_loop` on new objects in the same system."""
    account = make_account(system, email="bare@treblle.localhost")
    warm, keys = (
        [key for key, _ in put_objects(system, account, events)] for events in (WARM_EVENTS, EVENTS)
    )
    environment = system.environment("etl") | {"DJANGO_SETTINGS_MODULE": "treblle_etl.settings"}
    done = subprocess.run(
        [sys.executable, "-m", "bench.bare_loop"],
        input=json.dumps({"warm": warm, "keys": keys}),
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    said = json.loads(done.stdout)
    parts = "  ".join(f"{name} {us:.0f}" for name, us in said["us_per_event"].items())
    print(f"  what is spent where, us an event: {parts}", flush=True)
    return float(said["events_per_s"])


def put_objects(system: System, account: Account, events: int) -> list[tuple[str, int]]:
    """So many events as the intake would write them; keys and sizes."""
    store = open_store(system.environment("etl")["RAW_STORE_URL"])
    payloads = shop.payloads(events)
    found = []
    for start in range(0, events, EVENTS_PER_OBJECT):
        now = datetime.now(UTC)
        lines = []
        for i in range(start, min(events, start + EVENTS_PER_OBJECT)):
            made = next(payloads) | {"api_key": account.api_key, "project_id": account.project_id}
            made["data"]["response"] |= {"code": (200, 200, 404, 500)[i % 4], "load_time": i % 900}
            made["data"]["request"] |= {
                "timestamp": f"{now:%Y-%m-%d %H:%M:%S}",
                "route_path": f"things/{i % ENDPOINTS}/{{id}}",
            }
            body = json.dumps(made).encode()
            lines.append(raw_objects.line(str(uuid7()), now.isoformat(), account.api_key, "", body))
        key, data = raw_objects.key_for(now, str(uuid7())), raw_objects.encode(lines)
        store.put(key, data)
        found.append((key, len(data)))
    return found


def _signal(system: System, name: str, number: signal.Signals) -> None:
    pid = system.process(name).pid
    if pid is not None:
        os.killpg(pid, number)
