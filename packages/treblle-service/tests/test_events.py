"""What every event queue promises: the same tests on a Redis stream and on SQS."""

import time
from collections.abc import Callable

import pytest
import redis
from treblle_service.events import EventQueue, QueueUnavailable, Received, open_queue
from treblle_service.events.redis_stream import RedisStream

IMPATIENCE_MS = 50
PATIENCE_S = 20


@pytest.fixture(params=["redis", "sqs"])
def queue(request: pytest.FixtureRequest) -> EventQueue:
    if request.param == "redis":
        request.getfixturevalue("valkey")
        return open_queue(f"{request.getfixturevalue('valkey_url')}/3?stream=raw")
    return open_queue(request.getfixturevalue("sqs_queue_url"))


@pytest.fixture(params=["redis", "sqs"])
def open_impatient(request: pytest.FixtureRequest) -> Callable[[], EventQueue]:
    """Opens a queue whose messages come again soon, each time as another listener."""
    if request.param == "redis":
        request.getfixturevalue("valkey")
        url = f"{request.getfixturevalue('valkey_url')}/3"
        return lambda: RedisStream(url, reclaim_after_ms=IMPATIENCE_MS)
    sqs_url: str = request.getfixturevalue("impatient_sqs_queue_url")
    return lambda: open_queue(sqs_url)


def receive(queue: EventQueue, count: int) -> list[Received]:
    """Ask until `count` messages have come."""
    received: list[Received] = []
    deadline = time.monotonic() + PATIENCE_S
    while len(received) < count and time.monotonic() < deadline:
        received += queue.receive(limit=100, wait_s=1)
    return received


def test_what_is_sent_is_received(queue: EventQueue) -> None:
    bodies = [f"message {number} – ü 日本" for number in range(25)]
    for body in bodies:
        queue.send(body)
    assert sorted(message.body for message in receive(queue, 25)) == sorted(bodies)


def test_no_more_than_the_limit_at_once(queue: EventQueue) -> None:
    for number in range(5):
        queue.send(f"{number}")
    assert 1 <= len(queue.receive(limit=3, wait_s=1)) <= 3


def test_an_empty_queue_gives_nothing_after_the_wait(queue: EventQueue) -> None:
    assert queue.receive(limit=10, wait_s=0.01) == []


def test_what_is_removed_does_not_come_again(open_impatient: Callable[[], EventQueue]) -> None:
    queue, other = open_impatient(), open_impatient()
    queue.send("done")
    queue.send("not yet")
    done, left = sorted(receive(queue, 2), key=lambda message: message.body)
    queue.remove([done])
    assert [message.body for message in receive(other, 1)] == [left.body]
    assert other.depth() == 1


def test_what_is_not_removed_comes_again(open_impatient: Callable[[], EventQueue]) -> None:
    open_impatient().send("held by one who vanished")
    assert len(receive(open_impatient(), 1)) == 1
    assert [m.body for m in receive(open_impatient(), 1)] == ["held by one who vanished"]


def test_the_depth_counts_what_waits_and_what_is_worked_on(queue: EventQueue) -> None:
    for number in range(3):
        queue.send(f"{number}")
    assert queue.depth() == 3
    received = receive(queue, 3)
    assert queue.depth() == 3
    queue.remove(received)
    assert queue.depth() == 0


def test_removing_nothing_is_fine(queue: EventQueue) -> None:
    queue.remove([])


def test_a_queue_that_works_passes_its_check(queue: EventQueue) -> None:
    queue.check()


def test_a_stream_recovers_from_a_broker_that_lost_everything(
    valkey: "redis.Redis", valkey_url: str
) -> None:
    queue = open_queue(f"{valkey_url}/3")
    queue.send("before")
    assert len(receive(queue, 1)) == 1
    valkey.flushall()
    queue.send("after")
    with pytest.raises(QueueUnavailable):
        queue.receive(limit=10, wait_s=0.01)
    assert [message.body for message in receive(queue, 1)] == ["after"]


def test_a_long_wait_is_not_an_error(
    valkey: "redis.Redis", valkey_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("treblle_service.events.redis_stream.SOCKET_TIMEOUT_S", 0.3)
    monkeypatch.setattr("treblle_service.events.redis_stream.MAX_WAIT_S", 0.1)
    assert open_queue(f"{valkey_url}/3").receive(limit=1, wait_s=3600) == []


@pytest.mark.parametrize(
    "url", ["redis://127.0.0.1:1/0", "sqs://host/1/name?endpoint=http://127.0.0.1:1"]
)
def test_a_queue_that_is_away_says_so_at_every_call(aws_environment: None, url: str) -> None:
    queue = open_queue(url)
    for call in (
        lambda: queue.send("x"),
        lambda: queue.receive(1, 0.01),
        lambda: queue.remove([Received("1-1", "x")]),
        queue.depth,
        queue.check,
    ):
        with pytest.raises(QueueUnavailable):
            call()


def test_a_queue_of_another_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="redis://, rediss:// or sqs://"):
        open_queue("amqp://host")
