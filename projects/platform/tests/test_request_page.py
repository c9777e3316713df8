"""Around one request: checks, code, its like, comments, links for outsiders, collections, traces."""

import ast
import json
import re
import subprocess
from datetime import timedelta
from html import unescape
from uuid import UUID

import pytest
from django.core import mail
from django.utils import timezone
from treblle_models.histogram import Histogram
from treblle_models.models import (
    Collection,
    Comment,
    EmailPreference,
    EndpointDay,
    ShareLink,
)
from treblle_platform.request_page.operations import mentioned
from treblle_platform.request_page.snippets import snippets_of

DETAILS = {
    "request": {
        "query": {"page": "2"},
        "headers": {"accept": "text/html", "host": "x", "authorization": "Bearer ****"},
        "body": {"title": "It's", "ok": True, "none": None},
    },
    "response": {"body": {"id": 7}},
    "checks": [["sequential-ids", "`7` in <path>"], ["no-such-check", ""], "x", []],
}


@pytest.fixture
def found(add_request, add_details, book):
    return add_request(endpoint=book, method="POST", status=201, **add_details(DETAILS))


@pytest.fixture
def url(project, found):
    return f"/projects/{project.uuid}/requests/{found.uuid}/"


def test_what_failed_is_said_with_how_to_mend_it(owner, url):
    page = owner.get(url).content.decode()
    assert "IDs vs UUIDs" in page
    assert "Use UUIDs" in page
    assert "<code>7</code> in &lt;path&gt;" in page
    assert 'Failed checks <span class="chip">1</span>' in page


def test_bodies_are_shown_pretty_and_raw(owner, url):
    page = unescape(owner.get(url).content.decode())
    assert '{"title": "It\'s", "ok": true, "none": null}' in page


@pytest.fixture
def code(found):
    return {snippet.name: snippet.text for snippet in snippets_of(found, DETAILS)}


def test_code_in_python_runs_and_sends_the_same(code):
    for name in ("python", "pytest"):
        tree = ast.parse(code[name])
        [call] = [
            node
            for node in ast.walk(tree)
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "requests.request"
        ]
        sent = {keyword.arg: keyword.value for keyword in call.keywords}
        assert ast.literal_eval(sent["json"]) == DETAILS["request"]["body"]
        assert "host" not in ast.literal_eval(sent["headers"])
    assert "def test_post_books_7_answers_201():" in code["pytest"]


def test_code_for_a_shell_is_one_command(code):
    for name in ("curl", "httpie"):
        program = name.removesuffix("ie")
        shown = subprocess.run(
            [
                "sh",
                "-c",
                f"{program}() {{ for each; do printf '%s\\0' \"$each\"; done; }}\n{code[name]}",
            ],
            capture_output=True,
            text=True,
            check=True,
        ).stdout.split("\0")
        assert "https://shop.example/books/7?page=2" in shown
        if name == "curl":
            assert json.loads(shown[shown.index("--data-raw") + 1]) == DETAILS["request"]["body"]


def test_code_in_javascript_has_the_body_and_says_what_was_masked(code):
    assert code["javascript"].startswith("// Values with stars were masked")
    body = re.search(r"JSON.stringify\((.*)\)\n}\);", code["javascript"], re.DOTALL)[1]
    assert json.loads(body) == DETAILS["request"]["body"]


def test_its_like_and_its_endpoints_usual_time_stand_beside_it(
    owner, url, project, found, book, add_request
):
    before = found.received_at - timedelta(milliseconds=5)
    like = add_request(before, endpoint=book, status=201)
    add_request(before, endpoint=book, status=404)
    EndpointDay.objects.create(
        project=project,
        endpoint=book,
        bucket=timezone.now().replace(hour=0, minute=0, second=0, microsecond=0),
        load_times=Histogram([100.0] * 9).to_bytes(),
    )
    page = owner.get(url).content.decode()
    similar = page.split('id="similar"')[1].split("</section>")[0]
    assert re.findall(r"requests/([0-9a-f-]{36})/", similar) == [str(like.uuid)]
    assert "p50 99.8 ms" in page or "p50 100 ms" in page


def test_people_talk_about_a_request(owner, client, url, people, project):
    owner.post(f"{url}comments/", {"text": "See <b>this</b>"})
    client.force_login(people.viewer)
    page = client.get(url).content.decode()
    assert "See &lt;b&gt;this&lt;/b&gt;" in page
    [comment] = Comment.objects.all()
    assert client.post(f"{url}comments/{comment.uuid}/delete/").status_code == 404
    client.force_login(people.owner)
    client.post(f"{url}comments/{comment.uuid}/delete/")
    assert not Comment.objects.exists()


def test_who_is_mentioned_gets_a_mail(owner, url, people, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    EmailPreference.objects.create(user=people.viewer, kind="mention", is_wanted=False)
    text = "@member look, @viewer@example.com too, @stranger and @owner as well"
    owner.post(f"{url}comments/", {"text": text})
    [sent] = mail.outbox
    assert sent.to == [people.member.email]
    assert "owner@example.com mentioned you in Bookshop API" in sent.subject
    assert url in sent.body


@pytest.mark.parametrize(
    ("text", "count"),
    [("@member", 1), ("mail member@example.com", 0), ("@nobody", 0), ("@member@example.com.", 1)],
)
def test_names_are_found_in_a_text(people, text, count):
    assert len(mentioned(text, [people.member, people.owner])) == count


def test_outsiders_see_one_request_by_a_link_and_nothing_behind_it(
    owner, client, url, people, found
):
    found.ip, found.metadata = "203.0.113.7", {"user-id": "42"}
    found.save()
    owner.post(f"{url}share/", {"lifetime": "1h"})
    page = owner.get(url).content.decode()
    link = re.search(r'id="new-link" readonly value="http://testserver([^"]+)"', page)[1]
    assert link not in owner.get(url).content.decode()
    client.logout()
    answer = client.get(link)
    shown = answer.content.decode()
    assert "/books/7" in shown
    assert answer["Referrer-Policy"] == "no-referrer"
    for hidden in ("203.0.113.7", "/projects/", "owner@example.com", "user-id"):
        assert hidden not in shown
    [row] = ShareLink.objects.all()
    assert row.num_views == 1
    row.expires_at = timezone.now()
    row.save()
    assert client.get(link).status_code == 404


def test_a_link_that_was_closed_shows_nothing(owner, url, client):
    owner.post(f"{url}share/")
    page = owner.get(url).content.decode()
    link = re.search(r'value="http://testserver(/shared/[^"]+)"', page)[1]
    [row] = ShareLink.objects.all()
    owner.post(f"{url}share/{row.uuid}/revoke/")
    client.logout()
    assert client.get(link).status_code == 404


def test_requests_are_kept_in_collections_that_others_of_the_project_see(
    owner, client, url, people, project, found
):
    kept = {"project": project.uuid, "request": found.uuid, "name": "Failures", "note": "look"}
    owner.post("/collections/add/", kept)
    [collection] = Collection.objects.all()
    owner.post("/collections/add/", kept | {"collection": collection.uuid, "note": "again"})
    client.force_login(people.viewer)
    assert "Failures" in client.get("/collections/").content.decode()
    page = client.get(f"/collections/{collection.uuid}/").content.decode()
    assert "/books/7" in page
    assert "again" in page
    collection.refresh_from_db()
    assert collection.num_views == 1
    found.delete()
    assert (
        "retention has removed it"
        in client.get(f"/collections/{collection.uuid}/").content.decode()
    )


def test_a_collection_shows_only_what_lies_in_projects_one_sees(
    owner, client, people, project, found
):
    hidden = people.owner.projects.create(name="Hidden")
    collection = Collection.objects.create(user=people.owner, name="Kept")
    for each in (project, hidden):
        collection.items.create(
            project=each, request_uuid=found.uuid if each == project else UUID(int=1)
        )
    client.force_login(people.viewer)
    page = client.get(f"/collections/{collection.uuid}/").content.decode()
    assert "/books/7" in page
    assert "Hidden" not in page


def test_a_trace_shows_requests_of_all_ones_projects_in_order(owner, people, project, add_request):
    now = timezone.now()
    other = people.owner.projects.create(name="Payments")
    theirs = people.stranger.projects.create(name="Theirs")
    add_request(now, path="/second", trace_id="t1", requested_at=now, project=other)
    add_request(now, path="/first", trace_id="t1", requested_at=now - timedelta(milliseconds=80))
    add_request(now, path="/not-mine", trace_id="t1", project=theirs)
    add_request(now - timedelta(hours=3), path="/long-ago", trace_id="t1")
    page = owner.get("/traces/t1/").content.decode()
    assert re.findall(r'<span class="mono">(/[a-z-]+)</span>', page) == ["/first", "/second"]
    assert "2 requests to 2 APIs" in page
    assert "+80 ms" in page
    assert "/long-ago" in owner.get("/traces/t1/?within=24h").content.decode()
    assert "No request of this trace" in owner.get("/traces/t2/").content.decode()
