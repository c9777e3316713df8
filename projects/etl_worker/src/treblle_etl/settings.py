"""Settings of the ETL worker, its listener and its beat. All of them come from the environment."""

from treblle_service import settings as service
from treblle_service import side_port, tracing
from treblle_service.conf import Environment
from treblle_service.django import settings as django

from treblle_etl.keeping import keep_days

env = Environment()

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "treblle_models",
    "treblle_etl",
]
SECRET_KEY = env.secret("SECRET_KEY", help="50 random characters, the project's own")
AUTH_USER_MODEL = "treblle_models.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
# It answers no HTTP: there is no middleware to miss, and no host to answer to.
SILENCED_SYSTEM_CHECKS = [f"security.{check}" for check in ("W001", "W002", "W003", "W020")]

# A worker lives long and works on one batch after the other: it keeps its connection.
DATABASES = {"default": django.database(env) | {"CONN_MAX_AGE": None, "CONN_HEALTH_CHECKS": True}}
CACHES = django.cache(env, "etl")
CHANNEL_LAYERS = django.channel_layer(env)
CELERY = django.celery(env)
LOGGING = service.log_config(env)
SIDE_PORT = side_port.side_port(env)
TRACES_URL = tracing.traces_url(env)

RAW_STORE_URL = service.raw_store_url(env)
DETAILS_STORE_URL = service.details_store_url(env)
DETAILS_KEYS = service.details_keys(env)
EVENTS_URL = service.events_url(env)
GEOIP_PATH = env.text(
    "GEOIP_PATH", "", help="a MaxMind database (.mmdb) of cities; without it no place is shown"
)
GEOIP_ASN_PATH = env.text(
    "GEOIP_ASN_PATH",
    "",
    help="a MaxMind database (.mmdb) of autonomous systems; without it no network is shown",
)
BAD_ADDRESSES_PATH = env.text(
    "BAD_ADDRESSES_PATH",
    "",
    help="a file of addresses and networks (CIDR), one a line, whose requests count as threats",
)
LISTEN_MAX_WAITING_TASKS = env.integer(
    "LISTEN_MAX_WAITING_TASKS",
    1,
    minimum=1,
    help="so many tasks waiting at the broker hold the listener back, so that batches grow",
)
PURGE_EVERY_S = env.integer(
    "PURGE_EVERY_S", 3600, minimum=60, help="seconds between two purges of what is too old"
)
SWEEP_EVERY_S = env.integer(
    "SWEEP_EVERY_S", 30, minimum=1, help="seconds between two sweeps for lost objects"
)
SWEEP_AFTER_S = env.integer(
    "SWEEP_AFTER_S", 60, minimum=1, help="age in seconds at which an unprocessed object is lost"
)
SWEEP_WINDOW_S = env.integer(
    "SWEEP_WINDOW_S", 900, minimum=60, help="how far back the frequent sweep looks, in seconds"
)
SWEEP_LONG_WINDOW_H = env.integer(
    "SWEEP_LONG_WINDOW_H", 48, minimum=1, help="how far back the hourly sweep looks, in hours"
)
LEARN_EVERY_S = env.integer(
    "LEARN_EVERY_S",
    10,
    minimum=1,
    help="seconds between two rounds that learn endpoints and schemas from recent requests",
)
PURGE_KEEP_DAYS = keep_days(env)
