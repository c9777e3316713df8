from typing import Any

from django.urls import path

from treblle_api.projects.urls import PROJECT
from treblle_api.stream.views import Stream

STREAM = f"{PROJECT}/stream"

urlpatterns = [path(STREAM, Stream.as_view(), name="stream")]


def websocket_urlpatterns() -> list[Any]:
    from treblle_api.stream.consumers import StreamConsumer

    return [path(f"v1/{STREAM}", StreamConsumer.as_asgi())]
