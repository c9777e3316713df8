"""What goes to one client: first what it missed, then each request as it is loaded.

A request may come twice around the place where both meet, never not at all: clients drop what
they have by `uuid`.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final, Literal
from uuid import UUID

from asgiref.sync import sync_to_async
from channels.db import database_sync_to_async
from channels.layers import get_channel_layer
from treblle_models.models import AccessToken, Project
from treblle_models.summary import RequestSummary
from treblle_service.django.live import project_group

from treblle_api.access import visible_projects
from treblle_api.stream.places import Place, missed_since
from treblle_api.stream.slots import Slot, release, renew

# A line that keeps proxies from closing an idle connection.
HEARTBEAT_S: Final = 15.0
# How soon a token that was revoked, or a member who was removed, sees nothing more.
CHECKED_EVERY_S: Final = 30.0
# A client that does not read loses the oldest, and is told.
MOST_WAITING: Final = 1_000

Kind = Literal["ready", "request", "incomplete", "heartbeat", "end"]


@dataclass(frozen=True)
class Event:
    """`incomplete`: some were left out, so read the list. `end`: the right to read is gone."""

    kind: Kind
    request: RequestSummary | None = None

    @property
    def id(self) -> str:
        return str(Place.of(self.request)) if self.request else ""


async def feed(
    project: Project, token: AccessToken, since: Place | None, slot: Slot | None
) -> AsyncGenerator[Event, None]:
    """`slot` is given back at the end."""
    try:
        async for event in _feed(project, token, since, slot):
            yield event
    finally:
        await sync_to_async(release)(slot)


async def _feed(
    project: Project, token: AccessToken, since: Place | None, slot: Slot | None
) -> AsyncIterator[Event]:
    # First the group, then the question: what is loaded in between comes twice, never not.
    async with _messages(project.uuid) as take:
        yield Event("ready")
        if since is not None:
            missed, complete = await database_sync_to_async(missed_since)(project, since)
            if not complete:
                yield Event("incomplete")
            for summary in missed:
                yield Event("request", summary)
        clock = asyncio.get_running_loop().time
        checked = clock()
        while True:
            for event in await take():
                yield event
            if clock() - checked > CHECKED_EVERY_S:
                checked = clock()
                await sync_to_async(renew)(slot)
                if not await database_sync_to_async(may_go_on)(token, project):
                    yield Event("end")
                    return


def may_go_on(token: AccessToken, project: Project) -> bool:
    usable = AccessToken.objects.usable().filter(pk=token.pk).select_related("user").first()
    return usable is not None and visible_projects(usable.user).filter(pk=project.pk).exists()


@asynccontextmanager
async def _messages(project_uuid: UUID) -> AsyncIterator[Callable[[], Awaitable[list[Event]]]]:
    """Gives what takes the next events, or a heartbeat where none come for a while.

    The layer forgets a channel whose reading is cancelled, so one task reads all the time.
    """
    layer: Any = get_channel_layer()
    channel, group = await layer.new_channel(), project_group(project_uuid)
    waiting: asyncio.Queue[list[Event]] = asyncio.Queue(MOST_WAITING)
    await layer.group_add(group, channel)
    reader = asyncio.create_task(_read(layer, channel, waiting))

    async def take() -> list[Event]:
        try:
            return await asyncio.wait_for(waiting.get(), HEARTBEAT_S)
        except TimeoutError:
            if reader.done():
                reader.result()
            return [Event("heartbeat")]

    try:
        yield take
    finally:
        reader.cancel()
        await layer.group_discard(group, channel)


async def _read(layer: Any, channel: str, waiting: "asyncio.Queue[list[Event]]") -> None:
    while True:
        message = (await layer.receive(channel)).get("message", {})
        requests = message.get("requests", ())
        if not requests:
            continue
        events = [Event("request", summary) for summary in requests]
        # Of many at once the message holds some, and how many there were.
        if message.get("stats", {}).get("requests", 0) > len(requests):
            events.insert(0, Event("incomplete"))
        if waiting.full():
            waiting.get_nowait()
            events.insert(0, Event("incomplete"))
        waiting.put_nowait(events)
