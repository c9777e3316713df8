"""Every error is a problem, whoever notices it."""

from http import HTTPStatus

import pytest
from django.db import connection
from treblle_models.models import Project

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(people, as_user):
    return as_user(people.owner)


def is_problem(answer, status):
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert {"type", "title", "status", "detail", "code"} <= set(body)
    assert (body["status"], body["title"]) == (status, HTTPStatus(status).phrase)
    return body


@pytest.mark.parametrize(
    "path", ["/", "/v1", "/v1/", "/v1/nothing", "/v1/projects/", "/v1/projects/7"]
)
def test_addresses_that_lead_nowhere(path, client):
    assert is_problem(client.get(path), 404)["code"] == "not_found"


def test_rows_that_do_not_exist(client, people):
    missing = people.owner.uuid
    is_problem(client.get(f"/v1/projects/{missing}"), 404)
    is_problem(client.get(f"/v1/projects/{people.project.uuid}/requests/{missing}"), 404)


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"\xff\xfe",
        b'{"name": NaN}',
        b'{"name": "\xff"}',
        b"[" * 100_000,
        b'"text"',
        b"[]",
        b"null",
        b"7",
    ],
    ids=repr,
)
def test_bodies_that_cannot_be_read(body, client):
    answer = client.client.post(
        "/v1/projects",
        body,
        content_type="application/json",
        headers={"Authorization": f"Bearer {client.token}"},
    )
    assert is_problem(answer, 400)["code"] == "parse_error"


def test_text_the_database_cannot_hold_is_refused(client):
    answer = client.client.post(
        "/v1/projects",
        b'{"name": "\\ud800"}',
        content_type="application/json",
        headers={"Authorization": f"Bearer {client.token}"},
    )
    assert set(is_problem(answer, 400)["errors"]) == {"name"}


def test_bodies_that_are_too_large(client):
    answer = client.post("/v1/projects", {"name": "x" * 1024 * 1024})
    assert is_problem(answer, 413)["code"] == "too_large"


def test_bodies_that_are_no_json(client):
    answer = client.client.post(
        "/v1/projects", {"name": "x"}, headers={"Authorization": f"Bearer {client.token}"}
    )
    is_problem(answer, 415)


def test_bodies_of_undeclared_length(client):
    answer = client.client.generic(
        "POST", "/v1/projects", headers={"Transfer-Encoding": "chunked"}, content_type="text/plain"
    )
    is_problem(answer, 411)


@pytest.mark.parametrize("method", ["DELETE", "PUT", "TRACE", "BREW"])
def test_methods_an_address_lacks_whoever_asks(method, api, client):
    for asking in (api(), client):
        answer = asking.ask(method, "/v1/projects")
        is_problem(answer, 405)
        assert answer["Allow"] == "GET, POST, HEAD, OPTIONS"


def test_a_form_that_is_not_offered(client):
    is_problem(client.get("/v1/me", Accept="text/html"), 406)


def test_a_host_that_is_not_ours(client):
    is_problem(client.post("/v1/projects", {"name": "Not made"}, Host="elsewhere.example"), 400)
    assert not Project.objects.filter(name="Not made").exists()


def test_faults_of_our_own_tell_nothing_of_the_inside(client, django_db_blocker):
    with connection.execute_wrapper(lambda *given: (_ for _ in ()).throw(RuntimeError("inside"))):
        answer = client.get("/v1/me")
    assert is_problem(answer, 500)["code"] == "server_error"
    assert b"inside" not in answer.content


def test_options_says_what_an_address_takes(client):
    answer = client.ask("OPTIONS", "/v1/projects")
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer["Allow"] == "GET, POST, HEAD, OPTIONS"


def test_head_answers_as_get_does_without_the_body(client):
    get, head = client.get("/v1/me"), client.ask("HEAD", "/v1/me")
    assert (head.status_code, head.content) == (200, b"")
    assert head["Content-Type"] == get["Content-Type"]
    assert int(head["Content-Length"]) == len(get.content)


def test_answers_are_kept_by_no_cache_between(client):
    assert client.get("/v1/me")["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_health_needs_no_token(path, api):
    assert api().get(path).json() == {"status": "ok"}
