"""Middleware for ASGI applications such as FastAPI's and Starlette's.

`app.add_middleware(TreblleMiddleware)`
"""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from treblle_sdk.client import Client
from treblle_sdk.exchange import UNHANDLED_STATUS
from treblle_sdk.notices import Notices, shielded
from treblle_sdk.options import Options
from treblle_sdk.recording import Recording
from treblle_sdk.routes import starlette_route
from treblle_sdk.scope import exchange_from, has_readable_body, header_pairs

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]


class TreblleMiddleware:
    """Passes everything on as it is and reports HTTP. Options by name, or an `Options`."""

    def __init__(
        self, app: Application, options: Options | None = None, **arguments: object
    ) -> None:
        self.app = app
        self.client = Client.of(options, arguments)

    @property
    def notices(self) -> Notices:
        return self.client.notices

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        recording = self._begin(scope) if scope["type"] == "http" else None
        if recording is None:
            await self.app(scope, receive, send)
            return
        body = recording.request

        async def receive_noted() -> Message:
            message = await receive()
            if body is not None and message["type"] == "http.request":
                body.add(message.get("body"))
            return message

        async def send_noted(message: Message) -> None:
            self._note(recording, message)
            await send(message)
            # What raised an error that was made a response of comes after that response.
            if recording.whole and recording.exchange.status < UNHANDLED_STATUS:
                self._finish(recording, scope)

        try:
            await self.app(scope, receive if body is None else receive_noted, send_noted)
        except Exception as error:
            recording.failed(error)
            raise
        finally:
            self._finish(recording, scope)

    @shielded
    def _begin(self, scope: Scope) -> Recording | None:
        if not self.client.wants(scope["path"]):
            return None
        readable = has_readable_body(scope)
        return Recording(self.client, exchange_from(scope), with_request_body=readable)

    @shielded
    def _note(self, recording: Recording, message: Message) -> None:
        if message["type"] == "http.response.start":
            recording.started(message["status"], header_pairs(message))
        elif message["type"] == "http.response.body":
            recording.passed(message.get("body", b""))
            recording.whole = not message.get("more_body", False)
        elif message["type"] == "http.response.pathsend":
            recording.left_alone()
            recording.whole = True

    @shielded
    def _finish(self, recording: Recording, scope: Scope) -> None:
        if not recording.finished:
            recording.exchange.route = starlette_route(scope)
            recording.identify(scope)
            recording.finish()
