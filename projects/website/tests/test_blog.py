"""The blog, against a double that speaks Ghost's Content API as ghost.org/docs/content-api has it."""

import json
import secrets
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar
from urllib.parse import parse_qs, urlsplit

import pytest
from bs4 import BeautifulSoup
from django.core.cache import cache
from django.test import Client

KEY = secrets.token_hex(13)
POST = {
    "id": "5ddc9141c35e7700383b2937",
    "slug": "first-words",
    "title": "First words",
    "html": "<p>Hello <b>there</b></p><script>alert(1)</script><img src='x' onerror='alert(1)'>",
    "excerpt": "Hello there",
    "custom_excerpt": None,
    "feature_image": None,
    "published_at": "2026-11-03T09:00:00.000+00:00",
    "reading_time": 3,
    "primary_author": {"name": "The team"},
}
PAGINATION = {"page": 1, "limit": 12, "pages": 1, "total": 1, "next": None, "prev": None}
NOT_FOUND = {"errors": [{"message": "Resource not found error", "type": "NotFoundError"}]}
REFUSED = {"errors": [{"message": "Unknown Content API Key", "type": "UnauthorizedError"}]}


class GhostDouble(BaseHTTPRequestHandler):
    asked: ClassVar[list[str]] = []
    is_away: ClassVar = False

    def do_GET(self):
        url = urlsplit(self.path)
        type(self).asked.append(url.path)
        if type(self).is_away:
            return self.answer(503, {"errors": [{"type": "MaintenanceError"}]})
        if parse_qs(url.query).get("key") != [KEY]:
            return self.answer(401, REFUSED)
        posts = {
            "/ghost/api/content/posts/": {"posts": [POST], "meta": {"pagination": PAGINATION}},
            "/ghost/api/content/posts/slug/first-words/": {"posts": [POST]},
        }
        if url.path not in posts:
            return self.answer(404, NOT_FOUND)
        return self.answer(200, posts[url.path])

    def answer(self, status, body):
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args):
        pass


@pytest.fixture
def ghost(home, settings):
    handler = type("Handler", (GhostDouble,), {"asked": [], "is_away": False})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    settings.GHOST_URL = f"http://127.0.0.1:{server.server_port}"
    settings.GHOST_CONTENT_KEY = KEY
    yield handler
    server.shutdown()
    server.server_close()
    thread.join()


def text(path):
    return BeautifulSoup(Client().get(path).content, "html.parser").main.get_text(" ", strip=True)


def test_posts_are_listed_and_shown(ghost):
    assert "First words" in text("/blog/")
    assert "Hello there" in text("/blog/first-words/")
    assert "The team" in text("/blog/first-words/")


def test_nothing_in_a_post_runs(ghost):
    page = BeautifulSoup(Client().get("/blog/first-words/").content, "html.parser")
    assert page.main.find("script") is None
    assert page.main.find(onerror=True) is None


def test_answers_are_kept_for_some_minutes(ghost):
    for _ in range(3):
        text("/blog/?page=1")
    assert len(ghost.asked) == 1


def test_the_last_good_copy_is_shown_while_ghost_is_away(ghost):
    text("/blog/first-words/")
    cache.clear()
    ghost.is_away = True
    assert "Hello there" in text("/blog/first-words/")
    asked = len(ghost.asked)
    text("/blog/first-words/?again=1")
    assert len(ghost.asked) == asked, "a blog that is away is left alone for a while"


def test_what_was_never_read_is_said_to_be_away(ghost):
    ghost.is_away = True
    response = Client().get("/blog/")
    assert response.status_code == 503
    assert "no-store" in response["Cache-Control"]
    assert "The blog is away" in text("/blog/")


def test_a_post_that_is_not_there_is_404(ghost):
    assert Client().get("/blog/nothing/").status_code == 404
    assert Client().get("/blog/?page=0").status_code == 404


def test_the_blog_stands_in_header_and_sitemap_where_there_is_one(ghost, settings):
    assert 'href="/blog/"' in Client().get("/").content.decode()
    assert (
        f"{settings.WEBSITE_URL}/blog/first-words/" in Client().get("/sitemap.xml").content.decode()
    )


def test_without_a_ghost_there_is_no_blog_and_nothing_leads_to_it(home):
    response = Client().get("/blog/")
    assert response.status_code == 404
    assert "connected none" in response.content.decode()
    assert 'href="/blog/"' not in Client().get("/").content.decode()
