"""`/ws/projects/<uuid>/live/?since=<loaded_at>&filter=<query of the list>&more=1`: a project's
requests as they are loaded.

Sends `{"type": "ready"}` once nothing can be missed any more, then, with `since`, what was loaded
from then on as one live message with `missed` and `complete` (false where there was more than is
sent), then each live message as it comes. With `filter` only what matches; with `more` rows have
what only the database knows: both are asked of it, a few times a second for all that came.
"""

import asyncio
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

from channels.db import database_sync_to_async
from django.http import Http404, QueryDict
from django.utils import timezone
from treblle_models.models import Project
from treblle_models.request_filters import RequestFilter
from treblle_service.django.live import project_group

from treblle_platform.access import project_to_read
from treblle_platform.live.listening import LiveConsumer
from treblle_platform.live.queries import EVERYTHING, MAX_MISSED, loaded_since, matching
from treblle_platform.live.traced import Traced, arrived, pushed
from treblle_platform.requests.filters import AskedFilter, asked_filter

CLOSE_BAD_REQUEST = 4400
CLOSE_LOGGED_OUT = 4401
CLOSE_NOT_FOUND = 4404
PING = "ping"
ASK_EVERY_S = 0.25


class ProjectLiveConsumer(LiveConsumer):
    group = ""
    filter: RequestFilter = EVERYTHING
    # Whether the database is asked for what comes; then its uuids wait here, oldest first.
    asks = False
    waiting: dict[str, None]
    traced: Traced
    asking: asyncio.Task[None] | None = None

    async def connect(self) -> None:
        user = self.scope["user"]
        asked = parse_qs(self.scope["query_string"].decode("ascii", "replace"))
        try:
            since = _since(asked.get("since", [""])[0])
            self.project = await database_sync_to_async(project_to_read)(
                user, self.scope["url_route"]["kwargs"]["project_uuid"]
            )
            self.filter = await self._filter(asked.get("filter", [""])[0])
        except ValueError:
            await self.close(CLOSE_BAD_REQUEST)
        except Http404:
            known = user.is_authenticated
            await self.close(CLOSE_NOT_FOUND if known else CLOSE_LOGGED_OUT)
        else:
            self.waiting, self.traced = {}, {}
            self.asks = self.filter.narrows or "more" in asked
            await self._begin(self.project, since)

    async def _filter(self, query: str) -> RequestFilter:
        if not query:
            return EVERYTHING
        asked: AskedFilter = await database_sync_to_async(asked_filter)(
            self.project, QueryDict(query), timezone.now()
        )
        if asked.problems:
            raise ValueError(asked.problems[0])
        return asked.filter

    async def _begin(self, project: Project, since: datetime | None) -> None:
        # First the group, then the question: what is loaded in between comes twice, never not.
        self.group = project_group(project.uuid)
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.accept()
        await self.send_json({"type": "ready"})
        if since is not None:
            missed, complete = await database_sync_to_async(loaded_since)(
                project, since, self.filter
            )
            await self._send(missed, missed=True, complete=complete)

    async def disconnect(self, code: int) -> None:
        if self.asking is not None:
            self.asking.cancel()
        if self.group:
            await self.channel_layer.group_discard(self.group, self.channel_name)

    async def receive(self, text_data: Any = None, bytes_data: Any = None, **_: Any) -> None:
        """Nothing is wanted of browsers but `ping`, by which they find out a dead connection."""
        if text_data == PING:
            await self.send_json({"type": "pong"})

    async def project_live(self, event: dict[str, Any]) -> None:
        message = event["message"]
        traced = arrived(message)
        if not self.asks or message.get("type") != "requests":
            await self.send_json(message)
            pushed(traced, message.get("requests", ()))
            return
        self.traced |= traced
        self.waiting |= dict.fromkeys(request["uuid"] for request in message["requests"])
        if self.asking is None or self.asking.done():
            self.asking = asyncio.create_task(self._ask())

    async def _ask(self) -> None:
        while self.waiting:
            await asyncio.sleep(ASK_EVERY_S)
            # A page keeps no more than these anyway.
            uuids, self.waiting = list(self.waiting)[-MAX_MISSED:], {}
            traced, self.traced = self.traced, {}
            rows = await database_sync_to_async(matching)(self.project, self.filter, uuids)
            if rows:
                await self._send(rows)
                pushed(traced, rows)

    async def _send(self, rows: list[Any], **more: Any) -> None:
        uuid = str(self.project.uuid)
        await self.send_json({"type": "requests", "project": uuid, "requests": rows, **more})


def _since(text: str) -> datetime | None:
    """Raises `ValueError` unless it is a time with its zone, or not given."""
    if not text:
        return None
    # An unescaped plus of the zone arrives as a blank.
    moment = datetime.fromisoformat(text.replace(" ", "+"))
    if moment.tzinfo is None:
        raise ValueError("a time zone is wanted")
    return moment.astimezone(UTC)
