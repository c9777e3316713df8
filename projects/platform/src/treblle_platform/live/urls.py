from django.urls import URLPattern, path

from treblle_platform.live.consumers import ProjectLiveConsumer

websocket_urlpatterns: list[URLPattern] = [
    path("ws/projects/<uuid:project_uuid>/live/", ProjectLiveConsumer.as_asgi()),
]
