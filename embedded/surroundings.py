"""What each part finds in its environment: the names of docs/configuration.md, with our values."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from embedded.ports import HOST, Ports
from embedded.private_folder import PrivateFolder, short_password

ROOT: Final = Path(__file__).resolve().parent.parent
DEPLOYABLES: Final = ("intake", "etl", "platform", "api", "website")
# Numbers of the databases inside our Valkey.
BROKER, CACHE, CHANNELS, EVENTS = range(4)
EDITOR_EMAIL: Final = "editor@treblle.localhost"


@dataclass(frozen=True, kw_only=True)
class Choices:
    """What a caller may choose; what is left empty is local to the data folder."""

    database_url: str = ""
    website_database_url: str = ""
    raw_store_url: str = ""
    details_store_url: str = ""
    details_keys: str = ""
    events_url: str = ""
    email_url: str = ""
    geoip_path: str = ""
    log_level: str = "info"
    # With SQLite one process writes the traffic tables.
    etl_workers: int = 1
    # More names, for all parts; they win over ours.
    more: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Surroundings:
    """Addresses and environments of one system on one data folder."""

    folder: PrivateFolder
    ports: Ports
    valkey_port: int
    choices: Choices

    def url(self, part: str) -> str:
        """The public address of `intake`, `platform`, `api` or `website`."""
        return f"http://{HOST}:{getattr(self.ports, part)}"

    def valkey_url(self, database: int) -> str:
        return f"redis://:{self.folder.secret('valkey')}@{HOST}:{self.valkey_port}/{database}"

    def editor_password(self) -> str:
        """Of EDITOR_EMAIL, who may edit the website; random, made once a data folder."""
        return self.folder.secret("editor_password", short_password)

    def local_file(self, name: str) -> str:
        return f"sqlite:///{self.folder.path / name}"

    def local_store(self, name: str) -> str:
        return f"file://{self.folder.subfolder(name)}"

    def environment(self, deployable: str) -> dict[str, str]:
        """All a process of `deployable` (one of DEPLOYABLES) finds; nothing of ours leaks in."""
        own = self._shared() | self._stores()[deployable] | {"SECRET_KEY": self._key(deployable)}
        own |= self.choices.more
        return inherited() | own

    def _key(self, deployable: str) -> str:
        return self.folder.secret(f"{deployable}_secret_key")

    def _shared(self) -> dict[str, str]:
        return {
            "INSECURE_HTTP": "1",
            "ALLOWED_HOSTS": f"{HOST},localhost",
            "BROKER_URL": self.valkey_url(BROKER),
            "CACHE_URL": self.valkey_url(CACHE),
            "CHANNEL_URL": self.valkey_url(CHANNELS),
            "EVENTS_URL": self.choices.events_url or self.valkey_url(EVENTS),
            "EMAIL_URL": self.choices.email_url or self.local_store("mail"),
            "INTAKE_URL": self.url("intake"),
            "PLATFORM_URL": self.url("platform"),
            "API_URL": self.url("api"),
            "WEBSITE_URL": self.url("website"),
            "LOG_LEVEL": self.choices.log_level,
            "METRICS_TOKEN": self.folder.secret("metrics"),
            "PYTHONUNBUFFERED": "1",
            # glibc keeps an arena a thread; two are enough here and save megabytes a process.
            "MALLOC_ARENA_MAX": "2",
        }

    def _stores(self) -> dict[str, dict[str, str]]:
        """Each gets what it may see: raw objects only intake and ETL, the website nothing."""
        choices = self.choices
        database = {"DATABASE_URL": choices.database_url or self.local_file("treblle.db")}
        details = {
            "DETAILS_STORE_URL": choices.details_store_url or self.local_store("details"),
            "DETAILS_KEYS": choices.details_keys,
        }
        second_factors = {"SECOND_FACTOR_KEY": self.folder.secret("second_factor_key")}
        raw = {"RAW_STORE_URL": choices.raw_store_url or self.local_store("raw")}
        return {
            "intake": raw | {"INTAKE_HOST": HOST, "INTAKE_PORT": str(self.ports.intake)},
            "etl": database | raw | details | {"GEOIP_PATH": choices.geoip_path},
            "platform": database | details | second_factors,
            "api": database | details | second_factors,
            "website": {
                "DATABASE_URL": choices.website_database_url or self.local_file("website.db"),
                "MEDIA_ROOT": str(self.folder.subfolder("media")),
                "WEBSITE_EDITOR_EMAIL": EDITOR_EMAIL,
                "WEBSITE_EDITOR_PASSWORD": self.editor_password(),
            },
        }


# Names the parts read. What the surrounding shell has under them was meant for something else.
# fmt: off
OURS: Final = frozenset(
    {
        "INSECURE_HTTP", "ALLOWED_HOSTS", "BROKER_URL", "CACHE_URL", "CHANNEL_URL",
        "EVENTS_URL", "EMAIL_URL", "EMAIL_FROM", "INTAKE_URL", "PLATFORM_URL", "API_URL",
        "WEBSITE_URL", "LOG_LEVEL", "LOG_FORMAT", "DATABASE_URL", "RAW_STORE_URL",
        "DETAILS_STORE_URL", "DETAILS_KEYS", "INTAKE_HOST", "INTAKE_PORT", "GEOIP_PATH", "MEDIA_ROOT",
        "SECRET_KEY", "SECOND_FACTOR_KEY", "DJANGO_SETTINGS_MODULE", "WEBSITE_EDITOR_EMAIL", "WEBSITE_EDITOR_PASSWORD", "CSRF_TRUSTED_ORIGINS",
        "SHOW_MAILBOX", "OUTBOUND_NETWORKS",
        "METRICS_TOKEN", "METRICS_PORT", "METRICS_HOST",
    }
)
# fmt: on


def inherited() -> dict[str, str]:
    """This process's environment without the names the parts read, and their `_FILE` twins."""
    dropped = OURS | {f"{name}_FILE" for name in OURS}
    return {name: value for name, value in os.environ.items() if name not in dropped}
