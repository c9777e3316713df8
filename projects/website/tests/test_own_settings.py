"""The website under its own settings, in a process of its own."""

import os
import secrets
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

ENVIRONMENT = {
    "SECRET_KEY": secrets.token_urlsafe(50),
    "ALLOWED_HOSTS": "www.example.com",
    "EMAIL_URL": "smtp+tls://user:password@mail.example.com:587",
    "PLATFORM_URL": "https://platform.example.com",
    "WEBSITE_URL": "https://www.example.com",
}


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    path = {"PATH": os.environ["PATH"], "DATABASE_URL": f"sqlite:///{tmp_path}/website.db"}
    return ENVIRONMENT | path


def run(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "error", "-m", "treblle_website", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_it_migrates_and_seeds_a_database_of_its_own(environment, tmp_path):
    migrated = run(environment, "migrate", "--verbosity", "0")
    assert migrated.returncode == 0, migrated.stderr
    first = run(environment, "seed_site")
    assert (first.returncode, first.stdout) == (0, "site made\n"), first.stderr
    assert run(environment, "seed_site").stdout == "site is there; nothing changed\n"
    with sqlite3.connect(tmp_path / "website.db") as database:
        tables = {row[0] for row in database.execute("SELECT name FROM sqlite_master")}
        assert database.execute("SELECT hostname, port FROM wagtailcore_site").fetchall() == [
            ("www.example.com", 443)
        ]
    database.close()
    assert {"treblle_website_homepage", "auth_user"} <= tables
    assert tables.isdisjoint({"users", "projects", "requests"})


def test_a_production_environment_passes_every_check(environment):
    checked = run(environment, "check", "--deploy", "--fail-level", "WARNING")
    assert checked.returncode == 0, checked.stderr
    assert "no issues (0 silenced)" in checked.stdout


def test_no_migration_is_missing(environment):
    made = run(environment, "makemigrations", "--check", "--dry-run")
    assert made.returncode == 0, made.stdout


def test_pictures_need_a_folder_where_the_database_is_no_file(environment):
    environment["DATABASE_URL"] = "mysql://user:password@127.0.0.1:1/website"
    refused = run(environment, "check")
    assert refused.returncode != 0
    assert "MEDIA_ROOT" in refused.stderr
