"""What websockets have in common that hear a project's live messages."""

from typing import Any

from channels.generic.websocket import AsyncJsonWebsocketConsumer
from treblle_service.django.live import MESSAGE_TYPE


class LiveConsumer(AsyncJsonWebsocketConsumer):  # type: ignore[misc]  # Channels has no types
    """Hears live messages by `project_live`, which asks no database itself."""

    async def project_live(self, event: dict[str, Any]) -> None:
        raise NotImplementedError

    async def dispatch(self, message: dict[str, Any]) -> None:
        """Before any message Channels goes to a thread and closes old connections to the database,
        which takes two thirds of a fan-out to a thousand websockets.
        """
        if message["type"] == MESSAGE_TYPE:
            await self.project_live(message)
        else:
            await super().dispatch(message)
