"""`uvicorn treblle_platform.asgi:application`: pages over HTTP, live requests over websockets."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "treblle_platform.settings")
# Django's set-up comes first: what follows imports models.
pages = get_asgi_application()

from channels.auth import AuthMiddlewareStack  # noqa: E402
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from channels.security.websocket import AllowedHostsOriginValidator  # noqa: E402
from django.urls import re_path  # noqa: E402

from treblle_platform.embed.sockets import portal_websockets  # noqa: E402
from treblle_platform.live.urls import websocket_urlpatterns  # noqa: E402

own = AllowedHostsOriginValidator(AuthMiddlewareStack(URLRouter(websocket_urlpatterns)))
application = ProtocolTypeRouter(
    {
        "http": pages,
        # Portals are pages of others: their consumer itself asks where they come from.
        "websocket": URLRouter([*portal_websockets, re_path("", own)]),
    }
)
