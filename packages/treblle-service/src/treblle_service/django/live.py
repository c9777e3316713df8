"""Live messages: from the ETL's commit to the browsers that watch a project.

One small message a project a flush, to the channel-layer group of the project. The publisher
lives in a thread with an event loop of its own that stays: starting a loop for each message
costs milliseconds.
"""

import asyncio
import logging
import threading
from concurrent.futures import Future
from typing import Any
from uuid import UUID

import redis
from channels.layers import get_channel_layer

logger = logging.getLogger(__name__)

# The name of the consumer's method, dots made underscores, as Channels asks.
MESSAGE_TYPE = "project.live"


def project_group(project_uuid: UUID | str) -> str:
    """The channel-layer group of everyone who watches a project."""
    return f"project.{UUID(str(project_uuid)).hex}"


class LivePublisher:
    """Sends without making the caller wait; a message that cannot be sent is logged and lost.

    That is by design: clients ask for what they missed when they reconnect.
    """

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._lock = threading.Lock()

    def publish(self, project_uuid: UUID | str, message: dict[str, Any]) -> "Future[None]":
        """`message` is `{type, project, requests: […], stats: {…}}`, JSON types only."""
        coroutine = self._send(
            project_group(project_uuid), {"type": MESSAGE_TYPE, "message": message}
        )
        return asyncio.run_coroutine_threadsafe(coroutine, self._running_loop())

    async def _send(self, group: str, message: dict[str, Any]) -> None:
        try:
            await get_channel_layer().group_send(group, message)
        except (OSError, redis.RedisError) as error:
            logger.warning("live message not sent: %s", error)

    def _running_loop(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                threading.Thread(
                    target=self._loop.run_forever, name="live-publisher", daemon=True
                ).start()
            return self._loop
