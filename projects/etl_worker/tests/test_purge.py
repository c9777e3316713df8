"""What is too old goes, everything else stays, and a run that stops goes on where it stopped."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from treblle_etl import purge as purging
from treblle_etl.pipeline import Pipeline
from treblle_etl.purge import Keep, Position, Purge
from treblle_models.identity import uuid7
from treblle_models.models import (
    DeadLetter,
    LedgerEntry,
    PinnedRequest,
    Plan,
    Project,
    ProjectDay,
    ProjectHour,
    ProjectMinute,
    Request,
    Subscription,
    User,
)
from treblle_models.retention import classes_of
from treblle_service import details, raw_objects
from treblle_service.store import ObjectStore

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def purge(raw_store: ObjectStore, details_store: ObjectStore) -> Purge:
    return Purge(raw_store, details_store, Keep(), NOW)


@pytest.fixture
def request_of(project: Project) -> Callable[..., Request]:
    def make(days_old: float, project: Project = project) -> Request:
        at = NOW - timedelta(days=days_old)
        return Request.objects.create(
            project=project,
            uuid=uuid7(),
            received_at=at,
            requested_at=at,
            loaded_at=at,
            method="GET",
            host="h",
            path="/",
            status=200,
        )

    return make


def test_requests_go_by_the_retention_of_project_and_plan(
    purge: Purge, project: Project, request_of: Callable[..., Request]
) -> None:
    payer = User.objects.create_user("payer@shop.example")
    plan = Plan.objects.create(code="pro", name="Pro", retention_days=90)
    Subscription.objects.create(user=payer, plan=plan)
    paid = Project.objects.create(user=payer, name="Paid")
    brief = Project.objects.create(user=payer, name="Brief", retention_days=2)
    kept = [request_of(29), request_of(89, paid), request_of(1, brief)]
    for days, where in ((31, project), (91, paid), (3, brief)):
        request_of(days, where)
    assert purge.run().removed["requests"] == 3
    assert set(Request.objects.values_list("pk", flat=True)) == {row.pk for row in kept}


def test_pinned_requests_stay(
    purge: Purge, project: Project, request_of: Callable[..., Request]
) -> None:
    pinned = request_of(400)
    request_of(400)
    PinnedRequest.objects.create(
        project=project, request_uuid=pinned.uuid, received_at=pinned.received_at
    )
    purge.run()
    assert list(Request.objects.all()) == [pinned]


def test_run_that_stops_goes_on_until_all_is_done(
    purge: Purge,
    project: Project,
    request_of: Callable[..., Request],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(purging, "STEP_ROWS", 2)
    other = Project.objects.create(user=project.user, name="Other")
    for where in (project, other):
        for _ in range(5):
            request_of(50, where)
    removed, position, runs = 0, None, 0
    while runs == 0 or position is not None:
        done = purge.run(position, within_s=0)
        removed += done.removed.get("requests", 0)
        position, runs = done.position, runs + 1
        assert runs < 200
    assert removed == 10
    assert runs > 5
    assert not Request.objects.exists()


def test_details_go_by_object_and_class(purge: Purge, details_store: ObjectStore) -> None:
    def put(class_name: str, days_old: int) -> str:
        at = NOW - timedelta(days=days_old)
        key = details.key_for(at, class_name, str(uuid7()))
        details_store.put(key, b"-")
        return key

    kept = [put("days-7", 6), put("days-90", 80), put("standard", 29), put("forever", 900)]
    pinned = "details/pinned/x.frames"
    details_store.put(pinned, b"-")
    for class_name, days_old in (("days-7", 9), ("days-90", 92), ("standard", 32)):
        put(class_name, days_old)
    assert purge.run().removed["details"] == 3
    assert set(details_store.keys()) == {*kept, pinned}


def test_raw_objects_stay_until_processed_and_while_a_letter_may_be_replayed(
    purge: Purge, raw_store: ObjectStore
) -> None:
    def put(days_old: int, *, done: bool = True) -> str:
        key = raw_objects.key_for(NOW - timedelta(days=days_old), str(uuid7()))
        raw_store.put(key, b"-")
        if done:
            LedgerEntry.objects.create(object_key=key, processed_at=NOW)
        return key

    young, lost, letter, old = put(1), put(5, done=False), put(5), put(5)
    DeadLetter.objects.create(object_key=letter, reason="unknown_project", message="-")
    assert purge.run().removed["raw objects"] == 1
    assert set(raw_store.keys()) == {young, lost, letter}
    assert old not in set(raw_store.keys())


def test_rollups_ledger_and_letters_go_by_their_own(purge: Purge, project: Project) -> None:
    for grain, kept_days in ((ProjectMinute, 15), (ProjectHour, 120), (ProjectDay, 1100)):
        for days in (kept_days - 1, kept_days + 1):
            grain.objects.create(project=project, bucket=NOW - timedelta(days=days), requests=1)
    for days in (13, 15):
        LedgerEntry.objects.create(
            object_key=f"raw/{days}", processed_at=NOW - timedelta(days=days)
        )
        letter = DeadLetter.objects.create(object_key="raw/x", reason="x", message="-")
        DeadLetter.objects.filter(pk=letter.pk).update(created_at=NOW - timedelta(days=days))
    LedgerEntry.objects.create(object_key="seed/x", processed_at=NOW - timedelta(days=900))
    removed = purge.run().removed
    assert (removed["roll-ups"], removed["ledger"], removed["dead letters"]) == (3, 1, 1)
    assert LedgerEntry.objects.filter(object_key="seed/x").exists()
    assert DeadLetter.objects.count() == 1


def test_details_are_loaded_into_the_class_of_their_project(
    project: Project, payload: Callable[..., Any], put_raw: Callable[..., str], pipeline: Pipeline
) -> None:
    Plan.objects.create(code="free", name="Free", retention_days=7)
    assert classes_of([project]) == {project.pk: "days-7"}
    pipeline.process([put_raw(payload())])
    assert Request.objects.get().details_key.startswith("details/v1/days-7/")


def test_ledger_must_outlive_raw_objects() -> None:
    with pytest.raises(ValueError, match="outlive"):
        Keep(raw_days=5, ledger_days=5)


def test_position_of_an_area_that_is_no_more_begins_anew(purge: Purge) -> None:
    assert purge.run(Position("no such area", "7")).position is None
