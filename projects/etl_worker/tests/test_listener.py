"""Events become tasks, and leave their queue only once the broker has the task."""

import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any
from unittest.mock import patch

import pytest
from celery import Celery
from kombu.exceptions import OperationalError as BrokerUnavailable
from treblle_etl.listener import KEYS_PER_TASK, Listener
from treblle_models.models import DeadLetter
from treblle_service.events import EventQueue, notification_for, open_queue

from tests.support.conditions import wait_until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def queue(request: pytest.FixtureRequest) -> EventQueue:
    """On the Redis stream and on SQS."""
    name = "valkey_url" if request.param == "redis" else f"{request.param}_queue_url"
    url: str = request.getfixturevalue(name)
    if request.param == "redis":
        request.getfixturevalue("valkey")
    return open_queue(url)


@pytest.fixture
def app(valkey: object, valkey_url: str) -> Iterator[Celery]:
    app = Celery("test", broker=valkey_url, set_as_current=False)
    app.conf.task_default_queue = "etl"
    yield app
    app.close()


@pytest.fixture
def listen(queue: EventQueue, app: Celery) -> Iterator[Callable[..., Listener]]:
    started: list[tuple[Listener, threading.Thread]] = []

    def start(prefix: str = "", max_waiting: int = 100) -> Listener:
        listener = Listener(queue, app, prefix=prefix, max_waiting=max_waiting)
        thread = threading.Thread(target=listener.run)
        thread.start()
        started.append((listener, thread))
        return listener

    yield start
    for listener, thread in started:
        listener.stop()
        queue.send(notification_for("wakes it up", 0))
        thread.join(20)
        assert not thread.is_alive()


def tasks_of(app: Celery) -> list[list[str]]:
    """Take what waits at the broker: the keys of each task."""
    found: list[list[str]] = []
    with app.connection_for_read() as connection:
        simple = connection.SimpleQueue("etl")
        with suppress(simple.Empty):
            while True:
                message = simple.get(block=False)
                found.append(message.payload[1]["keys"])
                message.ack()
        simple.close()
    return found


@pytest.mark.parametrize("queue", ["redis", "sqs"], indirect=True)
def test_events_become_tasks_of_a_few_objects_and_leave_the_queue(
    queue: EventQueue, app: Celery, listen: Callable[..., Listener]
) -> None:
    keys = [f"raw/v1/a b+{number}.zst" for number in range(KEYS_PER_TASK * 2 + 1)]
    for key in keys:
        queue.send(notification_for(f"pre/{key}", 1))
    listen(prefix="pre/")
    tasks: list[list[str]] = []

    def all_arrived() -> bool:
        tasks.extend(tasks_of(app))
        return sum(map(len, tasks)) >= len(keys)

    wait_until(all_arrived)
    assert sorted(key for task in tasks for key in task) == sorted(keys)
    assert max(map(len, tasks)) <= KEYS_PER_TASK
    wait_until(lambda: queue.depth() == 0)


@pytest.mark.parametrize("queue", ["redis"], indirect=True)
def test_prefix_of_the_store_is_taken_off_where_it_is_one(
    queue: EventQueue, app: Celery, listen: Callable[..., Listener]
) -> None:
    """S3 sends it; the intake does not, and keys of ours begin as such a prefix may."""
    for key in ("raw/raw/v1/by-s3", "raw/v1/by-intake"):
        queue.send(notification_for(key, 1))
    listen(prefix="raw/")
    found: list[str] = []

    def all_arrived() -> bool:
        found.extend(key for task in tasks_of(app) for key in task)
        return len(found) == 2

    wait_until(all_arrived)
    assert sorted(found) == ["raw/v1/by-intake", "raw/v1/by-s3"]


@pytest.mark.parametrize("queue", ["redis"], indirect=True)
def test_what_is_no_event_becomes_a_dead_letter(
    queue: EventQueue, listen: Callable[..., Listener]
) -> None:
    queue.send("no such thing")
    listen()
    wait_until(lambda: DeadLetter.objects.filter(reason="bad_notification").exists())
    wait_until(lambda: queue.depth() == 0)


@pytest.mark.parametrize("queue", ["redis"], indirect=True)
def test_events_stay_in_their_queue_while_enough_tasks_wait(
    queue: EventQueue, app: Celery, listen: Callable[..., Listener]
) -> None:
    app.send_task("any", kwargs={"keys": []})
    for number in range(50):
        queue.send(notification_for(f"k{number}", 1))
    listen(max_waiting=1)
    assert queue.depth() == 50
    assert tasks_of(app) == [[]]
    wait_until(lambda: queue.depth() == 0)


@pytest.mark.parametrize("queue", ["redis"], indirect=True)
def test_events_stay_in_their_queue_while_the_broker_is_away(queue: EventQueue) -> None:
    away = Celery("away", broker="redis://127.0.0.1:1/0", set_as_current=False)
    away.conf.broker_transport_options = {"socket_connect_timeout": 1}
    queue.send(notification_for("k", 1))
    listener = Listener(queue, away, prefix="", max_waiting=100)
    failed = threading.Event()
    listener._stopped.wait = lambda timeout: failed.set() or listener.stop()  # type: ignore[method-assign]
    thread = threading.Thread(target=listener.run)
    thread.start()
    assert failed.wait(60)
    thread.join(60)
    assert queue.depth() == 1


@pytest.mark.parametrize("queue", ["impatient_sqs"], indirect=True)
def test_event_that_was_not_handed_over_comes_again(
    queue: EventQueue, app: Celery, listen: Callable[..., Listener]
) -> None:
    """The broker goes away between the receiving of an event and the sending of its task."""
    away = [BrokerUnavailable("gone"), BrokerUnavailable("gone still")]
    send_task = app.send_task

    def send(*words: Any, **named: Any) -> Any:
        if away:
            raise away.pop()
        return send_task(*words, **named)

    with patch.object(app, "send_task", send):
        queue.send(notification_for("k", 1))
        listen()
        found: list[list[str]] = []

        def handed_over() -> bool:
            found.extend(tasks_of(app))
            return bool(found)

        wait_until(handed_over, within_s=60)
        wait_until(lambda: queue.depth() == 0, within_s=60)
    assert not away
    assert {key for keys in found for key in keys} == {"k"}
