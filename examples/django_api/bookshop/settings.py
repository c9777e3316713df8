"""Settings of the bookshop. What makes Treblle watch it: TREBLLE and the first middleware."""

import os
import secrets

# Both are on the page a new project opens with.
TREBLLE = {
    "SDK_TOKEN": os.environ["TREBLLE_SDK_TOKEN"],
    "API_KEY": os.environ["TREBLLE_API_KEY"],
}
MIDDLEWARE = [
    "treblle.TreblleMiddleware",
    "django.middleware.common.CommonMiddleware",
]

INSTALLED_APPS: list[str] = []
ROOT_URLCONF = "bookshop.urls"
# Nothing here is signed, so nothing is lost when the key is another after a restart.
SECRET_KEY = secrets.token_hex(32)
ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
USE_TZ = True
APPEND_SLASH = False
# The shop's own errors are shown by Treblle; its log keeps to what stops it.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "loggers": {name: {"level": "CRITICAL"} for name in ("django.server", "django.request")},
}
