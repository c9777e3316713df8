"""A team's own document by API: read, numbered, compared, or refused with its place."""

import json

import pytest
import yaml
from treblle_models.models import ApiDocument

pytestmark = pytest.mark.django_db

GOOD = {
    "openapi": "3.1.0",
    "info": {"title": "Shop", "version": "2026-11-25"},
    "paths": {"/books": {"get": {"responses": {"200": {"description": "All books"}}}}},
}


@pytest.fixture
def path(people):
    return f"/v1/projects/{people.project.uuid}/documents"


@pytest.fixture
def send(people, as_user, path):
    member = as_user(people.member)

    def send(body: bytes, content_type="application/json", **headers):
        headers |= {"Authorization": f"Bearer {member.token}"}
        return member.client.post(path, body, content_type=content_type, headers=headers)

    return send


@pytest.fixture
def tasks(monkeypatch):
    sent = []
    monkeypatch.setattr(
        "treblle_api.queue._send", lambda task, queue, arguments: sent.append((task, arguments))
    )
    return sent


@pytest.mark.parametrize(
    ("content_type", "write"),
    [("application/json", json.dumps), ("application/yaml", yaml.safe_dump)],
)
def test_json_and_yaml_become_the_next_version_and_are_compared(
    content_type, write, send, path, people, as_user, tasks, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        answer = send(write(GOOD).encode(), content_type)
    assert answer.status_code == 201
    uuid = answer.json()["uuid"]
    assert (answer.json()["source"], answer.json()["version"]) == ("upload", 1)
    assert tasks == [("treblle_etl.compare_document", {"document": uuid})]
    reader = as_user(people.viewer, "read")
    root = path.removesuffix("documents")
    assert reader.get(f"{root}openapi.json?source=upload").json() == GOOD
    assert yaml.safe_load(reader.get(f"{root}openapi.yaml?source=upload").content) == GOOD


def test_the_same_again_changes_nothing_and_another_is_the_next_version(send, people):
    first = send(json.dumps(GOOD).encode()).json()
    again = send(json.dumps(GOOD, indent=2).encode())
    assert (again.status_code, again.json()) == (200, first)
    other = send(json.dumps(GOOD | {"paths": {}}).encode())
    assert (other.status_code, other.json()["version"]) == (201, 2)
    assert ApiDocument.objects.filter(project=people.project, source="upload").count() == 2


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "empty"),
        (b"{", "Not valid JSON at line 1, column 2"),
        (b"openapi: [", "Not valid YAML at line 1"),
        (b"[]", "A document is an object"),
        (b'{"swagger": "1.2"}', "2.0 is read"),
        (b'{"openapi": "3.1.0", "paths": {}}', "is a required property"),
        (b"\xff", "not UTF-8"),
        (b'{"openapi": "3.1.0", "x": {"$ref": "file:///etc/passwd"}}', "leads out of the file"),
    ],
)
def test_what_is_no_document_is_told_with_its_place(body, words, send):
    answer = send(body, "application/yaml")
    assert answer.status_code == 400
    assert words in " ".join(answer.json()["errors"]["document"])
    assert not ApiDocument.objects.exists()


@pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": "1"}])
def test_documents_are_larger_than_other_bodies_and_bounded(headers, send, people, as_user):
    large = GOOD | {"x-padding": "x" * 4_500_000}
    assert send(json.dumps(large).encode(), **headers).status_code == 201
    too_large = send(b" " * 5_000_001, **dict.fromkeys(headers, "2"))
    assert too_large.status_code == 413
    assert too_large.json()["code"] == "too_large"
    other = as_user(people.member).post("/v1/projects", {"name": "x" * 1_100_000})
    assert other.status_code == 413


def test_an_upload_sent_twice_with_one_key_happens_once(send):
    body = json.dumps(GOOD).encode()
    answers = [send(body, **{"Idempotency-Key": "of this upload"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[1]["Idempotent-Replayed"] == "true"
    assert ApiDocument.objects.count() == 1
