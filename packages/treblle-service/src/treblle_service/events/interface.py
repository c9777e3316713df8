"""What an event queue can do, and how one is opened from a URL."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit


class QueueUnavailable(OSError):
    """The queue refused or did not answer; nothing may be taken as sent or removed."""


@dataclass(frozen=True)
class Received:
    """One message: its body, and the handle by which it is removed."""

    handle: str
    body: str


class EventQueue(Protocol):
    """At least once, any order. A message received and not removed comes again later."""

    def send(self, body: str) -> None: ...

    def receive(self, limit: int, wait_s: float) -> list[Received]:
        """Up to `limit` messages; returns as soon as one is there, or after about `wait_s` without one."""

    def remove(self, messages: Sequence[Received]) -> None: ...

    def depth(self) -> int:
        """About how many messages wait or are being worked on."""

    def check(self) -> None:
        """Raise `QueueUnavailable` unless the queue answers."""


def open_queue(url: str) -> EventQueue:
    """Open `redis://host:port/db?stream=events` or `sqs://sqs.<region>.amazonaws.com/<account>/<name>`
    (`?endpoint=http://…` for what speaks the SQS protocol elsewhere).
    """
    scheme = urlsplit(url).scheme
    if scheme in ("redis", "rediss"):
        from treblle_service.events.redis_stream import RedisStream

        return RedisStream(url)
    if scheme == "sqs":
        from treblle_service.events.sqs import SqsQueue  # boto3 costs 30 MB: only where used

        return SqsQueue(url)
    raise ValueError(f"an events URL begins with redis://, rediss:// or sqs://, not {scheme}://")
