"""`GET /v1/projects/{uuid}/stream`: server-sent events (WHATWG HTML, section 9.2)."""

import json
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any
from uuid import UUID

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from treblle_models.models import AccessToken, Project

from treblle_api.document.operations import operation
from treblle_api.negotiation import AsAddressed
from treblle_api.parameters import Parameters, asked
from treblle_api.resource import Resource
from treblle_api.stream.feed import Event, feed
from treblle_api.stream.places import Place
from treblle_api.stream.slots import Slot, take

MEDIA_TYPE = "text/event-stream"
RETRY_MS = 2000
EXAMPLE = (
    'id: 2026-04-02T12:00:00.160000Z_0196f1a2-3b4c-7d5e-8f60-718293a4b5c6\nevent: request\ndata: {"uuid":'
    ' "0196f1a2-3b4c-7d5e-8f60-718293a4b5c6", "method": "GET", "path": "/users/7"}\n\n'
)


class StreamFilters(Parameters):
    last_event_id = serializers.CharField(
        max_length=128,
        required=False,
        help_text="Where to go on, for clients that cannot send `Last-Event-ID`.",
    )


class Stream(Resource):
    content_negotiation_class = AsAddressed

    @operation(
        "stream_retrieve",
        "Follow requests",
        "Requests as they are loaded, as server-sent events: `ready`, then `request` with the data"
        " of the list. An event's id is a place in the stream: sent as `Last-Event-ID`, it brings"
        " what was missed since. Requests may come twice around that place: drop them by `uuid`."
        " After `incomplete` some were left out: read the list. `end` says that the token or the"
        " right to read is gone. A user has some streams open at once: of more each is 429"
        " (`too_many_streams`).\n\nThe same address takes a websocket, with the token in"
        " `Authorization` or as second subprotocol after `bearer`; its messages are JSON with"
        " `type`, `id` and `request`. It closes with 4429 where too many are open.",
        parameters=[
            StreamFilters,
            OpenApiParameter(
                "Last-Event-ID", str, OpenApiParameter.HEADER, description="Where to go on."
            ),
        ],
        gives={
            (200, MEDIA_TYPE): OpenApiResponse(
                OpenApiTypes.STR,
                description="Goes on until the client leaves.",
                examples=[OpenApiExample("request", EXAMPLE)],
            )
        },
    )
    def get(self, request: Request, project_uuid: UUID) -> Any:
        project = self.project()
        filters = asked(request, StreamFilters)
        text = request.headers.get("Last-Event-ID") or filters.get("last_event_id")
        token: Any = request.auth
        since = place_of(text)
        response: HttpResponseBase
        if request.method == "HEAD":
            response = HttpResponse(content_type=MEDIA_TYPE)
        else:
            lines = _lines(project, token, since, take(token.user))
            response = StreamingHttpResponse(lines, content_type=MEDIA_TYPE)
        response["Cache-Control"] = "no-cache, no-transform"
        # Nginx gathers answers before it sends them, unless it is told.
        response["X-Accel-Buffering"] = "no"
        return response


def place_of(text: str | None) -> Place | None:
    """Raises `ValidationError`."""
    if not text:
        return None
    try:
        return Place.parse(text)
    except ValueError:
        raise ValidationError({"last_event_id": ["This is not a place in the stream."]}) from None


async def _lines(
    project: Project, token: AccessToken, since: Place | None, slot: Slot | None
) -> AsyncIterator[str]:
    yield f"retry: {RETRY_MS}\n\n"
    async with aclosing(feed(project, token, since, slot)) as events:
        async for event in events:
            yield _line(event)


def _line(event: Event) -> str:
    if event.kind == "heartbeat":
        return ": still here\n\n"
    data = json.dumps(event.request or {}, ensure_ascii=False)
    lead = f"id: {event.id}\n" if event.request else ""
    return f"{lead}event: {event.kind}\ndata: {data}\n\n"
