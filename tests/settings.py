"""The union of the deployables' settings, so that one pytest run holds the tests of every part.

The apps and models of all are here; `conftest.py` takes URLs, middleware, templates and the ASGI
application from the settings of the deployable a test belongs to. That each deployable also runs
under its own settings is proved by `tests/contract`.
"""

import os
import tempfile

from tests import environment  # isort: skip (before any settings module is read)

from treblle_api.settings import (
    ACCESS_TOKEN_MINUTES,
    API_REQUESTS_PER_MINUTE,
    API_STREAMS_PER_USER,
    LOGIN_LIMIT_PER_ADDRESS,
    LOGIN_LIMIT_PER_EMAIL,
    PUSH_SENDER,
    REST_FRAMEWORK,
    SECOND_FACTOR_KEY,
    SESSION_DAYS,
    SPECTACULAR_SETTINGS,
)
from treblle_etl.settings import (
    BAD_ADDRESSES_PATH,
    CELERY,
    DETAILS_KEYS,
    DETAILS_STORE_URL,
    EVENTS_URL,
    GEOIP_ASN_PATH,
    GEOIP_PATH,
    LEARN_EVERY_S,
    LISTEN_MAX_WAITING_TASKS,
    PURGE_EVERY_S,
    PURGE_KEEP_DAYS,
    RAW_STORE_URL,
    SIDE_PORT,
    SWEEP_AFTER_S,
    SWEEP_EVERY_S,
    SWEEP_LONG_WINDOW_H,
    SWEEP_WINDOW_S,
    TRACES_URL,
)
from treblle_platform.settings import (
    ACCOUNTS,
    INTAKE_URL,
    MAIL_DELIVERY_BACKEND,
    MAILBOX_IS_SHOWN,
    NODE_MODULES,
    OUTBOUND_NETWORKS,
    STRIPE_API_URL,
    STRIPE_SECRET_KEY,
    STRIPE_WEBHOOK_SECRET,
)
from treblle_platform.settings import INSTALLED_APPS as PLATFORM_APPS
from treblle_service.django.settings import database_from_url
from treblle_website.settings import (
    FRONTEND_CACHE_URL,
    GHOST_CONTENT_KEY,
    GHOST_URL,
    HELP_PATH,
    LANGUAGE_CODE,
    LANGUAGES,
    PLATFORM_URL,
    TRUSTED_PROXIES,
    WAGTAIL_CONTENT_LANGUAGES,
    WAGTAIL_GRAVATAR_PROVIDER_URL,
    WAGTAIL_I18N_ENABLED,
    WAGTAIL_SITE_NAME,
    WAGTAILADMIN_BASE_URL,
    WEBSITE_EDITOR_EMAIL,
    WEBSITE_EDITOR_PASSWORD,
    WEBSITE_URL,
)
from treblle_website.settings import INSTALLED_APPS as WEBSITE_APPS

SECRET_KEY = "only-for-tests"
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "treblle_models",
    "treblle_etl",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "corsheaders",
    "treblle_api",
]
INSTALLED_APPS += [app for app in WEBSITE_APPS if app not in INSTALLED_APPS]
INSTALLED_APPS += [app for app in PLATFORM_APPS if app not in INSTALLED_APPS]
globals().update(ACCOUNTS)
AUTHENTICATION_BACKENDS = [
    *ACCOUNTS["AUTHENTICATION_BACKENDS"],
    "django.contrib.auth.backends.ModelBackend",
]
# allauth looks for its own at the start; a test gets those of the deployable it belongs to.
MIDDLEWARE = ["allauth.account.middleware.AccountMiddleware"]
AUTH_USER_MODEL = "treblle_models.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {
    "default": database_from_url(
        os.environ.get("TEST_SQLITE_URL", f"sqlite:///{tempfile.gettempdir()}/treblle-tests.db")
    ),
}
USE_TZ = True
TIME_ZONE = "UTC"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STATIC_URL = "/static/"
