"""The tasks that beat, platform and api name: each does its part of the work by itself."""

from collections.abc import Callable

import pytest
from treblle_etl import tasks
from treblle_etl.celery import app
from treblle_etl.learning import project as run
from treblle_models import corrections
from treblle_models.models import ApiChange, ApiDocument, Endpoint, EndpointHour, Project


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[dict]:
    """What tasks ask of others, instead of a broker."""
    asked: list[dict] = []
    monkeypatch.setattr(tasks, "close_old_connections", lambda: None)
    monkeypatch.setattr(tasks.follow_corrections, "delay", lambda **words: asked.append(words))
    return asked


@pytest.fixture
def learned(
    load: Callable, sent: list, settings, tmp_path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Thirty requests, and the round that beat asks for."""
    settings.DETAILS_STORE_URL = f"file://{tmp_path}/details"
    monkeypatch.setattr(run, "COMMIT_LAG", run.COMMIT_LAG * 0)
    load([("GET", f"/users/{number}") for number in range(30)])
    tasks.learn()


@pytest.mark.usefixtures("learned")
def test_a_round_of_learning_ends_in_a_first_document(project: Project, sent: list):
    assert ApiDocument.objects.get(project=project).content["paths"].keys() == {"/users/{user_id}"}
    tasks.build_documents()
    assert ApiDocument.objects.count() == 1
    assert sent == []


@pytest.mark.usefixtures("learned")
def test_a_correction_is_followed_by_history(project: Project, sent: list):
    users = Endpoint.objects.get()
    corrections.merge([users], template="/users/{name}")
    tasks.follow_corrections()
    assert sent == [{"project": str(project.uuid)}]
    tasks.follow_corrections(**sent[0])
    assert str(EndpointHour.objects.get().endpoint) == "GET /users/{name}"


@pytest.mark.usefixtures("learned", "sent")
def test_an_uploaded_document_is_compared_when_asked(project: Project):
    upload = ApiDocument.objects.create(
        project=project, source="upload", version=1, digest="x", content={"openapi": "3.1.0"}
    )
    tasks.compare_document(document=str(upload.uuid))
    assert ApiChange.objects.get(document=upload).code == "undocumented-endpoint"


def test_beat_asks_for_each():
    names = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert {
        "treblle_etl.learn",
        "treblle_etl.build_documents",
        corrections.FOLLOW_TASK,
    } <= names
