"""A thousand websockets on one platform process: how long until the last has heard.

A message goes to the channel layer as the ETL sends it; the delay is from there to each websocket.
They live in this process, which shares the machine. `BENCH_LIVE_SOCKETS` tries it small.
"""

import asyncio
import os
import shutil
import tempfile
import time
from pathlib import Path
from typing import Final

from channels_redis.pubsub import RedisPubSubChannelLayer  # type: ignore[import-untyped]
from treblle_service.django.live import MESSAGE_TYPE, project_group

from bench.figures import RUNS, Figure, percentile
from bench.sockets import Message, all_watch, log_in
from embedded.log_lines import LogLines
from embedded.ports import Ports
from embedded.surroundings import Choices
from embedded.system import System
from tests.support.watching import make_account

SOCKETS: Final = int(os.environ.get("BENCH_LIVE_SOCKETS", "1000"))
MESSAGES: Final = 20
EVERY_S: Final = 1.0
PATIENCE_S: Final = 60.0
# As large as a message of some requests.
FILLING: Final = "x" * 2000


def measure() -> list[Figure]:
    folder = Path(tempfile.mkdtemp(prefix="treblle-bench-"))
    log = LogLines(open(os.devnull, "w"))  # noqa: SIM115 (lives as long as the system)
    choices = Choices(log_level="warning")
    parts = ("platform",)
    try:
        with System(folder / "data", Ports.free(), choices, parts=parts, log=log) as system:
            runs = asyncio.run(_runs(system))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    against = f"channel layer to each of {SOCKETS:,} websockets, {1 / EVERY_S:g} messages/s"
    return [Figure(f"live.fanout_p99_ms.{SOCKETS}", "ms", runs, "≤ 500", against)]


async def _runs(system: System) -> list[float]:
    account = make_account(system)
    delays: list[float] = []

    def heard(message: Message) -> None:
        delays.append((time.perf_counter() - message["sent"]) * 1000)

    cookie = log_in(system, account.email)
    tasks = await all_watch(system, cookie, [account.project_uuid] * SOCKETS, heard)
    layer = RedisPubSubChannelLayer(hosts=[system.environment("platform")["CHANNEL_URL"]])
    group = project_group(account.project_uuid)
    runs = []
    for _ in range(RUNS):
        delays.clear()
        for _ in range(MESSAGES):
            body = {"type": "bench", "sent": time.perf_counter(), "filling": FILLING}
            await layer.group_send(group, {"type": MESSAGE_TYPE, "message": body})
            await asyncio.sleep(EVERY_S)
        await _all_heard(delays)
        runs.append(percentile(delays, 0.99))
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return runs


async def _all_heard(delays: list[float]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while len(delays) < SOCKETS * MESSAGES:
        if time.monotonic() > deadline:
            raise RuntimeError(f"{SOCKETS * MESSAGES - len(delays)} messages were not heard")
        await asyncio.sleep(0.05)
