"""One machine, SQLite: processes killed and told to stop under load, the broker emptied.

After each, every event is in the rows, the roll-ups and the usage exactly once.
"""

import json
import os
import random
import signal
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import redis
from treblle_models.identity import uuid7
from treblle_service import raw_objects
from treblle_service.events import notification_for, open_queue
from treblle_service.store import open_store

from tests.faults.conftest import BATCH, EVENTS, Count, Running, Sending, bodies_of
from tests.support.payloads import django_payload

Send = Callable[..., Sending]


def kill_worker(running: Running) -> None:
    running.system.process("etl-worker").kill()


def kill_broker(running: Running) -> None:
    """It keeps nothing on disk: what waited there is gone with it."""
    running.system.process("valkey").kill()


def kill_listener(running: Running) -> None:
    running.system.process("listener").kill()


def empty_broker(running: Running) -> None:
    client = redis.Redis.from_url(running.system.around.valkey_url(0))
    client.flushall()
    client.close()


def deploy(running: Running) -> None:
    """Every process is asked to stop, and started again, as a new release is rolled out."""
    for name in ("intake", "listener", "etl-worker", "etl-background"):
        running.system.process(name).terminate()


@pytest.mark.parametrize(
    "fault",
    [kill_worker, kill_broker, kill_listener, empty_broker, deploy],
    ids=lambda f: f.__name__,
)
def test_fault_in_the_middle_loses_nothing(
    embedded: Running, send: Send, fault: Callable[[Running], None]
) -> None:
    account = embedded.new_account()
    count = Count(embedded, account)
    sending = send(embedded, account)
    count.wait_for(EVENTS // 10)
    fault(embedded)
    sending.join()
    count.holds(EVENTS)


def test_events_that_come_twice_and_in_any_order_count_once(embedded: Running, send: Send) -> None:
    account = embedded.new_account()
    bodies = bodies_of(account, 1_000)
    twice = bodies + bodies
    random.Random(7).shuffle(twice)
    send(embedded, account, twice).join()
    Count(embedded, account).holds(1_000)


def test_clocks_of_senders_that_jump_lose_nothing(embedded: Running, send: Send) -> None:
    account = embedded.new_account()
    bodies = [
        "\n".join(_with_clock(line, number) for number, line in enumerate(body.splitlines()))
        for body in bodies_of(account, 500)
    ]
    send(embedded, account, bodies).join()
    Count(embedded, account).holds(500)


def _with_clock(line: str, number: int) -> str:
    payload = json.loads(line)
    payload["data"]["request"]["timestamp"] = (
        ("1970-01-01 00:00:00", "2199-12-31 23:59:59", "no time", "2026-03-29T02:30:00+02:00")
    )[number % 4]
    return json.dumps(payload)


def test_clock_of_an_intake_that_jumps_loses_nothing(embedded: Running) -> None:
    """Its raw objects are named and stamped by hours before and after the worker's clock."""
    account = embedded.new_account()
    environment = embedded.system.environment("etl")
    store, queue = open_store(environment["RAW_STORE_URL"]), open_queue(environment["EVENTS_URL"])
    for body, jump in zip(bodies_of(account, 200), (-26, -2, 0, 3), strict=True):
        at = datetime.now(UTC) + timedelta(hours=jump)
        name = str(UUID(int=int(at.timestamp() * 1000) << 80 | 7 << 76 | 2 << 62 | (jump + 26)))
        lines = [
            raw_objects.line(str(uuid7()), at.isoformat(), account.api_key, "", line.encode())
            for line in body.splitlines()
        ]
        key, data = raw_objects.key_for(at, name), raw_objects.encode(lines)
        store.put(key, data)
        queue.send(notification_for(key, len(data)))
        queue.send(notification_for(key, len(data)))
    Count(embedded, account).holds(200)


def test_bulk_of_one_account_does_not_hold_up_another(embedded: Running, send: Send) -> None:
    noisy, quiet = embedded.new_account(), embedded.new_account()
    bulk, few = Count(embedded, noisy), Count(embedded, quiet)
    worker = embedded.system.process("etl-worker").pid
    assert worker is not None
    os.killpg(worker, signal.SIGSTOP)
    try:
        send(embedded, noisy).join()
        send(embedded, quiet, bodies_of(quiet, BATCH)).join()
        # With some of the bulk behind it, so that they share a task.
        send(embedded, noisy, bodies_of(noisy, BATCH * 4)).join()
    finally:
        os.killpg(worker, signal.SIGCONT)
    few.holds(BATCH)
    bulk.holds(EVENTS + BATCH * 4)
    assert bulk.loaded_after(few) > 0


def test_poison_among_ten_thousand_takes_nobody_along(embedded: Running, send: Send) -> None:
    account = embedded.new_account()
    bodies = bodies_of(account, 9_999)
    poison = django_payload() | {"api_key": account.api_key, "project_id": account.project_id}
    poison["data"]["response"]["code"] = "no status"
    bodies[100] += "\n" + json.dumps(poison)
    send(embedded, account, bodies).join()
    Count(embedded, account).holds(9_999, dead_letters=1)
