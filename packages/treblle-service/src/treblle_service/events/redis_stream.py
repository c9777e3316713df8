"""The event queue as a Redis stream with one consumer group."""

import os
import socket
from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qs, urlsplit, urlunsplit

import redis

from treblle_service.events.interface import QueueUnavailable, Received

GROUP = "etl"
FIELD = b"body"
# Another listener's message comes again once it was held this long; a hand-over takes milliseconds.
RECLAIM_AFTER_MS = 15_000
SOCKET_TIMEOUT_S = 10
# A wait must end before the socket gives up.
MAX_WAIT_S = SOCKET_TIMEOUT_S - 2


class RedisStream:
    """Messages are entries of a stream; a removed one is acknowledged and deleted."""

    def __init__(self, url: str, *, reclaim_after_ms: int = RECLAIM_AFTER_MS) -> None:
        parts = urlsplit(url)
        self._stream = parse_qs(parts.query).get("stream", ["events"])[0]
        self._redis: Any = redis.Redis.from_url(
            urlunsplit(parts._replace(query="")),
            socket_timeout=SOCKET_TIMEOUT_S,
            socket_connect_timeout=3,
        )
        self._consumer = f"{socket.gethostname()}-{os.getpid()}"
        self._reclaim_after_ms = reclaim_after_ms
        self._group_known = False

    def send(self, body: str) -> None:
        try:
            self._redis.xadd(self._stream, {FIELD: body})
        except redis.RedisError as error:
            raise QueueUnavailable(f"event stream: {error}") from error

    def receive(self, limit: int, wait_s: float) -> list[Received]:
        try:
            self._know_group()
            entries = self._left_by_others(limit) or self._new(limit, wait_s)
        except redis.ResponseError as error:
            # A broker that was emptied has forgotten the group: make it anew next time.
            self._group_known = False
            raise QueueUnavailable(f"event stream: {error}") from error
        except redis.RedisError as error:
            raise QueueUnavailable(f"event stream: {error}") from error
        return [
            Received(id.decode(), fields.get(FIELD, b"").decode("utf-8", "replace"))
            for id, fields in entries
            if fields is not None
        ]

    def remove(self, messages: Sequence[Received]) -> None:
        if not messages:
            return
        handles = [message.handle for message in messages]
        try:
            with self._redis.pipeline(transaction=True) as pipe:
                pipe.xack(self._stream, GROUP, *handles)
                pipe.xdel(self._stream, *handles)
                pipe.execute()
        except redis.RedisError as error:
            raise QueueUnavailable(f"event stream: {error}") from error

    def depth(self) -> int:
        try:
            return int(self._redis.xlen(self._stream))
        except redis.RedisError as error:
            raise QueueUnavailable(f"event stream: {error}") from error

    def check(self) -> None:
        try:
            self._redis.ping()
        except redis.RedisError as error:
            raise QueueUnavailable(f"event stream: {error}") from error

    def _know_group(self) -> None:
        if self._group_known:
            return
        try:
            self._redis.xgroup_create(self._stream, GROUP, id="0", mkstream=True)
        except redis.ResponseError as error:
            if "BUSYGROUP" not in str(error):
                raise
        self._group_known = True

    def _left_by_others(self, limit: int) -> list[Any]:
        answer = self._redis.xautoclaim(
            self._stream, GROUP, self._consumer, self._reclaim_after_ms, count=limit
        )
        return list(answer[1])

    def _new(self, limit: int, wait_s: float) -> list[Any]:
        block_ms = int(min(wait_s, MAX_WAIT_S) * 1000) or 1
        answer = self._redis.xreadgroup(
            GROUP, self._consumer, {self._stream: ">"}, count=limit, block=block_ms
        )
        return [entry for _, entries in answer or () for entry in entries]
