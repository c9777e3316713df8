"""How many bytes of payloads the process holds at once: read, being read, or not yet durable."""

from treblle_intake.answers import Refused

# What a request costs beside its body: its task, its line, its answer.
REQUEST_BYTES = 2048
RETRY_AFTER_S = 1


class Memory:
    """The bound all requests share. Used from the event loop only."""

    def __init__(self, limit_bytes: int) -> None:
        self.limit_bytes = limit_bytes
        self.held_bytes = 0

    def hold(self) -> "Hold":
        return Hold(self)


class Hold:
    """One request's share, given back by `release`."""

    __slots__ = ("_memory", "bytes")

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self.bytes = REQUEST_BYTES
        memory.held_bytes += REQUEST_BYTES

    def grow_to(self, size: int, *, unread: bool = False) -> None:
        """Count a body of `size` bytes, more of which is `unread`. Raises `Refused` (503)."""
        added = size + REQUEST_BYTES - self.bytes
        if added <= 0:
            return
        if self._memory.held_bytes + added > self._memory.limit_bytes:
            raise Refused(
                503,
                "overloaded",
                "The intake holds all it can at the moment. Send this again a little later.",
                retry_after_s=RETRY_AFTER_S,
                closes=unread,
            )
        self.bytes += added
        self._memory.held_bytes += added

    def release(self) -> None:
        self._memory.held_bytes -= self.bytes
        self.bytes = 0
