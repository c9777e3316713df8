"""A thousand websockets on one platform process: how long until the last has heard.

A message goes to the channel layer as the ETL sends it; the delay is from there to each websocket.
They live in this process, which shares the machine. A quarter of them, half and all are measured;
`BENCH_LIVE_SOCKETS` tries it small.
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
    return [
        Figure(
            f"live.fanout_p99_ms.{sockets}",
            "ms",
            of_size,
            "≤ 500",
            f"channel layer to each of {sockets:,} websockets, {1 / EVERY_S:g} messages/s",
        )
        for sockets, of_size in runs.items()
    ]


async def _runs(system: System) -> dict[int, list[float]]:
    """By the number of websockets; those of the smaller sizes stay open for the larger."""
    account = make_account(system)
    delays: list[float] = []

    def heard(message: Message) -> None:
        delays.append((time.perf_counter() - message["sent"]) * 1000)

    cookie = log_in(system, account.email)
    layer = RedisPubSubChannelLayer(hosts=[system.environment("platform")["CHANNEL_URL"]])
    group = project_group(account.project_uuid)
    tasks: list[asyncio.Task[None]] = []
    runs: dict[int, list[float]] = {}
    for sockets in (SOCKETS // 4, SOCKETS // 2, SOCKETS):
        more = [account.project_uuid] * (sockets - len(tasks))
        tasks += await all_watch(system, cookie, more, heard)
        for _ in range(RUNS):
            delays.clear()
            for _ in range(MESSAGES):
                body = {"type": "bench", "sent": time.perf_counter(), "filling": FILLING}
                await layer.group_send(group, {"type": MESSAGE_TYPE, "message": body})
                await asyncio.sleep(EVERY_S)
            await _all_heard(delays, sockets)
            runs.setdefault(sockets, []).append(percentile(delays, 0.99))
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return runs


async def _all_heard(delays: list[float], sockets: int) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while len(delays) < sockets * MESSAGES:
        if time.monotonic() > deadline:
            raise RuntimeError(f"{sockets * MESSAGES - len(delays)} messages were not heard")
        await asyncio.sleep(0.05)
