"""Tells the event queue of each raw object, in a thread of its own: nobody waits for a broker."""

import logging
import threading
from collections import deque
from collections.abc import Mapping
from time import monotonic

from treblle_service.events import EventQueue, QueueUnavailable, notification_for

from treblle_intake.bursts import Burst

logger = logging.getLogger(__name__)

# Key, size in bytes, and the traces of its events (id → `traceparent`).
Announced = tuple[str, int, Mapping[str, str]]

# Objects that wait for a broker to come back; beyond it the oldest are left to the ETL's sweeper.
MAX_WAITING = 10_000
FIRST_RETRY_S = 0.1
LAST_RETRY_S = 5.0
STOP_WITHIN_S = 5.0


class Notifier:
    def __init__(self, queue: EventQueue) -> None:
        self._queue = queue
        self._waiting: deque[Announced] = deque(maxlen=MAX_WAITING)
        self._changed = threading.Condition()
        self._stopping = False
        self._burst = Burst(logger, "the event queue does not answer, objects wait for the sweeper")
        self._thread = threading.Thread(target=self._run, name="notifier", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def announce(self, key: str, size: int, traces: Mapping[str, str]) -> None:
        """Have the queue told of an object of `size` bytes; returns at once."""
        with self._changed:
            self._waiting.append((key, size, traces))
            self._changed.notify()

    @property
    def waiting(self) -> int:
        return len(self._waiting)

    def stop(self) -> None:
        """Send what waits if the queue answers; what it does not take is left to the sweeper."""
        until = monotonic() + STOP_WITHIN_S
        with self._changed:
            self._stopping = True
            self._changed.notify()
        self._thread.join(until - monotonic())
        if self._waiting:
            logger.warning("%d objects are left to the sweeper", len(self._waiting))

    def _run(self) -> None:
        pause_s = FIRST_RETRY_S
        while (item := self._next()) is not None:
            if self._sent(*item):
                pause_s = FIRST_RETRY_S
                continue
            with self._changed:
                # A full queue has no room left for the older one, which the sweeper finds.
                if len(self._waiting) < MAX_WAITING:
                    self._waiting.appendleft(item)
                if self._stopping:
                    return
                self._changed.wait_for(lambda: self._stopping, pause_s)
            pause_s = min(pause_s * 2, LAST_RETRY_S)

    def _next(self) -> Announced | None:
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._stopping)
            return self._waiting.popleft() if self._waiting else None

    def _sent(self, key: str, size: int, traces: Mapping[str, str]) -> bool:
        try:
            self._queue.send(notification_for(key, size, traces=traces))
        except QueueUnavailable as error:
            self._burst.failed(error)
            return False
        self._burst.succeeded()
        return True
