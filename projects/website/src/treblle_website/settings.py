"""The website: public pages and the editor at /cms/, with a small database of its own."""

from treblle_service.conf import Environment
from treblle_service.django.settings import database, email, security, static_files
from treblle_service.settings import log_config
from treblle_service.side_port import metrics_token

from treblle_website.csp import public_policy
from treblle_website.front_cache import cache_in_front
from treblle_website.languages import DEFAULT as DEFAULT_LANGUAGE
from treblle_website.languages import LANGUAGES as SITE_LANGUAGES
from treblle_website.media import help_folder, media_root

env = Environment()
HASHERS = ("Argon2PasswordHasher", "PBKDF2PasswordHasher")
PASSWORD_RULES = ("MinimumLengthValidator", "CommonPasswordValidator", "NumericPasswordValidator")

globals().update(security(env) | email(env) | static_files())
LOGGING = log_config(env)
METRICS_TOKEN = metrics_token(env)
DATABASES = {"default": database(env)}
WEBSITE_URL = env.url("WEBSITE_URL", help="public address of this website").rstrip("/")
PLATFORM_URL = env.url("PLATFORM_URL", help="public address of the platform: Log in").rstrip("/")
MEDIA_ROOT = media_root(env, DATABASES["default"])
MEDIA_URL = "/media/"
# Each process keeps whole pages in its own memory, and knows from the database when they are old.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 1000},
    }
}
FRONTEND_CACHE_URL = env.text(
    "FRONTEND_CACHE_URL", "", help="an HTTP cache before the website that takes PURGE (Varnish…)"
)
globals().update(cache_in_front(FRONTEND_CACHE_URL))
GHOST_URL = env.text("GHOST_URL", "", help="address of a Ghost that has the blog; else no blog")
GHOST_CONTENT_KEY = env.secret("GHOST_CONTENT_KEY", "", help="its Content API key")
HELP_PATH = env.text(
    "HELP_PATH", str(help_folder()), help="folder of the Markdown files shown under /help/"
)
TRUSTED_PROXIES = env.integer(
    "TRUSTED_PROXIES", 0, help="proxies before the website that set X-Forwarded-For"
)
WEBSITE_EDITOR_EMAIL = env.text("WEBSITE_EDITOR_EMAIL", "", help="seed_site: the first editor")
WEBSITE_EDITOR_PASSWORD = env.secret("WEBSITE_EDITOR_PASSWORD", "", help="seed_site: the password")

_DJANGO = ("auth", "contenttypes", "sessions", "sitemaps", "messages", "staticfiles")
_CONTRIB = tuple(
    f"contrib.{name}"
    for name in ("forms", "frontend_cache", "redirects", "settings", "simple_translation")
)
_WAGTAIL = (*_CONTRIB, "users", "sites", "documents", "images", "search", "admin")
INSTALLED_APPS = [
    "treblle_website",
    *(f"wagtail.{name}" for name in _WAGTAIL),
    "wagtail",
    "modelcluster",
    "taggit",
    *(f"django.contrib.{name}" for name in _DJANGO),
]
MIDDLEWARE = [
    "treblle_service.django.health.health",
    "django.middleware.security.SecurityMiddleware",
    "treblle_service.django.static.StaticFilesMiddleware",
    "treblle_website.statistics.PageViewsMiddleware",
    "treblle_website.page_cache.PageCacheMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "treblle_website.csp.ContentSecurityPolicyMiddleware",
    "treblle_website.languages.LanguageOfThePath",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "treblle_website.context.addresses",
            ]
        },
    }
]
ROOT_URLCONF = "treblle_website.urls"
ASGI_APPLICATION = "treblle_website.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LANGUAGE_CODE = DEFAULT_LANGUAGE
LANGUAGES = WAGTAIL_CONTENT_LANGUAGES = SITE_LANGUAGES
WAGTAIL_I18N_ENABLED = True
USE_TZ = True
TIME_ZONE = "UTC"
# Cookies know no ports: on one machine these would fall on the platform's.
SESSION_COOKIE_NAME = "website_session"
CSRF_COOKIE_NAME = "website_csrf"
PASSWORD_HASHERS = [f"django.contrib.auth.hashers.{name}" for name in HASHERS]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"} for name in PASSWORD_RULES
]
CONTENT_SECURITY_POLICY = public_policy(GHOST_URL)
WAGTAIL_SITE_NAME = "Treblle"
WAGTAILADMIN_BASE_URL = WEBSITE_URL
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAILDOCS_EXTENSIONS = ["csv", "pdf", "txt", "zip"]
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
