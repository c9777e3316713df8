"""`uvicorn treblle_api.asgi:application`: HTTP, and the stream by websocket."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "treblle_api.settings")
# Django's set-up comes first: what follows imports models.
http = get_asgi_application()

from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402

from treblle_api import urls  # noqa: E402, F401 (registers converters)
from treblle_api.stream.urls import websocket_urlpatterns  # noqa: E402

application = ProtocolTypeRouter({"http": http, "websocket": URLRouter(websocket_urlpatterns())})
