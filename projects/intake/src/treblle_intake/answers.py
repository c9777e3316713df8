"""What the intake says: accepted, or refused with a code and a sentence a person understands."""

import json
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any, Final

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

JSON: Final = (b"content-type", b"application/json")
NDJSON: Final = (b"content-type", b"application/x-ndjson")
CLOSE: Final = (b"connection", b"close")
# An id is always 36 characters, so the length of this answer is known.
ACCEPTED_START: Final[Message] = {
    "type": "http.response.start",
    "status": 202,
    "headers": [JSON, (b"content-length", b"45")],
}


class Refused(Exception):
    """A request, or a line of a batch, that is not taken. `closes`: its body was not read to the end."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        retry_after_s: int = 0,
        headers: Iterable[tuple[bytes, bytes]] = (),
        closes: bool = False,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.retry_after_s = retry_after_s
        self.headers = list(headers)
        self.closes = closes

    def as_dict(self) -> dict[str, dict[str, str]]:
        return {"error": {"code": self.code, "message": self.message}}


async def accepted(send: Send, event_id: str) -> None:
    await send(ACCEPTED_START)
    await send({"type": "http.response.body", "body": b'{"id":"%s"}' % event_id.encode()})


async def answer(
    send: Send, status: int, body: bytes, headers: Headers, *, more: bool = False
) -> None:
    """The whole answer; with `more` the request stays open until an empty last part is sent."""
    length = (b"content-length", b"%d" % len(body))
    await send({"type": "http.response.start", "status": status, "headers": [*headers, length]})
    await send({"type": "http.response.body", "body": body, "more_body": more})


async def answer_json(send: Send, status: int, value: object) -> None:
    await answer(send, status, json.dumps(value).encode(), [JSON])


async def refuse(send: Send, refused: Refused) -> None:
    headers = [JSON, *refused.headers]
    if refused.retry_after_s:
        headers.append((b"retry-after", b"%d" % refused.retry_after_s))
    if refused.closes:
        headers.append(CLOSE)
    body = json.dumps(refused.as_dict()).encode()
    await answer(send, refused.status, body, headers, more=refused.closes)
