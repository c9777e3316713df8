"""An API customer who is erased leaves no words behind in what was learned."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from treblle_etl import tasks
from treblle_etl.learning import documents, schemas
from treblle_models.models import ApiDocument, Endpoint, EndpointSchema, Project


@pytest.fixture
def learned(load: Callable, learn: Callable, project: Project) -> ApiDocument:
    """Users by name with a role, and books nobody is named in; a document of both."""
    for number in range(40):
        name, role = f"Zoe {number}", ("admin", "guest")[number % 2]
        body = {"id": number, "full_name": name, "role": role}
        load([("GET", f"/users/{number}")], **{"response.body": body, "response.code": 200})
    load(
        [("GET", f"/books/{number}") for number in range(30)],
        **{"response.body": {"title": "Kim"}, "response.code": 200},
    )
    learn()
    made = documents.build(project)
    assert made is not None
    return made


def json_of(document: ApiDocument, path: str) -> dict:
    answers = document.content["paths"][path]["get"]["responses"]
    found: dict = answers["200"]["content"]["application/json"]
    return found


def test_examples_and_free_texts_go_and_what_the_api_is_like_stays(
    project: Project, learned: ApiDocument, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "close_old_connections", lambda: None)
    before = json_of(learned, "/users/{user_id}")
    assert "Zoe" in str(before["example"])
    users = Endpoint.objects.get(template="/users/{user_id}")
    rows = EndpointSchema.objects.filter(endpoint=users)
    assert "Zoe" in str([*rows.values_list("state", flat=True)])
    for _ in range(2):
        tasks.forget_examples(project=str(project.uuid), endpoints=[str(users.uuid)])
        learned.refresh_from_db()
        after = json_of(learned, "/users/{user_id}")
        assert after["schema"] == before["schema"]
        assert after["schema"]["properties"]["role"]["enum"] == ["admin", "guest"]
        assert "Zoe" not in str(learned.content)
        assert "Zoe" not in str([*rows.values_list("state", flat=True)])
        assert json_of(learned, "/books/{book_id}")["example"] == {"title": "Kim"}
        assert documents.build(project) is None


def test_learning_under_way_publishes_nothing_of_what_it_read_before(
    project: Project,
    learned: ApiDocument,
    load: Callable,
    learn: Callable,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tasks, "close_old_connections", lambda: None)
    users = Endpoint.objects.get(template="/users/{user_id}")
    load([("GET", "/users/7")], **{"response.body": {"full_name": "Zoe", "a": 1, "b": 2}})
    save = schemas.load

    def erased_meanwhile(*wanted: object) -> object:
        found = save(*wanted)
        monkeypatch.setattr(schemas, "load", save)
        tasks.forget_examples(project=str(project.uuid), endpoints=[str(users.uuid)])
        return found

    monkeypatch.setattr(schemas, "load", erased_meanwhile)
    assert learn().is_lost
    states = EndpointSchema.objects.filter(endpoint=users).values_list("state", flat=True)
    assert "Zoe" not in str([*states])


@pytest.mark.usefixtures("learned")
def test_what_has_not_changed_is_neither_read_nor_written_again(
    project: Project, load: Callable, learn: Callable
) -> None:
    endpoint = Endpoint.objects.get(template="/users/{user_id}")
    rows = EndpointSchema.objects.filter(endpoint=endpoint)
    assert all(len(digest) == 64 for digest in rows.values_list("schema_digest", flat=True))
    known = schemas.load([endpoint])[endpoint.pk]
    later = datetime.now(UTC) + timedelta(hours=1)
    with CaptureQueriesContext(connection) as queries:
        schemas.save(endpoint, known, later)
    statements = [query["sql"] for query in queries]
    assert not any("UPDATE" in sql or "INSERT" in sql or "state" in sql for sql in statements)
    count = {row.pk: row.samples for row in rows}
    load([("GET", "/users/7")], **{"response.body": {"id": 7}, "response.code": 200})
    learn()
    assert any(row.samples != count.get(row.pk) for row in rows.all())
