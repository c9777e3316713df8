"""Settings of the platform, its pages and its mail worker. All of them come from the environment."""

from pathlib import Path

from treblle_service import settings as service
from treblle_service import side_port, tracing
from treblle_service.conf import Environment
from treblle_service.django import settings as django

from treblle_platform import outgoing
from treblle_platform.accounts.settings import accounts
from treblle_platform.front_end import node_modules, static_folders, templates
from treblle_platform.policy import content_security_policy

env = Environment()
HERE = Path(__file__).parent

ACCOUNTS = accounts(env)
globals().update(django.security(env) | django.static_files() | django.email(env) | ACCOUNTS)
# What delivers; pages only queue, so that no page waits for a mail server.
MAIL_DELIVERY_BACKEND = globals()["EMAIL_BACKEND"]
EMAIL_BACKEND = "treblle_platform.mail.backend.QueueingBackend"

DATABASES = {"default": django.database(env)}
CACHES = django.cache(env, "platform")
CHANNEL_LAYERS = django.channel_layer(env)
CELERY = django.celery(env)
LOGGING = service.log_config(env)
SIDE_PORT = side_port.side_port(env)
METRICS_TOKEN = SIDE_PORT.token
TRACES_URL = tracing.traces_url(env)
READY_WHEN = ("database", "cache", "channels")
DETAILS_STORE_URL = service.details_store_url(env)
DETAILS_KEYS = service.details_keys(env)
PLATFORM_URL = env.url("PLATFORM_URL", help="public address of the platform").rstrip("/")
MAILBOX_IS_SHOWN = outgoing.mailbox_is_shown(env)
OUTBOUND_NETWORKS = django.outbound_networks(env)
INTAKE_URL = env.url("INTAKE_URL", help="public address of the intake, for snippets").rstrip("/")

STRIPE_SECRET_KEY = env.secret("STRIPE_SECRET_KEY", "", help="payments; without it all are free")
STRIPE_WEBHOOK_SECRET = env.secret(
    "STRIPE_WEBHOOK_SECRET", "", help="signs what Stripe sends to /webhooks/stripe/"
)
STRIPE_API_URL = env.text("STRIPE_API_URL", "https://api.stripe.com", help="another only in tests")
PUSH_SENDER = django.push_sender(env)
WEBSITE_URL = env.text("WEBSITE_URL", "", help="the website: its help is linked from pages")

FEATURES = (
    *("accounts", "agents", "alerts", "billing", "catalog", "collections", "customers"),
    *("dashboard", "demo", "docs", "embed", "endpoints", "keys", "live", "mail", "onboarding"),
    *("palette", "privacy", "problems", "profile", "project_settings", "projects", "quality"),
    *("request_page", "requests", "security", "staff", "styleguide", "team", "traces"),
    "world",
)
INSTALLED_APPS = [
    *(f"treblle_platform.{feature}" for feature in FEATURES),
    *("allauth", "allauth.account", "allauth.mfa", "allauth.usersessions", "channels"),
    *(f"django.contrib.{name}" for name in ("auth", "contenttypes", "messages")),
    *(f"django.contrib.{name}" for name in ("sessions", "staticfiles")),
    "treblle_models",
]
MIDDLEWARE = [
    "treblle_service.django.health.health",
    "django.middleware.security.SecurityMiddleware",
    "treblle_service.django.static.StaticFilesMiddleware",
    "treblle_service.django.compression.Compression",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "treblle_platform.accounts.middleware.time_zone_of_the_user",
    "treblle_platform.accounts.middleware.last_use_of_the_session",
]
TEMPLATES = templates(HERE)
NODE_MODULES = node_modules(env, HERE)
STATICFILES_DIRS = static_folders(NODE_MODULES, HERE)
ROOT_URLCONF = "treblle_platform.urls"
CSRF_FAILURE_VIEW = "treblle_platform.errors.form_out_of_date"
ASGI_APPLICATION = "treblle_platform.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
CONTENT_SECURITY_POLICY = content_security_policy()
