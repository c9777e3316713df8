"""Turns what waits in the event queue into Celery tasks, and removes it once the broker has them."""

import logging
import random
import threading
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from time import monotonic

from celery import Celery
from django.db import close_old_connections
from kombu.exceptions import OperationalError as BrokerUnavailable
from treblle_models.models import DeadLetter
from treblle_service import raw_objects
from treblle_service.events import (
    BadNotification,
    EventQueue,
    QueueUnavailable,
    Received,
    objects_of,
    traces_of,
)
from treblle_service.tracing import EventTracer

from treblle_etl.waiting import QUEUE, waiting_tasks

logger = logging.getLogger(__name__)

RECEIVE_LIMIT = 256
WAIT_S = 5.0
# One task holds some objects, and of large ones fewer: some 500 events, compressed. A task of many
# events costs little more than one of few, since their rows are counted in the same roll-ups.
KEYS_PER_TASK = 32
BYTES_PER_TASK = 128 * 1024
BROKER_BUSY_PAUSE_S = 0.02
LONGEST_PAUSE_S = 10.0
STUCK_AFTER_S = 30.0


class Interrupted(Exception):
    """A signal came while the listener waited for messages."""


class Listener:
    """Back-pressure: while enough tasks wait at the broker, events stay in their queue, where
    they gather, so that under load each task loads more at once.
    """

    def __init__(
        self,
        queue: EventQueue,
        app: Celery,
        *,
        prefix: str,
        max_waiting: int,
        tracer: EventTracer | None = None,
    ) -> None:
        self._queue = queue
        self._app = app
        self._prefix = prefix
        self._max_waiting = max_waiting
        self._tracer = tracer
        self._stopped = threading.Event()
        self._failures = 0
        self._waiting = False
        self._round_at = monotonic()

    def check(self) -> None:
        """Raise `OSError` where no round has ended for long: queue or broker are away, or it hangs."""
        idle_s = monotonic() - self._round_at
        if idle_s > STUCK_AFTER_S:
            raise TimeoutError(f"the last round ended {idle_s:.0f} s ago")

    def stop(self) -> None:
        self._stopped.set()

    def stop_now(self) -> None:
        """From a signal handler, so in the thread of `run`: also ends a wait for messages.

        What came in that moment is not lost: the queue gives it to another listener.
        """
        self.stop()
        if self._waiting:
            raise Interrupted

    def run(self) -> None:
        """Until `stop`. A queue or broker that is away is asked again, ever more slowly."""
        while not self._stopped.is_set():
            try:
                self._round()
                self._failures = 0
                self._round_at = monotonic()
            except Interrupted:
                return
            except (QueueUnavailable, BrokerUnavailable, OSError) as error:
                self._failures += 1
                pause = min(LONGEST_PAUSE_S, 0.1 * 2**self._failures) * (0.5 + random.random() / 2)  # noqa: S311 (jitter)
                logger.warning("listening again in %.1f s: %s", pause, error)
                self._stopped.wait(pause)

    def _round(self) -> None:
        if waiting_tasks(self._app, QUEUE) >= self._max_waiting:
            self._stopped.wait(BROKER_BUSY_PAUSE_S)
            return
        received = self._receive()
        if received:
            began = datetime.now(UTC)
            self._send(self._objects(received))
            self._queue.remove(received)
            if self._tracer:
                for message in received:
                    self._tracer.record("give to worker", traces_of(message.body), began)

    def _receive(self) -> list[Received]:
        self._waiting = True
        try:
            return self._queue.receive(RECEIVE_LIMIT, WAIT_S)
        finally:
            self._waiting = False

    def _objects(self, received: Sequence[Received]) -> list[tuple[str, int]]:
        objects: list[tuple[str, int]] = []
        for message in received:
            try:
                objects += [(self._own(key), size) for key, size in objects_of(message.body)]
            except BadNotification as error:
                close_old_connections()
                DeadLetter.objects.create(
                    object_key="", reason="bad_notification", message=str(error)[:1024]
                )
        return objects

    def _own(self, key: str) -> str:
        """The key in our store: S3 puts the store's prefix before it, the intake does not."""
        stripped = key.removeprefix(self._prefix)
        is_ours = key.startswith(raw_objects.PREFIX)
        return key if is_ours and not stripped.startswith(raw_objects.PREFIX) else stripped

    def _send(self, objects: Sequence[tuple[str, int]]) -> None:
        for keys in tasks_of(objects):
            self._app.send_task("treblle_etl.process_objects", kwargs={"keys": keys}, retry=False)
            logger.debug("given to a worker", extra={"object_keys": keys})


def tasks_of(objects: Sequence[tuple[str, int]]) -> Iterator[list[str]]:
    """Keys of the objects (key and size in bytes), as many to a task as it takes."""
    keys: list[str] = []
    room = BYTES_PER_TASK
    for key, size in objects:
        if keys and (len(keys) == KEYS_PER_TASK or size > room):
            yield keys
            keys, room = [], BYTES_PER_TASK
        keys.append(key)
        room -= size
    if keys:
        yield keys
