"""What every page has: its policy, its theme, its error pages, its static files, few queries."""

import gzip
import re

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.utils import timezone


def directives(answer):
    policy = answer["Content-Security-Policy"]
    return {part.split()[0]: part.split()[1:] for part in policy.split(";")}


PAGES = ["/accounts/login/", "/accounts/signup/", "/nothing/"]


@pytest.mark.parametrize("path", PAGES)
def test_scripts_come_from_us_alone_and_never_inline(client, db, path):
    policy = directives(client.get(path))
    assert policy["default-src"] == ["'none'"]
    assert policy["script-src"] == ["'self'"]
    assert policy["style-src"] == ["'self'"]
    assert policy["frame-ancestors"] == ["'none'"]


@pytest.fixture
def pages(project, add_request, insight_pages):
    project.first_request_at = timezone.now()
    project.save()
    lead = f"/projects/{project.uuid}"
    return [
        "/projects/",
        "/projects/new/",
        f"{lead}/",
        f"{lead}/setup/",
        f"{lead}/requests/",
        f"{lead}/requests/{add_request().uuid}/",
        "/accounts/login/",
        "/accounts/email/",
        "/account/",
        "/account/security/",
        "/account/keys/",
        "/account/data/",
        f"{lead}/settings/",
        f"{lead}/team/",
        f"{lead}/alerts/",
        *insight_pages.values(),
    ]


def test_no_page_has_what_the_policy_forbids(owner, pages):
    for path in pages:
        page = owner.get(path).content.decode()
        assert not re.search(r"<script(?![^>]*(src=|type=\"application/json\"))", page), path
        assert not re.search(r"\son[a-z]+=|\sstyle=|<style|javascript:", page), path


def test_every_file_a_page_asks_for_is_there(owner, pages):
    for path in pages:
        for name in re.findall(r'(?:src|href)="/static/([^"]+)"', owner.get(path).content.decode()):
            assert finders.find(name), f"{path}: {name}"


@pytest.mark.parametrize(("cookie", "attribute"), [("dark", 'data-theme="dark"'), ("x", "")])
def test_the_theme_is_right_from_the_first_paint(client, db, cookie, attribute):
    client.cookies["theme"] = cookie
    page = client.get("/accounts/login/").content.decode()
    assert f'<html lang="en"{" " if attribute else ""}{attribute}>' in page


def test_error_pages_are_designed_too(client, people, project, monkeypatch):
    assert "There is no such page" in client.get("/nothing/").content.decode()
    client.force_login(people.viewer)
    answer = client.get(f"/projects/{project.uuid}/setup/")
    assert "You may look, but not do this" in answer.content.decode()

    def broken(*_):
        raise RuntimeError("broken on purpose")

    monkeypatch.setattr("treblle_platform.projects.views.project_cards", broken)
    visitor = Client(raise_request_exception=False)
    visitor.force_login(people.owner)
    answer = visitor.get("/projects/")
    assert answer.status_code == 500
    assert "Something broke on our side" in answer.content.decode()


def test_pages_are_packed_but_never_those_that_show_a_key(owner, project):
    packed = owner.get("/projects/", headers={"accept-encoding": "gzip"})
    assert packed["Content-Encoding"] == "gzip"
    assert "Bookshop API" in gzip.decompress(packed.content).decode()
    for path in ("/account/keys/", f"/projects/{project.uuid}/setup/"):
        shown = owner.get(path, headers={"accept-encoding": "gzip"})
        assert "Content-Encoding" not in shown, path


def test_health_answers_without_a_login(client, db):
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json() == {"status": "ok"}


def test_who_asks_too_often_is_told_to_wait_on_a_page_of_ours(client, db):
    for _ in range(60):
        answer = client.post("/accounts/signup/", {"email": "ana@example.com", "password1": ""})
        if answer.status_code != 200:
            break
    assert answer.status_code == 429
    page = answer.content.decode()
    assert "That was too often" in page
    assert 'class="brand"' in page


def test_a_request_that_cannot_be_understood_gets_a_page_of_ours(client, db):
    answer = client.get("/", HTTP_HOST="not a host")
    assert answer.status_code == 400
    page = answer.content.decode()
    assert "cannot be understood" in page
    assert 'class="brand"' in page
