"""Beat's tasks reach the work: scores and anomalies of who is due."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from treblle_etl.celery import app
from treblle_etl.quality import tasks
from treblle_models.models import (
    Anomaly,
    ApiDocument,
    Endpoint,
    EndpointCheckDay,
    Project,
    ProjectHour,
    ProjectMinute,
    ProjectScore,
    Request,
)

from projects.etl_worker.tests.transform.checks.document_examples import GOOD


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What would be sent to the broker is done here."""
    for task in (tasks.score_projects, tasks.watch_projects):
        monkeypatch.setattr(task, "delay", task.run)
    monkeypatch.setattr(tasks, "close_old_connections", lambda: None)


def test_every_entry_of_beat_names_a_task() -> None:
    app.loader.import_default_modules()
    schedule = app.conf.beat_schedule.values()
    ours = {each["task"] for each in schedule if each["task"].startswith("treblle_etl.")}
    assert ours
    assert ours <= app.tasks.keys()
    others = [each for each in schedule if each["task"] not in ours]
    assert {each["options"]["queue"] for each in others} <= {"platform"}


def test_all_projects_with_traffic_are_scored(project: Project) -> None:
    now = timezone.now()
    endpoint = Endpoint.objects.create(
        project=project,
        method="GET",
        template="/v1/orders",
        template_digest="x",
        source="traffic",
        first_seen_at=now,
    )
    bucket = now.replace(hour=0, minute=0, second=0, microsecond=0)
    EndpointCheckDay.objects.create(
        project=project, endpoint=endpoint, bucket=bucket, code="requests", passed=10
    )
    ProjectHour.objects.create(project=project, bucket=bucket, requests=10)
    tasks.score_all()
    assert ProjectScore.objects.get().stage == "run_time"


def test_new_document_is_scored_without_traffic(project: Project) -> None:
    ApiDocument.objects.create(
        project=project, source="upload", version=1, content=GOOD, digest="x"
    )
    tasks.score_new()
    score = ProjectScore.objects.get()
    assert (score.stage, score.value) == ("design_time", 100)


def test_attack_of_the_last_hour_is_found(project: Project) -> None:
    now = timezone.now()
    at = now - timedelta(minutes=30)
    ProjectHour.objects.create(
        project=project, bucket=at.replace(minute=0, second=0, microsecond=0)
    )
    ProjectMinute.objects.create(project=project, bucket=at, requests=40, client_errors=40)
    shared: dict[str, Any] = {"received_at": at, "requested_at": at, "loaded_at": at}
    Request.objects.bulk_create(
        Request(
            project=project,
            method="GET",
            host="x",
            path="/",
            status=401,
            ip="203.0.113.9",
            **shared,
        )
        for _ in range(40)
    )
    tasks.watch_all()
    assert [a.kind for a in Anomaly.objects.all()] == ["attack"]
    tasks.watch_all()
    assert Anomaly.objects.count() == 1
