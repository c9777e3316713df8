"""MariaDB, S3 and two workers: what they use goes away in the middle, and comes back.

After each, every event is in the rows, the roll-ups and the usage exactly once.
"""

import os
import threading
from collections.abc import Callable
from typing import Final

from tests.faults.conftest import EVENTS, LONGEST_S, Count, Running, Sending
from tests.support.conditions import wait_until

Send = Callable[..., Sending]

# `FAULT_AWAY_S=60` for the long run: the code that waits is the same.
AWAY_S: Final = float(os.environ.get("FAULT_AWAY_S", "5"))
SLOW_S: Final = 0.1


def test_two_workers_on_the_same_rollups_count_everything_once(scaled: Running, send: Send) -> None:
    account = scaled.new_account()
    send(scaled, account).join()
    Count(scaled, account).holds(EVENTS)


def test_database_away_for_a_while_loses_nothing(scaled: Running, send: Send) -> None:
    assert scaled.database is not None
    account = scaled.new_account()
    count = Count(scaled, account)
    sending = send(scaled, account)
    count.wait_for(EVENTS // 10)
    scaled.database.shut()
    sending.join()
    threading.Event().wait(AWAY_S)
    scaled.database.open()
    count.holds(EVENTS)


def test_killed_database_loses_nothing(scaled: Running, send: Send) -> None:
    """It is started again on what lies on its disk."""
    server = scaled.database_server
    assert server is not None
    account = scaled.new_account()
    count = Count(scaled, account)
    sending = send(scaled, account)
    count.wait_for(EVENTS // 10)
    killed = server.pid
    server.kill()
    wait_until(lambda: server.pid not in {None, killed} and server.is_ready, within_s=LONGEST_S)
    sending.join()
    count.holds(EVENTS)


def test_object_store_that_refuses_loses_nothing(scaled: Running, send: Send) -> None:
    assert scaled.store is not None
    account = scaled.new_account()
    count = Count(scaled, account)
    sending = send(scaled, account)
    count.wait_for(EVENTS // 10)
    scaled.store.shut()
    before = sending.acknowledged
    threading.Event().wait(AWAY_S)
    # The intake refuses what it cannot make durable; what was under way may still be answered.
    assert sending.acknowledged <= before + 2 * EVENTS // 10
    scaled.store.open()
    sending.join()
    count.holds(EVENTS)


def test_object_store_that_is_slow_loses_nothing(scaled: Running, send: Send) -> None:
    assert scaled.store is not None
    account = scaled.new_account()
    scaled.store.delay_s = SLOW_S
    try:
        send(scaled, account).join()
        Count(scaled, account).holds(EVENTS)
    finally:
        scaled.store.delay_s = 0.0
