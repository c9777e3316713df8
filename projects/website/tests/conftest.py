"""The website's own settings where the union cannot hold them, a seeded site, and three people."""

from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.db import connection
from django.test import Client
from treblle_website import published
from treblle_website import settings as own
from treblle_website.models import HomePage
from wagtail.models import Site

OWN = (
    "CONTENT_SECURITY_POLICY",
    "CSRF_COOKIE_NAME",
    "DEFAULT_FROM_EMAIL",
    "MEDIA_URL",
    "SESSION_COOKIE_NAME",
    "X_FRAME_OPTIONS",
)
PLATFORM = "https://platform.example"
WEBSITE = "https://www.example"


@pytest.fixture(autouse=True)
def website_settings(settings: Any, tmp_path: Path) -> Any:
    for name in OWN:
        setattr(settings, name, getattr(own, name))
    settings.PLATFORM_URL = PLATFORM
    settings.WEBSITE_URL = WEBSITE
    settings.MEDIA_ROOT = str(tmp_path / "media")
    # The database of each test is another: what was remembered of the last one's is not true of it.
    published._Remembered.until = 0.0
    # Numbers begin again with each test, and the one purged last may have been the same.
    published._Remembered.purged = -1
    settings.WEBSITE_EDITOR_EMAIL = ""
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            "LOCATION": str(tmp_path),
        }
    }
    return settings


@pytest.fixture(scope="session")
def seeded_rows() -> dict[str, list[Any]]:
    """What `seed_site` left in each table, filled by the first test that seeds."""
    return {}


@pytest.fixture
def home(db: None, seeded_rows: dict[str, list[Any]]) -> HomePage:
    """The home page of a site as `seed_site` makes it: made once, then put back row by row."""
    if seeded_rows:
        put_back(seeded_rows)
    else:
        call_command("seed_site")
        seeded_rows.update(snapshot())
    return HomePage.objects.get(locale__language_code="en")


def tables() -> list[str]:
    models = [
        model
        for label in ("auth", "treblle_website", "wagtailcore", "wagtailredirects")
        for model in apps.get_app_config(label).get_models(include_auto_created=True)
    ]
    kept = {Permission._meta.db_table}
    return sorted({model._meta.db_table for model in models if model._meta.managed} - kept)


def snapshot() -> dict[str, list[Any]]:
    with connection.cursor() as cursor:
        found = {}
        for table in tables():
            cursor.execute(f"SELECT * FROM {table}")
            found[table] = cursor.fetchall()
    return found


def put_back(rows: dict[str, list[Any]]) -> None:
    with connection.constraint_checks_disabled(), connection.cursor() as cursor:
        for table, contents in rows.items():
            cursor.execute(f"DELETE FROM {table}")
            if contents:
                marks = ", ".join(["%s"] * len(contents[0]))
                cursor.executemany(f"INSERT INTO {table} VALUES ({marks})", contents)
    Site.clear_site_root_paths_cache()


def member_of(group: str) -> Client:
    users = get_user_model()
    email = f"{group.lower()}@example.com"
    user = users(**{users.USERNAME_FIELD: email, users.get_email_field_name(): email})
    user.set_unusable_password()
    user.save()
    user.groups.add(Group.objects.get(name=group))
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def editor(home: HomePage) -> Client:
    return member_of("Editors")


@pytest.fixture
def publisher(home: HomePage) -> Client:
    return member_of("Publishers")
