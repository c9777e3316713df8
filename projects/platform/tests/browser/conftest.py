"""The platform in Chromium: served by uvicorn on the database of the tests, looked at by axe."""

import sys
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from queue import Empty

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher, make_password
from django.db import connection
from django.test import Client
from kombu import Connection
from treblle_models.summary import summary_of
from treblle_platform.celery import QUEUE, app
from treblle_service.django.live import LivePublisher

from embedded.ports import free_port
from tests.support.accessibility import DESKTOP, PHONE, assert_page_is_accessible

PASSWORD = "a long enough password"
BROKER = 5


@pytest.fixture(scope="session")
def details_url(tmp_path_factory):
    """Where the server finds headers and bodies, and keeps exports."""
    return f"file://{tmp_path_factory.mktemp('details')}"


@pytest.fixture(scope="session")
def intake_port():
    """Where the server looks for the intake; nobody listens there but in tests that do."""
    return free_port()


@pytest.fixture(scope="session")
def mail_folder(tmp_path_factory):
    """Where the server's mails go, and what its mailbox shows, as the demo's."""
    return tmp_path_factory.mktemp("mail")


@pytest.fixture(scope="session")
def platform_url(
    servers,
    valkey_url,
    details_url,
    mail_folder,
    intake_port,
    django_db_setup,
    django_db_blocker,
):
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
        "BROKER_URL": f"{valkey_url}/{BROKER}",
        "CACHE_URL": f"{valkey_url}/6",
        "CHANNEL_URL": f"{valkey_url}/2",
        "DETAILS_STORE_URL": details_url,
        "EMAIL_URL": f"file://{mail_folder}",
        "SHOW_MAILBOX": "1",
        "PLATFORM_URL": f"http://127.0.0.1:{port}",
        "INTAKE_URL": f"http://127.0.0.1:{intake_port}",
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
def enter(platform_url):
    """Logs a person in, in a window: `enter(page, people.viewer)`."""

    def log_in(page, user):
        visitor = Client()
        visitor.force_login(user)
        [(name, morsel)] = visitor.cookies.items()
        page.context.add_cookies([{"name": name, "value": morsel.value, "url": platform_url}])
        return page

    return log_in


@pytest.fixture
def login(watched, enter):
    """Logs somebody else in: `login(people.viewer)`."""
    return partial(enter, watched)


@pytest.fixture
def logged_in(login, people):
    """The page with the owner logged in."""
    return login(people.owner)


@pytest.fixture(params=[DESKTOP, PHONE], ids=["desktop", "phone"])
def page_on_each_screen(logged_in, request):
    """The owner's page; a test that takes it runs on a desktop and on a phone."""
    logged_in.set_viewport_size(request.param)
    return logged_in


@pytest.fixture
def owner_with_password(people):
    """The server hashes by Argon2, which tests leave out elsewhere."""
    people.owner.password = make_password(PASSWORD, hasher=Argon2PasswordHasher())
    people.owner.save()
    return people.owner


@pytest.fixture
def somebody_else(browser, watched):
    """The window of a second person, who has none of the first one's cookies."""
    context = browser.new_context(viewport=watched.viewport_size)
    yield context.new_page()
    context.close()


@pytest.fixture
def work(valkey_url, worker_at_once, details_url, settings):
    """Does here and now what the server has queued for its worker; mails go to `mail.outbox`."""
    settings.DETAILS_STORE_URL = details_url
    settings.MAIL_DELIVERY_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    app.loader.import_default_modules()
    with Connection(f"{valkey_url}/{BROKER}") as broker, broker.SimpleQueue(QUEUE) as queue:
        queue.clear()

        def run():
            with suppress(Empty):
                while True:
                    message = queue.get_nowait()
                    message.ack()
                    _, arguments, _ = message.payload
                    app.tasks[message.headers["task"]].apply(kwargs=arguments, throw=True)

        yield run


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
