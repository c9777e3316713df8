"""The platform in Chromium: served by uvicorn on the database of the tests, looked at by axe."""

import sys
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from treblle_models.summary import summary_of
from treblle_service.django.live import LivePublisher

from tests.services.servers import free_port
from tests.support.accessibility import assert_page_is_accessible


@pytest.fixture(scope="session")
def platform_url(servers, valkey_url, django_db_setup, django_db_blocker):
    """The platform under uvicorn, on the database of the tests."""
    port = free_port()
    with django_db_blocker.unblock():
        database = connection.settings_dict["NAME"]
    environment = {
        "DJANGO_SETTINGS_MODULE": "treblle_platform.settings",
        "INSECURE_HTTP": "1",
        "SECRET_KEY": "only-for-tests",
        "ALLOWED_HOSTS": "127.0.0.1,localhost",
        "DATABASE_URL": f"sqlite:///{database}",
        "BROKER_URL": f"{valkey_url}/5",
        "CACHE_URL": f"{valkey_url}/6",
        "CHANNEL_URL": f"{valkey_url}/2",
        "DETAILS_STORE_URL": "file:///nonexistent/details",
        "EMAIL_URL": "memorymail://",
        "PLATFORM_URL": f"http://127.0.0.1:{port}",
        "INTAKE_URL": "http://intake.test",
    }
    command = (sys.executable, "-m", "uvicorn", "treblle_platform.asgi:application")
    servers.start("platform", (*command, "--port", str(port)), port=port, environment=environment)
    return environment["PLATFORM_URL"]


@pytest.fixture
def watched(page):
    """The page; whatever its console complains of (a policy broken, say) fails the test."""
    complaints = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    assert complaints == []


@pytest.fixture
def login(watched, platform_url):
    """Logs somebody else in: `login(people.viewer)`."""

    def log_in(user):
        browser = Client()
        browser.force_login(user)
        [(name, morsel)] = browser.cookies.items()
        watched.context.add_cookies([{"name": name, "value": morsel.value, "url": platform_url}])
        return watched

    return log_in


@pytest.fixture
def logged_in(login, people):
    """The page with the owner logged in."""
    return login(people.owner)


@pytest.fixture
def publish(project, channel_layer):
    """Sends live messages of requests, as the ETL does on commit."""
    publisher = LivePublisher()

    def send(*requests, to=project):
        found = [summary_of(r, r.endpoint.template if r.endpoint else None) for r in requests]
        message = {"type": "requests", "project": str(to.uuid), "requests": found, "stats": {}}
        publisher.publish(to.uuid, message).result()

    return send


@pytest.fixture
def assert_accessible(watched) -> Callable[..., None]:
    """`assert_accessible(url, …)`: axe finds nothing on these pages, light and dark, wide and narrow,
    and nothing is wider than a phone."""

    def check(*urls):
        for url in urls:
            assert_page_is_accessible(watched, url)

    return check
