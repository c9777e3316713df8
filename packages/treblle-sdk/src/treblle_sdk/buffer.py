"""What waits to be sent: bounded by number and by bytes; the oldest goes first when it is full."""

import threading
from collections import deque

from treblle_sdk.exchange import Exchange


class Buffer:
    """A queue that never blocks who puts, and numbers what passes.

    Everything put is counted once: waiting or in hand, gone by `settle`, or dropped.
    """

    def __init__(self, max_events: int, max_bytes: int) -> None:
        self._max_events = max_events
        self._max_bytes = max_bytes
        self._waiting: deque[Exchange] = deque()
        self._bytes = 0
        self._seq = 0
        self._dropped = 0
        self._in_hand = 0
        self._lock = threading.Lock()
        self._settled = threading.Condition(self._lock)
        self._arrived = threading.Event()
        self._is_waited_for = False
        self._woken = False

    def put(self, exchange: Exchange) -> None:
        size_bytes = exchange.size_bytes
        dropped: list[Exchange] = []  # set free outside of the lock, as bodies are large
        with self._lock:
            self._seq += 1
            exchange.seq = self._seq
            self._waiting.append(exchange)
            self._bytes += size_bytes
            if len(self._waiting) > self._max_events or self._bytes > self._max_bytes:
                self._drop_oldest(dropped)
        if self._is_waited_for:
            self._is_waited_for = False
            self._arrived.set()

    def _drop_oldest(self, dropped: list[Exchange]) -> None:
        while len(self._waiting) > self._max_events or self._bytes > self._max_bytes:
            dropped.append(self._waiting.popleft())
            self._bytes -= dropped[-1].size_bytes
        self._dropped += len(dropped)

    def wait(self) -> None:
        """Until something waits or `wake` was called.

        Who puts has to wake a thread only when it waits here: that takes a while.
        """
        with self._lock:
            if self._waiting or self._woken:
                return
            self._arrived.clear()
            self._is_waited_for = True
        self._arrived.wait()

    def wake(self) -> None:
        """Let nobody wait for something to come any more."""
        with self._lock:
            self._woken = True
        self._arrived.set()

    def take(self, max_events: int, max_bytes: int) -> list[Exchange]:
        """The oldest ones, at least one where any waits; `settle` must follow."""
        taken: list[Exchange] = []
        taken_bytes = 0
        with self._lock:
            while self._waiting and len(taken) < max_events:
                size_bytes = self._waiting[0].size_bytes
                if taken and taken_bytes + size_bytes > max_bytes:
                    break
                taken.append(self._waiting.popleft())
                taken_bytes += size_bytes
            self._bytes -= taken_bytes
            self._in_hand = len(taken)
        return taken

    def settle(self) -> None:
        """What was taken is sent, or lost and counted."""
        with self._lock:
            self._in_hand = 0
            self._settled.notify_all()

    def count_dropped(self, number: int) -> None:
        with self._lock:
            self._dropped += number

    def empty(self, timeout_s: float) -> bool:
        """Wait until nothing waits and nothing is in hand; tells whether that came true."""
        with self._lock:
            return self._settled.wait_for(
                lambda: not self._waiting and not self._in_hand, timeout_s
            )

    @property
    def dropped(self) -> int:
        return self._dropped

    @property
    def waiting(self) -> int:
        return len(self._waiting)

    @property
    def unsent(self) -> int:
        """How many wait or are on their way."""
        with self._lock:
            return len(self._waiting) + self._in_hand
