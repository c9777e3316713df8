"""Settings of the API. What differs from place to place comes from the environment."""

from treblle_service import settings as service
from treblle_service import side_port
from treblle_service.conf import Environment
from treblle_service.django import settings as django
from treblle_service.documents import MAX_BYTES as MAX_DOCUMENT_BYTES

from treblle_api import conventions

env = Environment()

globals().update(django.security(env) | django.static_files())
# No cookies are read, so there is nothing a foreign page could ride on.
SILENCED_SYSTEM_CHECKS = ["security.W003"]

INSTALLED_APPS = [
    "corsheaders",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "treblle_models",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django.contrib.staticfiles",
    "treblle_api",
]
MIDDLEWARE = [
    "treblle_service.django.health.health",
    "django.middleware.security.SecurityMiddleware",
    "treblle_service.django.static.StaticFilesMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "treblle_service.django.compression.Compression",
    "treblle_api.conditional.Conditional",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
# Pages of these origins may use the API from a browser; tokens, not cookies, say who asks.
CORS_ALLOWED_ORIGINS = list(
    env.words("CORS_ALLOWED_ORIGINS", (), help="origins of pages that use the API, with https://")
)
CORS_ALLOW_HEADERS = conventions.REQUEST_HEADERS
CORS_EXPOSE_HEADERS = conventions.RESPONSE_HEADERS
TEMPLATES = [
    {"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True},
]
APPEND_SLASH = False
ROOT_URLCONF = "treblle_api.urls"
ASGI_APPLICATION = "treblle_api.asgi.application"
AUTH_USER_MODEL = "treblle_models.User"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = django.PASSWORD_HASHERS
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = False

DATABASES = {"default": django.database(env)}
CACHES = django.cache(env, "api")
LOGGING = service.log_config(env)
METRICS_TOKEN = side_port.metrics_token(env)
READY_WHEN = ("database", "cache", "channels")
# The largest body is an uploaded document; others are bounded where they are parsed.
DATA_UPLOAD_MAX_MEMORY_SIZE = MAX_DOCUMENT_BYTES
REST_FRAMEWORK = conventions.REST_FRAMEWORK
SPECTACULAR_SETTINGS = conventions.SPECTACULAR_SETTINGS

CELERY = django.celery(env)
CHANNEL_LAYERS = django.channel_layer(env)
DETAILS_STORE_URL = service.details_store_url(env)
DETAILS_KEYS = service.details_keys(env)
SECOND_FACTOR_KEY = service.second_factor_key(env)
OUTBOUND_NETWORKS = django.outbound_networks(env)
ACCESS_TOKEN_MINUTES = env.integer(
    "ACCESS_TOKEN_MINUTES", 60, minimum=1, help="minutes for which a token from a login is good"
)
SESSION_DAYS = env.integer(
    "SESSION_DAYS", 90, minimum=1, help="days after which a login that is not renewed ends"
)
API_REQUESTS_PER_MINUTE = env.integer(
    "API_REQUESTS_PER_MINUTE", 600, minimum=0, help="requests a token may make; 0: no limit"
)
API_STREAMS_PER_USER = env.integer(
    "API_STREAMS_PER_USER", 20, minimum=0, help="streams a user may have open; 0: no limit"
)
LOGIN_LIMIT_PER_ADDRESS = env.integer(
    "LOGIN_LIMIT_PER_ADDRESS", 20, minimum=1, help="failed logins from one address in 5 minutes"
)
LOGIN_LIMIT_PER_EMAIL = env.integer(
    "LOGIN_LIMIT_PER_EMAIL", 5, minimum=1, help="failed logins for one email in 5 minutes"
)
PUSH_SENDER = django.push_sender(env)
