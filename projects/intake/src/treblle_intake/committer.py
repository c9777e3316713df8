"""Group commit: everything that arrived while the last put was under way goes into one object.

One thread puts, so an event goes at once when the store is idle and with its neighbours when it
is not. Whoever waits is told only after the store has said that the object is durable. The queue
belongs to the event loop; the thread gets whole groups, so that an event costs no lock.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from time import perf_counter
from typing import Protocol

import msgspec
import uuid_utils
from treblle_service import raw_objects
from treblle_service.metrics.catalog import EVENTS_ACCEPTED, PUT_FAILURES, PUT_SECONDS
from treblle_service.store import ObjectStore, StoreUnavailable

from treblle_intake.answers import Refused
from treblle_intake.bursts import Burst

logger = logging.getLogger(__name__)

# One object is one task of the ETL at most, and one transaction there.
MAX_OBJECT_EVENTS = 500
MAX_OBJECT_BYTES = 16 * 1024 * 1024
MAX_QUEUED_EVENTS = 20_000
OVERLOADED_RETRY_AFTER_S = 1
STORE_AWAY_RETRY_AFTER_S = 5


class Event(msgspec.Struct, gc=False):
    """One event as it came, not yet a line of an object."""

    id: str
    received_at: datetime
    api_key: str
    remote_ip: str
    payload: bytes
    # W3C Trace Context, where the event is traced.
    traceparent: str = ""


class Announce(Protocol):
    def __call__(self, key: str, size: int, traces: Mapping[str, str]) -> None: ...


class Waiting(msgspec.Struct):
    """The events of one request, which become durable together, and its waiter."""

    events: Sequence[Event]
    size: int
    durable: "asyncio.Future[bool]"


class Committer:
    """`announce` is called with key and size of each object as soon as it is durable, and with the
    traces of its events (id → `traceparent`) where they are `traced`.

    Everything but the put itself happens in the event loop that `start` is called in.
    """

    def __init__(
        self, store: ObjectStore, announce: Announce | None = None, *, traced: bool = False
    ) -> None:
        self._store = store
        self._announce = announce
        self._traced = traced
        self._queue: deque[Waiting] = deque()
        self._queued_events = 0
        self._stopped = True
        self._burst = Burst(logger, "raw objects are not written, events are refused with 503")
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="committer")
        self._loop: asyncio.AbstractEventLoop
        # Set while no group is being written and none is about to be.
        self._idle: asyncio.Event

    def start(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._idle = asyncio.Event()
        self._idle.set()
        self._stopped = False

    @property
    def waiting(self) -> int:
        """Events that are not yet being written."""
        return self._queued_events

    async def stop(self) -> None:
        """Take no more; write what was taken, answer it, end."""
        self._stopped = True
        await self._idle.wait()
        self._thread.shutdown()

    async def commit(self, events: Sequence[Event], size: int) -> None:
        """Return when the events (`size` bytes together) are durable, all of them in one object.

        Raises `Refused` (503) where the queue is full, the store is away or the process stops.
        """
        if self._stopped or self._queued_events + len(events) > MAX_QUEUED_EVENTS:
            raise _refused("overloaded", OVERLOADED_RETRY_AFTER_S)
        waiting = Waiting(events, size, self._loop.create_future())
        self._queue.append(waiting)
        self._queued_events += len(events)
        if self._idle.is_set():
            self._idle.clear()
            # In the loop's next turn: who arrived in this one goes along.
            self._loop.call_soon(self._write_next)
        if not await waiting.durable:
            raise _refused("store_away", STORE_AWAY_RETRY_AFTER_S)

    def _write_next(self) -> None:
        if group := self._next_group():
            writing = self._loop.run_in_executor(self._thread, self._write, group)
            writing.add_done_callback(partial(self._settle, group))
        else:
            self._idle.set()

    def _settle(self, group: list[Waiting], writing: "asyncio.Future[bool]") -> None:
        durable = writing.result()
        for waiting in group:
            if not waiting.durable.done():
                waiting.durable.set_result(durable)
        self._write_next()

    def _next_group(self) -> list[Waiting]:
        """What waits, as far as one object takes it."""
        group: list[Waiting] = []
        events = size = 0
        while self._queue:
            events += len(self._queue[0].events)
            size += self._queue[0].size
            if group and (events > MAX_OBJECT_EVENTS or size > MAX_OBJECT_BYTES):
                break
            group.append(self._queue.popleft())
            self._queued_events -= len(group[-1].events)
        return group

    def _write(self, group: list[Waiting]) -> bool:
        key = raw_objects.key_for(datetime.now(UTC), str(uuid_utils.uuid7()))
        try:
            data = raw_objects.encode(_line(event) for each in group for event in each.events)
            began = perf_counter()
            self._store.put(key, data)
            PUT_SECONDS.observe(perf_counter() - began)
        except StoreUnavailable as error:
            PUT_FAILURES.add()
            self._burst.failed(error)
            return False
        except Exception:  # whatever it is: who waits must be answered
            PUT_FAILURES.add()
            logger.exception("an object could not be written")
            return False
        self._burst.succeeded()
        EVENTS_ACCEPTED.add(sum(len(each.events) for each in group))
        if logger.isEnabledFor(logging.DEBUG):
            ids = [event.id for each in group for event in each.events]
            logger.debug("written", extra={"object_key": key, "event_ids": ids})
        if self._announce is not None:
            self._announce(key, len(data), _traces_of(group) if self._traced else {})
        return True


def _line(event: Event) -> bytes:
    received_at = event.received_at.isoformat(timespec="microseconds")
    return raw_objects.line(
        event.id, received_at, event.api_key, event.remote_ip, event.payload, event.traceparent
    )


def _traces_of(group: list[Waiting]) -> dict[str, str]:
    return {
        event.id: event.traceparent for each in group for event in each.events if event.traceparent
    }


def _refused(code: str, retry_after_s: int) -> Refused:
    return Refused(503, code, SENTENCES[code], retry_after_s=retry_after_s)


SENTENCES = {
    "overloaded": "The intake cannot take more at the moment. Send this again a little later.",
    "store_away": "This could not be made durable and was not kept. Send it again a little later.",
}
