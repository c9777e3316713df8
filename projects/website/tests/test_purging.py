"""A cache before the website is told to forget what is no longer true, once it is published."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.test import Client
from treblle_website.front_cache import cache_in_front
from treblle_website.models import ContentPage, HeaderAndFooter


class CacheDouble(BaseHTTPRequestHandler):
    """Takes PURGE as Varnish does; names the pages it was told of."""

    def do_PURGE(self):
        self.server.purged.append((self.headers["Host"], self.path))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args):
        pass


@pytest.fixture
def purged(home, settings):
    server = ThreadingHTTPServer(("127.0.0.1", 0), CacheDouble)
    server.purged = []
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    settings.FRONTEND_CACHE_URL = f"http://127.0.0.1:{server.server_port}"
    for name, value in cache_in_front(settings.FRONTEND_CACHE_URL).items():
        setattr(settings, name, value)
    yield server.purged
    server.shutdown()
    server.server_close()
    thread.join()


ALL = {"/", "/de/", "/data/", "/de/daten/", "/help/masking/", "/de/help/masking/", "/sitemap.xml"}


def test_a_publication_purges_every_page_in_each_language(
    purged, django_capture_on_commit_callbacks
):
    page = ContentPage.objects.get(slug="data")
    draft = page.save_revision()
    assert purged == []
    with django_capture_on_commit_callbacks(execute=True):
        draft.publish()
    assert {path for _, path in purged} >= ALL
    assert {host for host, _ in purged} == {"www.example"}


def test_header_and_footer_are_on_every_page(purged, django_capture_on_commit_callbacks):
    frame = HeaderAndFooter.objects.get()
    frame.footer_note = "Another"
    with django_capture_on_commit_callbacks(execute=True):
        frame.save()
        frame.save()
    paths = [path for _, path in purged]
    assert set(paths) >= ALL
    assert len(paths) == len(set(paths)), "once for all changes of a transaction"


def test_a_deleted_page_is_forgotten_too(purged, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        ContentPage.objects.get(slug="data").delete()
    assert ("www.example", "/data/") in purged


def test_what_is_purged_may_be_kept_for_a_day_and_what_is_not_may_not(purged):
    assert "s-maxage=86400" in Client().get("/data/")["Cache-Control"]
    assert "s-maxage" not in Client().get("/blog/").get("Cache-Control", "")
