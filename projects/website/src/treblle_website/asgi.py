"""`uvicorn treblle_website.asgi:application`"""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "treblle_website.settings")
application = get_asgi_application()

from treblle_website import clock  # noqa: E402 (needs the apps that the line above has set up)

clock.start()
