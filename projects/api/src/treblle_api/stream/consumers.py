"""The stream by websocket, with the token in `Authorization` or, as browsers need it, as the
second subprotocol: `new WebSocket(url, ["bearer", token])`. Never in the address: logs hold it.
"""

import asyncio
from contextlib import aclosing, suppress
from typing import Any, Final
from urllib.parse import parse_qs
from uuid import UUID

from asgiref.sync import sync_to_async
from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from rest_framework.exceptions import APIException, ValidationError
from treblle_models.models import AccessToken, Project

from treblle_api.access import visible_project
from treblle_api.authentication import SCHEME, note_use
from treblle_api.stream.feed import feed
from treblle_api.stream.places import Place
from treblle_api.stream.slots import Slot, TooManyStreams, take
from treblle_api.stream.views import place_of

CLOSE_BAD_REQUEST: Final = 4400
CLOSE_NO_TOKEN: Final = 4401
CLOSE_NOT_FOUND: Final = 4404
CLOSE_TOO_MANY: Final = 4429


class StreamConsumer(AsyncJsonWebsocketConsumer):  # type: ignore[misc]  # Channels has no types
    task: "asyncio.Task[None] | None" = None

    async def connect(self) -> None:
        token = await database_sync_to_async(_token_of)(self.scope)
        if token is None:
            await self.close(CLOSE_NO_TOKEN)
            return
        try:
            since = _since(self.scope["query_string"])
            uuid: UUID = self.scope["url_route"]["kwargs"]["project_uuid"]
            project = await database_sync_to_async(visible_project)(token.user, uuid)
        except ValidationError:
            await self.close(CLOSE_BAD_REQUEST)
        except APIException:
            await self.close(CLOSE_NOT_FOUND)
        else:
            offered = self.scope.get("subprotocols") or []
            await self.accept(SCHEME if SCHEME in offered else None)
            try:
                slot = await sync_to_async(take)(token.user)
            except TooManyStreams:
                # After it was accepted: before that browsers are not told why.
                await self.close(CLOSE_TOO_MANY)
                return
            self.task = asyncio.create_task(self._send_all(project, token, since, slot))

    async def _send_all(
        self, project: Project, token: AccessToken, since: Place | None, slot: Slot | None
    ) -> None:
        async with aclosing(feed(project, token, since, slot)) as events:
            async for event in events:
                if event.kind == "end":
                    await self.close(CLOSE_NO_TOKEN)
                # The server itself keeps websockets alive by pings.
                elif event.kind != "heartbeat":
                    more = {"id": event.id, "request": event.request} if event.request else {}
                    await self.send_json({"type": event.kind, **more})

    async def receive(self, text_data: Any = None, bytes_data: Any = None, **_: Any) -> None:
        """Nothing is wanted of clients."""

    async def disconnect(self, code: int) -> None:
        if self.task is not None:
            self.task.cancel()
            with suppress(asyncio.CancelledError):
                await self.task


def _token_of(scope: dict[str, Any]) -> AccessToken | None:
    headers = dict(scope["headers"])
    scheme, _, text = headers.get(b"authorization", b"").decode("latin-1").partition(" ")
    offered = scope.get("subprotocols") or []
    if scheme.lower() != SCHEME and len(offered) == 2 and offered[0] == SCHEME:
        scheme, text = offered
    if scheme.lower() != SCHEME:
        return None
    token = AccessToken.objects.find(text.strip())
    if token is not None:
        note_use(token)
    return token


def _since(query_string: bytes) -> Place | None:
    given = parse_qs(query_string.decode("latin-1")).get("last_event_id", [""])[0]
    # An unescaped plus of a zone arrives as a blank.
    return place_of(given.replace(" ", "+"))
