"""The five deployables, and the environment docker-compose.yml gives each of their processes."""

import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
# What every process gets from the system; nothing else of this machine reaches it.
SYSTEM = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
# What an operator puts into .env.
OPERATOR = {
    "STORE_PASSWORD": "store-password",
    "DATABASE_PASSWORD": "database-password",
    "EMAIL_URL": "smtp+tls://me:password@mail.example:587",
    "EMAIL_FROM": "Treblle <hello@treblle.example>",
    "ETL_SECRET_KEY": "etl-7hHq0sXoE2rZpV9cTn4JkWm8LbYdGu1RfA5iQ3xC6vNeBw",
    "PLATFORM_SECRET_KEY": "platform-7hHq0sXoE2rZpV9cTn4JkWm8LbYdGu1RfA5iQ3xC6",
    "SECOND_FACTOR_KEY": "factor-7hHq0sXoE2rZpV9cTn4JkWm8LbYdGu1RfA5iQ3xC6vNe",
    "API_SECRET_KEY": "api-7hHq0sXoE2rZpV9cTn4JkWm8LbYdGu1RfA5iQ3xC6vNeBw",
    "WEBSITE_SECRET_KEY": "website-7hHq0sXoE2rZpV9cTn4JkWm8LbYdGu1RfA5iQ3xC6v",
    "INTAKE_HOST": "intake.treblle.example",
    "PLATFORM_HOST": "app.treblle.example",
    "API_HOST": "api.treblle.example",
    "WEBSITE_HOST": "treblle.example",
}
REFERENCE = re.compile(r"\$\{(?P<name>\w+)(?::(?P<how>[?-])(?P<word>[^}]*))?\}")


@dataclass(frozen=True)
class Deployable:
    """A project; the services of docker-compose.yml that run it; Python's words to start them."""

    folder: str
    package: str
    services: tuple[str, ...]
    entry_points: tuple[tuple[str, ...], ...]
    has_django: bool = True

    def environment(self) -> dict[str, str]:
        return environment_of(self.services[0])


def asgi(package: str) -> tuple[str, ...]:
    return ("-c", f"from {package}.asgi import application")


def celery(package: str) -> tuple[str, ...]:
    """What a worker does before it asks for work: find the app and import all its tasks."""
    found = f"any(name.startswith('{package}.') for name in app.tasks)"
    start = f"from {package}.celery import app; app.loader.import_default_modules()"
    return ("-c", f"{start}; assert {found}, sorted(app.tasks)")


DEPLOYABLES = (
    Deployable(
        "intake", "treblle_intake", ("intake",), (asgi("treblle_intake"),), has_django=False
    ),
    Deployable(
        "etl_worker",
        "treblle_etl",
        ("etl-worker", "listener", "etl-background"),
        (celery("treblle_etl"), ("-m", "treblle_etl", "listen", "--help")),
    ),
    Deployable(
        "platform",
        "treblle_platform",
        ("platform", "platform-worker"),
        (asgi("treblle_platform"), celery("treblle_platform")),
    ),
    Deployable("api", "treblle_api", ("api",), (asgi("treblle_api"),)),
    Deployable("website", "treblle_website", ("website",), (asgi("treblle_website"),)),
)


def compose() -> dict[str, Any]:
    """docker-compose.yml as Docker would read it, for the operator above."""
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    document: dict[str, Any] = yaml.safe_load(REFERENCE.sub(_value, text))
    return document


def environment_of(service: str) -> dict[str, str]:
    own: dict[str, str] = compose()["services"][service]["environment"]
    # What the operator left out is empty: Compose puts values into what is parsed already.
    return SYSTEM | {name: "" if value is None else str(value) for name, value in own.items()}


def run(
    words: Sequence[str | Path], environment: Mapping[str, str], cwd: Path
) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(words, env=environment, cwd=cwd, text=True, capture_output=True)


def python(
    words: Sequence[str | Path], environment: Mapping[str, str], cwd: Path
) -> "subprocess.CompletedProcess[str]":
    return run([sys.executable, *words], environment, cwd)


def _value(reference: re.Match[str]) -> str:
    default = reference["word"] if reference["how"] == "-" else None
    value = OPERATOR.get(reference["name"], default)
    if value is None:
        raise LookupError(f"docker-compose.yml needs {reference['name']}: put it into OPERATOR")
    return value
