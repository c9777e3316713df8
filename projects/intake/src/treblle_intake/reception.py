"""Payloads taken at the door: one a request, or a batch of lines."""

import json
import logging
from collections.abc import Sequence
from datetime import UTC, datetime
from time import perf_counter
from typing import Any, Protocol

from treblle_service.metrics.catalog import INTAKE_SECONDS, REFUSALS

from treblle_intake.address import ClientAddress
from treblle_intake.answers import (
    NDJSON,
    Receive,
    Refused,
    Scope,
    Send,
    accepted,
    answer,
    refuse,
)
from treblle_intake.body import Disconnected, Head, drop_the_rest, read_body, read_head
from treblle_intake.committer import Event
from treblle_intake.deadlines import Deadlines
from treblle_intake.memory import Memory
from treblle_intake.payload import key_of, read_payload
from treblle_intake.quotas import KnownQuotas
from treblle_intake.rate import RateLimit

logger = logging.getLogger(__name__)

# A batch is one unit of an object, and an object holds no more than this.
MAX_BATCH_LINES = 500


class Commits(Protocol):
    async def commit(self, events: Sequence[Event], size: int) -> None:
        """Return when the events are durable; raise `Refused` where they are not kept."""


class Reception:
    def __init__(
        self,
        committer: Commits,
        *,
        memory: Memory,
        rate: RateLimit,
        quotas: KnownQuotas | None,
        address: ClientAddress,
        read_timeout_s: float,
    ) -> None:
        self._committer = committer
        self._memory = memory
        self._rate = rate
        self._quotas = quotas
        self._address = address
        self._deadlines = Deadlines(read_timeout_s)

    async def take_one(self, scope: Scope, receive: Receive, send: Send) -> None:
        """`POST /`: 202 with the event's id once it is durable, else why not."""
        began = perf_counter()
        hold = self._memory.hold()
        try:
            head = read_head(scope["headers"])
            body = await read_body(receive, head, hold, self._deadlines)
            event = self._admit(body, head, self._address.of(scope["client"], head.forwarded_for))
            await self._committer.commit((event,), len(event.payload))
            INTAKE_SECONDS.observe(perf_counter() - began)
            await accepted(send, event.id)
        except Refused as refused:
            hold.release()  # a client that reads its refusal slowly keeps no room from others
            await _turn_away(receive, send, refused)
        except Disconnected:
            return
        finally:
            hold.release()

    async def take_batch(self, scope: Scope, receive: Receive, send: Send) -> None:
        """`POST /batch`: 202 with a result a line, in order; those accepted are durable together."""
        hold = self._memory.hold()
        try:
            head = read_head(scope["headers"])
            body = await read_body(receive, head, hold, self._deadlines)
            remote_ip = self._address.of(scope["client"], head.forwarded_for)
            results = [self._try(line, head, remote_ip) for line in _lines(body)]
            events = [result for result in results if isinstance(result, Event)]
            _refuse_if_all_too_fast(results)
            if events:
                await self._committer.commit(events, sum(len(event.payload) for event in events))
            lines = b"".join(_result_line(number, each) for number, each in enumerate(results, 1))
            await answer(send, 202, lines, [NDJSON])
        except Refused as refused:
            hold.release()  # a client that reads its refusal slowly keeps no room from others
            await _turn_away(receive, send, refused)
        except Disconnected:
            return
        finally:
            hold.release()

    def _admit(self, body: bytes, head: Head, remote_ip: str) -> Event:
        payload = read_payload(body)
        key = key_of(head.api_key, payload.api_key)
        if self._quotas is not None:
            self._quotas.check(key)
        if wait_s := self._rate.take(key):
            message = "This API key sends faster than is allowed. Send this again later."
            raise Refused(429, "too_fast", message, retry_after_s=wait_s)
        return Event(payload.event_id, datetime.now(UTC), key, remote_ip, payload.text)

    def _try(self, line: bytes, head: Head, remote_ip: str) -> Event | Refused:
        try:
            return self._admit(line, head, remote_ip)
        except Refused as refused:
            return refused


async def _turn_away(receive: Receive, send: Send, refused: Refused) -> None:
    REFUSALS.add(1, refused.code)
    logger.debug(
        "refused: %s", refused.code, extra={"status": refused.status, "code": refused.code}
    )
    await refuse(send, refused)
    if refused.closes:
        await drop_the_rest(receive)
        await send({"type": "http.response.body"})


def _lines(body: bytes) -> list[bytes]:
    """The lines of NDJSON; a line break cannot stand inside a JSON value's strings."""
    lines = [line for line in body.split(b"\n") if line.strip()]
    if not lines:
        raise Refused(400, "unreadable", "The batch has no line.")
    if len(lines) > MAX_BATCH_LINES:
        raise Refused(413, "too_large", f"A batch has at most {MAX_BATCH_LINES} lines.")
    return lines


def _refuse_if_all_too_fast(results: list[Event | Refused]) -> None:
    refused = [result for result in results if isinstance(result, Refused)]
    too_fast = [each for each in refused if each.status == 429]
    if len(too_fast) == len(results):
        raise max(too_fast, key=lambda each: each.retry_after_s)


def _result_line(number: int, result: Event | Refused) -> bytes:
    if isinstance(result, Event):
        line: dict[str, Any] = {"line": number, "status": 202, "id": result.id}
    else:
        line = {"line": number, "status": result.status, **result.as_dict()}
        if result.retry_after_s:
            line["retry_after"] = result.retry_after_s
    return json.dumps(line).encode() + b"\n"
