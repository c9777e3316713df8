from django.urls import URLPattern, path

from treblle_platform.embed.consumers import EmbedConsumer

portal_websockets: list[URLPattern] = [
    path("ws/embed/<uuid:embed_uuid>/", EmbedConsumer.as_asgi()),
]
