"""`uvicorn bench.hosts.noop:application`: reads the body and does nothing; the bound of the intake."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final

Message = MutableMapping[str, Any]
START: Final = {
    "type": "http.response.start",
    "status": 202,
    "headers": [(b"content-type", b"application/json"), (b"content-length", b"45")],
}
BODY: Final = {
    "type": "http.response.body",
    "body": b'{"id":"01900000-0000-7000-8000-000000000000"}',
}


async def application(
    scope: Message,
    receive: Callable[[], Awaitable[Message]],
    send: Callable[[Message], Awaitable[None]],
) -> None:
    more = True
    while more:
        more = (await receive()).get("more_body", False)
    await send(START)
    await send(BODY)
