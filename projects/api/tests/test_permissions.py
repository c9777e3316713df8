"""Who may do what, tried on every operation the URL resolver knows."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import transaction
from django.urls import URLPattern, URLResolver, get_resolver

from projects.api.tests.operations import BODIES, EVERYONE, EXPECTED, PUBLIC

METHODS = ("get", "post", "put", "patch", "delete")


def patterns(resolver: URLResolver) -> Iterator[URLPattern]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from patterns(pattern)
        else:
            yield pattern


def operations() -> set[tuple[str, str]]:
    found = set()
    for pattern in patterns(get_resolver("treblle_api.urls")):
        view = getattr(pattern.callback, "cls", None)
        assert view is not None, pattern
        found |= {(pattern.name, m.upper()) for m in METHODS if hasattr(view, m)}
    return found


def address(name: str, rows: dict) -> str:
    resolver = get_resolver("treblle_api.urls")
    wanted = resolver.reverse_dict[name][0][0][1]
    given = {key: str(rows.get(key, uuid4())) for key in wanted}
    return "/" + resolver.reverse(name, **given)


def body_of(operation, rows):
    body = BODIES.get(operation)
    return body(rows) if callable(body) else body


def asked(client, operation, rows):
    """The status of the answer; what it changed is taken back."""
    name, method = operation
    with transaction.atomic():
        answer = client.ask(method, address(name, rows), body_of(operation, rows))
        if answer.streaming and not answer.is_async:
            b"".join(answer)
        transaction.set_rollback(True)
    return answer


def test_no_operation_is_left_out_of_this_walk():
    assert operations() == set(EXPECTED) | PUBLIC


@pytest.mark.parametrize("operation", sorted(EXPECTED), ids=" ".join)
def test_each_may_do_what_scope_and_role_allow(operation, world, as_user):
    for scope, expected in zip(("read", "write"), EXPECTED[operation], strict=True):
        found = {}
        for person in EVERYONE:
            client = as_user(getattr(world.people, person), scope)
            found[person] = asked(client, operation, world.rows).status_code
        assert found == expected, scope


@pytest.mark.parametrize("operation", sorted(EXPECTED), ids=" ".join)
def test_nothing_is_done_without_a_good_token(operation, world, as_user, api):
    owner = world.people.owner
    expired = as_user(owner, expires_at=datetime.now(UTC) - timedelta(seconds=1))
    good = as_user(owner)
    clients = [api(), api("trb_" + "x" * 43), expired]
    answers = [asked(client, operation, world.rows) for client in clients]
    owner.is_active = False
    owner.save()
    answers.append(asked(good, operation, world.rows))
    for answer in answers:
        assert answer.status_code == 401
        assert answer["WWW-Authenticate"].startswith("Bearer ")


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["openapi-json", "openapi-yaml"])
def test_the_document_is_for_anyone(name, api):
    assert api().get("/" + get_resolver("treblle_api.urls").reverse(name)).status_code == 200


@pytest.mark.parametrize(
    "operation", [each for each in sorted(EXPECTED) if each[0] not in PUBLIC], ids=" ".join
)
def test_rows_are_not_found_under_another_project_of_their_owner(operation, world, as_user):
    name, _ = operation
    wanted = get_resolver("treblle_api.urls").reverse_dict[name][0][0][1]
    if "project_uuid" not in wanted or len(wanted) < 2 or "code" in wanted:
        return  # it names no row of a project
    other = type(world.people.project).objects.create(user=world.people.owner, name="Other")
    rows = world.rows | {"project_uuid": other.uuid}
    assert asked(as_user(world.people.owner), operation, rows).status_code == 404
