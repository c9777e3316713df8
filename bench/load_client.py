"""A small HTTP client for loads: one process, many connections, one request under way on each.

Requests are bytes made beforehand and answers are only counted, so that an answer costs the client
some microseconds and the server's core is the one that is busy.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, cast

import uvloop

CONNECTIONS: Final = 256
WARM_UP_S: Final = 1.0


@dataclass
class Answers:
    """What a server answered while it was measured."""

    seconds: float = 0.0
    accepted: int = 0
    others: int = 0
    # From when a request was due to its answer.
    delays_ms: list[float] = field(default_factory=list)
    # How much of a core the client itself used.
    client_share: float = 0.0

    @property
    def per_s(self) -> float:
        return self.accepted / self.seconds


class Connection(asyncio.Protocol):
    """Sends one request after another; a rate makes it wait for its turn."""

    def __init__(
        self, requests: Sequence[bytes], first: int, status: bytes, every_s: float
    ) -> None:
        self._requests = requests
        self._next = first
        self._status = b"HTTP/1.1 " + status
        self._every_s = every_s
        self._due = 0.0
        self._answer = b""
        self._loop = asyncio.get_running_loop()
        self.answers = Answers()
        self.ended = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.WriteTransport, transport)
        # Spread over the first turn, so that a rate is steady and not a beat.
        self._due = time.perf_counter() + self._every_s * (self._next % 97) / 97
        self._loop.call_later(self._due - time.perf_counter(), self._send)

    def data_received(self, data: bytes) -> None:
        if self._answer:
            data = self._answer + data
        if not _is_whole(data):
            self._answer = data
            return
        self._answer = b""
        if data.startswith(self._status):
            self.answers.accepted += 1
        else:
            self.answers.others += 1
        now = time.perf_counter()
        self.answers.delays_ms.append((now - self._due) * 1000)
        # By the clock and not by the last answer: a server that falls behind shows it.
        self._due = self._due + self._every_s if self._every_s else now
        if self._due > now:
            self._loop.call_later(self._due - now, self._send)
        else:
            self._send()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.ended:
            raise ConnectionError("the server closed a connection under load") from error

    def close(self) -> None:
        self._transport.close()

    def _send(self) -> None:
        if self.ended:
            return
        self._transport.write(self._requests[self._next % len(self._requests)])
        self._next += 1


def _is_whole(data: bytes) -> bool:
    head, found, body = data.partition(b"\r\n\r\n")
    if not found:
        return False
    length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
    return len(body) >= int(length or 0)


def post(path: str, body: bytes, **headers: str) -> bytes:
    """A request as it goes over the wire."""
    lines = [f"POST {path} HTTP/1.1", "host: 127.0.0.1", f"content-length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


def get(path: str, **headers: str) -> bytes:
    """A request without a body, as it goes over the wire."""
    lines = [f"GET {path} HTTP/1.1", "host: 127.0.0.1"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode()


def run(
    port: int,
    requests: Sequence[bytes],
    *,
    seconds: float,
    status: int = 202,
    connections: int = CONNECTIONS,
    per_s: float = 0.0,
) -> Answers:
    """Load the server for that long after a warm-up: as fast as it answers, or `per_s`."""
    return uvloop.run(_run(port, requests, seconds, str(status).encode(), connections, per_s))


async def _run(
    port: int,
    requests: Sequence[bytes],
    seconds: float,
    status: bytes,
    connections: int,
    per_s: float,
) -> Answers:
    loop = asyncio.get_running_loop()
    every_s = connections / per_s if per_s else 0.0
    opened = []
    for each in range(connections):
        first = each * len(requests) // connections

        def make(first: int = first) -> Connection:
            return Connection(requests, first, status, every_s)

        opened.append((await loop.create_connection(make, "127.0.0.1", port))[1])
    await asyncio.sleep(WARM_UP_S)
    for connection in opened:
        connection.answers = Answers()
    began, used = time.perf_counter(), time.process_time()
    await asyncio.sleep(seconds)
    total = Answers(seconds=time.perf_counter() - began)
    total.client_share = (time.process_time() - used) / total.seconds
    for connection in opened:
        connection.ended = True
        total.accepted += connection.answers.accepted
        total.others += connection.answers.others
        total.delays_ms += connection.answers.delays_ms
        connection.close()
    return total
