"""`/ws/embed/<uuid>/`: one API customer's requests as they are loaded, for pages of others.

The first message of the page is `{"token": …, "since": <loaded_at>}`: a token in the address would end
in logs. Then comes `{"type": "ready"}`, what was loaded since, and each moment's requests as they come.
The connection ends when the token does; the page asks its own server for another.
"""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any

from channels.db import database_sync_to_async
from django.conf import settings
from django.utils import timezone
from treblle_models.models import Customer, Embed
from treblle_service.django.live import project_group

from treblle_platform.embed.queries import embed_of, requests_since
from treblle_platform.embed.tokens import Refused, customer_called, read_token
from treblle_platform.live.listening import LiveConsumer

CLOSE_BAD_REQUEST = 4400
CLOSE_REFUSED = 4401
CLOSE_ORIGIN = 4403
CLOSE_NOT_FOUND = 4404
TOKEN_WITHIN_S = 10
# However many requests the API has, one customer's are asked for no more often than this.
LOOK_EVERY_S = 1.0
PING = "ping"


class EmbedConsumer(LiveConsumer):
    group = ""

    async def connect(self) -> None:
        self.tasks: set[asyncio.Task[None]] = set()
        self.customer: Customer | None = None
        self.external_id = ""
        self.is_looking = False
        uuid = self.scope["url_route"]["kwargs"]["embed_uuid"]
        self.embed: Embed | None = await database_sync_to_async(embed_of)(uuid)
        # Accepted before it is closed: only so the browser learns the code.
        await self.accept()
        if self.embed is None:
            await self.close(CLOSE_NOT_FOUND)
        elif _origin(self.scope) not in {*self.embed.allowed_origins, settings.PLATFORM_URL}:
            await self.close(CLOSE_ORIGIN)
        else:
            self._later(TOKEN_WITHIN_S, self._end_without_token)

    async def disconnect(self, code: int) -> None:
        for task in self.tasks:
            task.cancel()
        if self.group:
            await self.channel_layer.group_discard(self.group, self.channel_name)

    async def receive(self, text_data: Any = None, bytes_data: Any = None, **_: Any) -> None:
        if self.embed is None:
            return
        if text_data == PING:
            await self.send_json({"type": "pong"})
        elif not self.group:
            await self._begin(self.embed, text_data)

    async def _begin(self, embed: Embed, text: Any) -> None:
        now = timezone.now()
        try:
            token, since = _opening(text)
            visitor = await database_sync_to_async(read_token)(embed, token, now)
        except ValueError:
            await self.close(CLOSE_BAD_REQUEST)
            return
        except Refused as reason:
            await self.send_json({"type": "refused", "reason": str(reason)})
            await self.close(CLOSE_REFUSED)
            return
        self.customer, self.external_id = visitor.customer, visitor.external_id
        self.since = since or now
        self.group = project_group(embed.project.uuid)
        await self.channel_layer.group_add(self.group, self.channel_name)
        left = (visitor.expires_at - now).total_seconds()
        self._later(max(left, 0), self._end_of_token)
        await self.send_json({"type": "ready"})
        await self._look()

    async def project_live(self, event: dict[str, Any]) -> None:
        """Something came for the project; whether it is this customer's, the database knows."""
        if not self.is_looking:
            self.is_looking = True
            self._later(LOOK_EVERY_S, self._look)

    async def _look(self) -> None:
        self.is_looking = False
        if self.embed is None:
            return
        if self.customer is None:
            # It may have called for the first time just now.
            find = database_sync_to_async(customer_called)
            self.customer = await find(self.embed, self.external_id)
        if self.customer is None:
            return
        now = timezone.now()
        found, complete = await database_sync_to_async(requests_since)(
            self.embed.project, self.customer, self.since
        )
        # Only what was read need not be asked for again.
        self.since = now
        if found:
            await self.send_json({"type": "requests", "requests": found, "complete": complete})

    async def _end_without_token(self) -> None:
        if not self.group:
            await self.close(CLOSE_BAD_REQUEST)

    async def _end_of_token(self) -> None:
        await self.close(CLOSE_REFUSED)

    def _later(self, seconds: float, what: Any) -> None:
        async def wait() -> None:
            await asyncio.sleep(seconds)
            await what()

        task = asyncio.get_running_loop().create_task(wait())
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)


def _origin(scope: dict[str, Any]) -> str:
    found = next((value for name, value in scope["headers"] if name == b"origin"), b"")
    return str(found.decode("latin-1"))


def _opening(text: Any) -> tuple[str, datetime | None]:
    """Raises `ValueError` unless it is `{"token": text}`, perhaps with a `since` with its zone."""
    message = json.loads(text or "")
    token = message.get("token") if isinstance(message, dict) else None
    since = message.get("since") if isinstance(message, dict) else None
    if not isinstance(token, str) or not isinstance(since, str | None):
        raise ValueError("a token is wanted")
    if not since:
        return token, None
    moment = datetime.fromisoformat(since)
    if moment.tzinfo is None:
        raise ValueError("a time zone is wanted")
    # However long a page slept, an hour is all that is looked back.
    return token, max(moment.astimezone(UTC), timezone.now() - timedelta(hours=1))
