"""The demo's account: who logs in, and the keys the sample API and the reader of rows use."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from embedded import processes
from embedded.keeper import Process
from embedded.private_folder import short_password
from embedded.surroundings import Surroundings

JOB: Final = "seed-demo"
HISTORY_JOB: Final = "seed-history"
EMAIL: Final = "demo@treblle.localhost"
FILE: Final = "demo-account.json"


@dataclass(frozen=True)
class Account:
    """As `seed_demo` writes it."""

    email: str
    api_key: str
    project_id: str
    project_uuid: str
    api_token: str


def password(around: Surroundings) -> str:
    """Random, made once a data folder and kept there for its owner's eyes."""
    return around.folder.secret("demo_password", short_password)


def seeding(around: Surroundings, after: tuple[str, ...]) -> Process:
    """The job that makes the account, or finds it, and writes it down."""
    words = ("treblle_platform", "seed_demo", "--email", EMAIL, "--output", str(file(around)))
    secret = {"DEMO_PASSWORD": password(around)}
    return processes.python(around, JOB, "platform", words, after, environment=secret, job=True)


def history(around: Surroundings) -> Process:
    """The job that gives the account's project a past, for charts that are longer than the demo."""
    words = ("treblle_platform", "seed_history", "--email", EMAIL)
    return processes.python(around, HISTORY_JOB, "platform", words, (), job=True)


def read(around: Surroundings) -> Account:
    return Account(**json.loads(file(around).read_text("utf-8")))


def file(around: Surroundings) -> Path:
    return around.folder.path / FILE
