"""The load on record: 200,000 events in five minutes, ten busy of 3,200 projects, people watching.

All parts on this machine, SQLite, ten websockets on the busy projects. Before it, a quarter and a
half of its rate for a minute each, so that growth shows. Events are of 2 KB; every one has an id,
so that at the end of each size each is looked for. Then the highest rate is held: as many are sent
as keep BACKLOG events under way. `BENCH_LOAD_EVENTS`, `_SECONDS`, `_SMALLER_S`, `_PROJECTS` and
`_HELD_S` try it small; `FULL=1` repeats all of it three times.
"""

import asyncio
import json
import os
import random
import shutil
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import httpx
from treblle_models.identity import uuid7

from bench import shop
from bench.figures import RUNS, Figure, percentile
from bench.load_sizes import BUSY, PROJECTS, SIZES, WARM_UP, Outcome, Size, figures_of
from bench.sockets import Message, age_s, all_watch, log_in
from bench.spent import Spent
from embedded import memory
from embedded.log_lines import LogLines
from embedded.ports import Ports
from embedded.surroundings import Choices
from embedded.system import System
from tests.support.conditions import wait_until
from tests.support.watching import Account, Rows, make_account, rows_of

HELD_S: Final = float(os.environ.get("BENCH_LOAD_HELD_S", "120"))
# The others get one event in so many.
QUIET_SHARE: Final = 50
BATCH: Final = 20
SENDERS: Final = 4
BACKLOG: Final = 1_000
# An intake that refuses for so long is broken.
LONGEST_S: Final = 60
# Enough that one object hardly holds one twice.
PAYLOADS: Final = tuple(shop.payloads(2_000))
LOAD: Final = {"INTAKE_RATE_PER_S": "0"}
MAKE_PROJECTS: Final = """
from treblle_models.models import Project, User
user = User.objects.get(email={email!r})
Project.objects.bulk_create(Project(user=user, name=f"Load {{i}}") for i in range({number}))
made = Project.objects.filter(user=user).order_by("pk").values_list("custom_id", "uuid")
print("\\n".join(f"{{custom_id}} {{uuid}}" for custom_id, uuid in made))
"""


@dataclass
class Sent:
    """What was acknowledged, by the senders' threads."""

    ids: set[str] = field(default_factory=set)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, ids: list[str]) -> None:
        with self.lock:
            self.ids.update(ids)


@dataclass
class Run:
    # By the name of the size.
    outcomes: dict[str, Outcome]
    rate_held_per_s: float


def measure() -> list[Figure]:
    runs = [_run() for _ in range(RUNS if os.environ.get("FULL") else 1)]
    held = f"held for {HELD_S:g} s with {BACKLOG:,} under way"
    rates = [run.rate_held_per_s for run in runs]
    return [
        *(
            each
            for size in SIZES
            for each in figures_of(size, [run.outcomes[size.name] for run in runs])
        ),
        Figure("load.rate_held_per_s", "1/s", rates, "", held),
    ]


def _run() -> Run:
    folder = Path(tempfile.mkdtemp(prefix="treblle-bench-"))
    log = LogLines(open(os.devnull, "w"))  # noqa: SIM115 (lives as long as the system)
    choices = Choices(log_level="warning", more=LOAD)
    parts = ("intake", "etl", "platform")
    try:
        with System(folder / "data", Ports.free(), choices, parts=parts, log=log) as system:
            return asyncio.run(_measured(system))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def _measured(system: System) -> Run:
    account = make_account(system)
    code = MAKE_PROJECTS.format(email=account.email, number=PROJECTS - 1)
    made = [
        line.split() for line in system.run("platform", "shell", "-v0", "-c", code).splitlines()
    ]
    projects = [(words[0], words[1]) for words in made if len(words) == 2]
    lags: list[float] = []

    def heard(message: Message) -> None:
        lags.extend(age_s(each["received_at"]) for each in message.get("requests", ()))

    cookie = log_in(system, account.email)
    tasks = await all_watch(system, cookie, [uuid for _, uuid in projects[:BUSY]], heard)
    custom_ids = [custom_id for custom_id, _ in projects]
    sent, earlier, outcomes = Sent(), set[str](), {}
    await asyncio.to_thread(_steadily, system, account, custom_ids, WARM_UP, sent, Memory())
    await asyncio.to_thread(_count, system, sent, earlier)
    for size in SIZES:
        print(f"  {size}", flush=True)
        lags.clear()
        growth, before = Memory(), Spent.until_now(system.folder.path)
        await asyncio.to_thread(_steadily, system, account, custom_ids, size, sent, growth)
        lost, duplicated = await asyncio.to_thread(_count, system, sent, earlier)
        spent = Spent.until_now(system.folder.path) - before
        lag_p99_s = percentile(lags, 0.99)
        print(f"  {lost} lost, {duplicated} twice, lag p99 {lag_p99_s:.2f} s", flush=True)
        outcomes[size.name] = Outcome(lost, duplicated, spent, lag_p99_s, growth.mb)
        earlier = set(sent.ids)
    rate = await asyncio.to_thread(_held, system, account, custom_ids)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return Run(outcomes, rate)


class Memory:
    """How much more all processes hold at the end than when a fifth was done."""

    def __init__(self) -> None:
        self._first = self._last = 0.0

    def note(self, share: float) -> None:
        usages = memory.of_tree(os.getpid(), without=())
        now = sum(usage.pss for usage in usages if usage.pid != os.getpid()) / memory.BYTES_IN_MB
        if share >= 0.2 and not self._first:
            self._first = now
        self._last = now

    @property
    def mb(self) -> float:
        return self._last - self._first


def _steadily(
    system: System,
    account: Account,
    custom_ids: list[str],
    size: Size,
    sent: Sent,
    growth: Memory,
) -> None:
    """All events of the size, at an even rate."""
    batches = size.events // BATCH
    began = time.monotonic()

    def one(number: int) -> None:
        due = began + number * size.seconds / batches
        time.sleep(max(0.0, due - time.monotonic()))
        _send(client, account, custom_ids, random.Random(number), sent)
        if number % max(1, batches // 10) == 0:
            growth.note(number / batches)
            late_s = time.monotonic() - due
            print(f"  {number / batches:4.0%} sent, {late_s:.1f} s late", flush=True)

    with (
        httpx.Client(base_url=system.url("intake"), timeout=60) as client,
        ThreadPoolExecutor(SENDERS) as pool,
    ):
        for _ in pool.map(one, range(batches)):
            pass
        growth.note(1.0)


def _send(
    client: httpx.Client, account: Account, custom_ids: list[str], dice: random.Random, sent: Sent
) -> None:
    """A batch of one project, of one in a busy hour; again until it is acknowledged."""
    busy = dice.randrange(QUIET_SHARE) > 0
    # The first of the busy has most.
    custom_id = custom_ids[int(BUSY * dice.random() ** 2)] if busy else dice.choice(custom_ids)
    ids, lines = [str(uuid7()) for _ in range(BATCH)], []
    for event_id in ids:
        payload = dice.choice(PAYLOADS)
        response = payload["data"]["response"] | {"code": dice.choice((200, 200, 200, 404, 500))}
        route = {"route_path": f"things/{dice.randrange(40)}/{{id}}"}
        request = payload["data"]["request"] | route
        data = payload["data"] | {"request": request, "response": response}
        sender = {"api_key": account.api_key, "project_id": custom_id, "event_id": event_id}
        lines.append(json.dumps(payload | sender | {"data": data}))
    body = "\n".join(lines)
    deadline = time.monotonic() + LONGEST_S
    headers = {"x-api-key": account.api_key}
    while (answer := client.post("/batch", content=body, headers=headers)).is_error:
        if time.monotonic() > deadline:
            raise RuntimeError(f"the intake still answers {answer.status_code}: {answer.text}")
        time.sleep(0.2)
    sent.add(ids)


def _count(system: System, sent: Sent, earlier: set[str]) -> tuple[int, int]:
    """How many of those not sent `earlier` are lost, and of all are there twice.

    Counted once as many are there as were sent, or nothing more comes.
    """
    with rows_of(system.environment("etl")) as rows:
        with suppress(AssertionError):  # what is missing is the figure
            wait_until(
                lambda: rows.number("SELECT COUNT(*) FROM requests") >= len(sent.ids), within_s=60
            )
        return _compared(rows, sent.ids - earlier)


def _compared(rows: Rows, ids: set[str]) -> tuple[int, int]:
    there = [row["uuid"] for row in rows.all("SELECT uuid FROM requests")]
    known = {uuid.replace("-", "") for uuid in ids}
    return len(known - set(there)), len(there) - len(set(there))


def _held(system: System, account: Account, custom_ids: list[str]) -> float:
    """Rows a second, as fast as goes with BACKLOG events on their way."""
    sent, dice = Sent(), random.Random(1)
    with (
        rows_of(system.environment("etl")) as rows,
        httpx.Client(base_url=system.url("intake"), timeout=60) as client,
    ):

        def loaded() -> int:
            # Nothing is removed meanwhile, and to count hundreds of thousands takes the cores.
            return rows.number("SELECT MAX(id) FROM requests")

        first, began = loaded(), time.monotonic()
        while time.monotonic() - began < HELD_S:
            _send(client, account, custom_ids, dice, sent)
            if len(sent.ids) - (loaded() - first) > BACKLOG:
                time.sleep(0.01)
                while len(sent.ids) - (loaded() - first) > BACKLOG:
                    time.sleep(0.01)
        return (loaded() - first) / (time.monotonic() - began)
