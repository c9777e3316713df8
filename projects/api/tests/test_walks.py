"""Conventions, tried on every operation there is."""

from datetime import UTC, datetime

import pytest
from django.db import transaction
from django.urls import get_resolver
from treblle_api.problems import CONTENT_TYPE
from treblle_models.models import AccessToken

from projects.api.tests.operations import EXPECTED, PUBLIC
from projects.api.tests.test_permissions import METHODS, address, asked, body_of, patterns

# A file and a stream are made while they are sent, and what is secret is kept nowhere.
NOT_KEPT = {"requests-export", "stream", "api-key", "project-keys"}
READS = sorted(name for name, method in EXPECTED if method == "GET" and name not in NOT_KEPT)
WRITES = sorted(each for each in EXPECTED if each[1] != "GET")
OF_THE_INVITED = {("acceptance", "POST"), ("invitation", "DELETE")}
# Who logs out has no token left to ask again with.
ONCE = ("logout", "POST")
# Up to now, numbers change.
MORE = {"analytics": "?end=2026-04-03T00:00:00Z"}
KEY = "7a3b1c5e-52a9-4d0e-9d5b-0f6f6c1a7b11"


@pytest.fixture
def rows(world):
    until = datetime(2100, 1, 1, tzinfo=UTC)
    kinds = {"token_uuid": AccessToken.Kind.PERSONAL, "session_uuid": AccessToken.Kind.SESSION}
    return world.rows | {
        name: AccessToken.issue(
            world.people.owner, name, kind=kind, expires_at=until, refresh_expires_at=until
        )[0].uuid
        for name, kind in kinds.items()
    }


@pytest.fixture
def owner(world, as_user):
    client = as_user(world.people.owner)
    client.get("/v1/me")  # that a token was used is noted once a minute
    return client


def names():
    return sorted({name for name, _ in (*EXPECTED, *PUBLIC)})


def view_of(name):
    found = (each for each in patterns(get_resolver("treblle_api.urls")) if each.name == name)
    return next(found).callback.cls


def test_every_read_is_sent_once_while_it_stays_the_same(owner, rows):
    for name in READS:
        path = address(name, rows) + MORE.get(name, "")
        first, head = owner.get(path), owner.ask("HEAD", path)
        assert (first.status_code, head.status_code) == (200, 200), name
        assert head["ETag"] == first["ETag"], name
        for method in ("GET", "HEAD"):
            again = owner.ask(method, path, **{"If-None-Match": first["ETag"]})
            assert (again.status_code, again.content) == (304, b""), name


def test_no_cache_keeps_a_key(owner, rows):
    for name in ("api-key", "project-keys"):
        assert "no-store" in owner.get(address(name, rows))["Cache-Control"], name


@pytest.mark.parametrize("operation", WRITES, ids=" ".join)
def test_every_write_sent_twice_by_one_key_happens_once(operation, world, rows, owner, as_user):
    name, method = operation
    client = as_user(world.people.invited) if operation in OF_THE_INVITED else owner
    path, body = address(name, rows), body_of(operation, rows)
    with transaction.atomic():
        first, again = (
            client.ask(method, path, body, **{"Idempotency-Key": KEY}) for _ in range(2)
        )
        transaction.set_rollback(True)
    if operation == ONCE:
        assert (first.status_code, again.status_code) == (204, 401)
    elif view_of(name).answers_hold_secrets and first.content:
        assert (again.status_code, again.json()["code"]) == (409, "idempotency_secret")
    else:
        assert again["Idempotent-Replayed"] == "true"
        assert (again.status_code, again.content) == (first.status_code, first.content)


def test_every_address_says_what_it_takes(owner, rows):
    for name in names():
        view = view_of(name)
        answer = asked(owner, (name, "OPTIONS"), rows)
        assert answer.status_code == 204, name
        taken = {method.upper() for method in METHODS if hasattr(view, method)}
        implied = {"OPTIONS"} | ({"HEAD"} if "GET" in taken else set())
        assert set(answer["Allow"].split(", ")) == taken | implied, name


def test_every_address_tells_an_error_as_a_problem(owner, rows):
    for name in names():
        answer = asked(owner, (name, "BREW"), rows)
        assert (answer.status_code, answer["Content-Type"]) == (405, CONTENT_TYPE), name
        assert answer.json()["code"] == "method_not_allowed", name
