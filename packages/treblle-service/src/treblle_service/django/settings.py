"""Builders for Django settings from URLs in the environment; each project's settings call them."""

import ipaddress
from typing import Any

import environ

from treblle_service.conf import BadSetting, Environment

SQLITE_BUSY_TIMEOUT_S = 20
# Write-ahead logging lets readers and the one writer work at once; NORMAL syncs at checkpoints
# and never corrupts (sqlite.org/wal.html, sqlite.org/pragma.html#pragma_synchronous).
SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-16000;"
    " PRAGMA mmap_size=134217728; PRAGMA foreign_keys=ON"
)
SQLITE = "django.db.backends.sqlite3"
MYSQL = "django.db.backends.mysql"
SINGLESTORE = "treblle_models.singlestore.backend"
SINGLESTORE_SCHEME = "singlestore://"
# One order for every deployable that checks passwords: a login must not hash them anew to and fro.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]


def database(env: Environment, name: str = "DATABASE_URL") -> dict[str, Any]:
    """One `DATABASES` entry, with the options each engine wants."""
    url = env.url(
        name,
        schemes=("sqlite", "mysql", "singlestore"),
        help="sqlite:////path/to.db, mysql://user:password@host:port/name (MariaDB too), or"
        " singlestore://… likewise (docs/singlestore.md)",
    )
    try:
        return database_from_url(url)
    except ValueError:
        # The error would quote a piece of the password.
        problem = "cannot be read: percent-encode what is neither letter nor digit in the password"
        raise BadSetting(name, problem) from None


def database_from_url(url: str) -> dict[str, Any]:
    if url.startswith(SINGLESTORE_SCHEME):
        # Written like MySQL's, spoken to by another backend.
        as_mysql = "mysql://" + url.removeprefix(SINGLESTORE_SCHEME)
        return {**environ.Env.db_url_config(as_mysql), "ENGINE": SINGLESTORE}
    config: dict[str, Any] = environ.Env.db_url_config(url)
    options = config.setdefault("OPTIONS", {})
    if config["ENGINE"] == SQLITE:
        # IMMEDIATE takes the write lock at the start, where waiting works, not in the middle.
        options |= {
            "transaction_mode": "IMMEDIATE",
            "timeout": SQLITE_BUSY_TIMEOUT_S,
            "init_command": SQLITE_PRAGMAS,
        }
    elif config["ENGINE"] == MYSQL:
        options |= {"charset": "utf8mb4", "isolation_level": "read committed"}
        config["TEST"] = {"CHARSET": "utf8mb4", "COLLATION": "utf8mb4_bin"}
    return config


def cache(env: Environment, prefix: str) -> dict[str, Any]:
    url = env.url("CACHE_URL", schemes=("redis", "rediss"), help="redis://host:port/db for caches")
    return {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": url,
            "KEY_PREFIX": prefix,
        }
    }


def channel_layer(env: Environment) -> dict[str, Any]:
    url = env.url(
        "CHANNEL_URL",
        schemes=("redis", "rediss"),
        help="redis://host:port/db for live messages; the same for ETL and platform",
    )
    return {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [url]},
        }
    }


def email(env: Environment) -> dict[str, Any]:
    """`EMAIL_*` settings: `file:///folder`, `smtp://…`, `smtp+tls://…`, or `anymail+<provider>:`."""
    url = env.url(
        "EMAIL_URL", help="file:///folder, smtp+tls://user:password@host:587, consolemail:"
    )
    sender = env.text("EMAIL_FROM", "Treblle <hello@localhost>", help="who mail comes from")
    if url.startswith("file://"):
        backend = {
            "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "EMAIL_FILE_PATH": url.removeprefix("file://"),
        }
    elif url.startswith("anymail+"):
        provider = url.removeprefix("anymail+").rstrip(":/")
        backend = {"EMAIL_BACKEND": f"anymail.backends.{provider}.EmailBackend"}
    else:
        backend = dict(environ.Env.email_url_config(url))
    return backend | {"DEFAULT_FROM_EMAIL": sender, "SERVER_EMAIL": sender}


def outbound_networks(env: Environment) -> list[str]:
    """For `outbound`, as `ipaddress` writes them. One that cannot be read stops the start."""
    words = env.words(
        "OUTBOUND_NETWORKS",
        (),
        help="private networks that webhooks may reach, e.g. 10.0.0.0/8; without, public"
        " addresses only",
    )
    try:
        return [str(ipaddress.ip_network(word, strict=False)) for word in words]
    except ValueError as error:
        raise BadSetting("OUTBOUND_NETWORKS", str(error)) from None


def push_sender(env: Environment) -> str:
    """A class with the methods of `treblle_service.django.push.PushSender`."""
    return env.text(
        "PUSH_SENDER",
        "treblle_service.django.push.NoSender",
        help="the class that sends push messages; without one of the operator's, none are sent",
    )


def security(env: Environment) -> dict[str, Any]:
    """Secret key, hosts and what HTTPS asks for. Plain HTTP must be said (`INSECURE_HTTP`)."""
    insecure = env.flag(
        "INSECURE_HTTP", False, help="serve over plain HTTP: one's own machine or tests only"
    )
    hosts = env.words("ALLOWED_HOSTS", help="host names this project answers to, with commas")
    if "*" in hosts and not insecure:
        raise BadSetting("ALLOWED_HOSTS", "* answers to anyone: name the hosts")
    settings: dict[str, Any] = {
        "SECRET_KEY": env.secret("SECRET_KEY", help="50 random characters, the project's own"),
        "ALLOWED_HOSTS": list(hosts),
        "CSRF_TRUSTED_ORIGINS": list(
            env.words("CSRF_TRUSTED_ORIGINS", (), help="origins behind a proxy, with https://")
        ),
        "SESSION_COOKIE_SECURE": not insecure,
        "CSRF_COOKIE_SECURE": not insecure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SECURE_CONTENT_TYPE_NOSNIFF": True,
        "SECURE_REFERRER_POLICY": "same-origin",
        "X_FRAME_OPTIONS": "DENY",
    }
    if not insecure:
        settings |= {
            "SECURE_SSL_REDIRECT": True,
            "SECURE_HSTS_SECONDS": 31_536_000,
            "SECURE_HSTS_INCLUDE_SUBDOMAINS": True,
            "SECURE_HSTS_PRELOAD": True,
            "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https"),
        }
    return settings


def celery(env: Environment) -> dict[str, Any]:
    """Settings for a Celery app (lower-case names): tasks acknowledge late, one at a time."""
    timeout = env.integer(
        "TASK_VISIBILITY_TIMEOUT_S",
        120,
        minimum=5,
        help="seconds after which a task whose worker vanished is given to another",
    )
    return {
        "broker_url": env.url(
            "BROKER_URL", schemes=("redis", "rediss", "memory"), help="Celery's broker, redis://…"
        ),
        "broker_connection_retry_on_startup": True,
        "broker_transport_options": {"visibility_timeout": timeout},
        "task_acks_late": True,
        "task_reject_on_worker_lost": True,
        "task_ignore_result": True,
        "worker_prefetch_multiplier": 1,
        "worker_hijack_root_logger": False,
        # A task must end before it would be given to another worker as well.
        "task_time_limit": max(4, timeout - 10),
        "task_soft_time_limit": max(3, timeout - 20),
        "task_create_missing_queues": True,
        "timezone": "UTC",
    }


def static_files() -> dict[str, Any]:
    """Static files straight from the packages, by WhiteNoise: no collecting step to forget."""
    return {"STATIC_URL": "/static/", "WHITENOISE_USE_FINDERS": True}
