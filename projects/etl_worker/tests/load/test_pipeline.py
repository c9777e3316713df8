"""Raw objects become rows, roll-ups, details and live messages: each event once, in effect."""

import gc
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone
from treblle_etl import pipeline as pipelines
from treblle_etl.event import Place
from treblle_etl.load.batch import Loaded
from treblle_etl.load.loader import Loader
from treblle_etl.pipeline import Pipeline
from treblle_models.histogram import Histogram
from treblle_models.identity import uuid7
from treblle_models.models import (
    DeadLetter,
    Endpoint,
    EndpointHour,
    LedgerEntry,
    Project,
    ProjectHour,
    ProjectMember,
    ProjectMinute,
    Request,
    User,
)
from treblle_service import details, raw_objects
from treblle_service.django.live import LivePublisher
from treblle_service.sealed_frames import DetailsKeys
from treblle_service.store import ObjectStore

Payload = Callable[..., dict[str, Any]]
PutRaw = Callable[..., str]


@pytest.fixture
def process(
    pipeline: Pipeline, django_capture_on_commit_callbacks: Any
) -> Callable[[Sequence[str]], Loaded]:
    """Process keys as a task does, and let what waits for the commit happen."""

    def run(keys: Sequence[str]) -> Loaded:
        with django_capture_on_commit_callbacks(execute=True):
            return pipeline.process(list(keys))

    return run


Process = Callable[[Sequence[str]], Loaded]


def test_request_is_stored_as_it_was_understood(
    project: Project, payload: Payload, put_raw: PutRaw, process: Process
) -> None:
    event_id = uuid7()
    process([put_raw(payload(), ids=[event_id])])
    request = Request.objects.get()
    assert request.project_id == project.pk
    assert request.uuid == event_id
    assert (request.method, request.host, request.path) == ("POST", "shop.example", "/users/7")
    assert (request.status, request.load_time_ms) == (201, 12.5)
    assert (request.request_size_bytes, request.response_size_bytes) == (27, 34)
    assert request.received_at == datetime(2026, 3, 1, 12, 0, 0, 250_000, tzinfo=UTC)
    assert request.requested_at == datetime(2026, 3, 1, 12, tzinfo=UTC)
    assert (request.country, request.city, request.time_zone) == ("HR", "Zagreb", "Europe/Zagreb")
    assert (request.app, request.app_version) == ("curl", "8.1.2")
    assert request.endpoint is not None
    assert str(request.endpoint) == "POST /users/{pk}"
    assert timezone.now() - request.loaded_at < timedelta(minutes=1)


@pytest.mark.usefixtures("project")
def test_an_event_is_found_in_the_workers_log_by_its_id_and_its_object(
    payload: Payload, put_raw: PutRaw, process: Process, caplog: pytest.LogCaptureFixture
) -> None:
    event_id = uuid7()
    with caplog.at_level("DEBUG", logger="treblle_etl.load.loader"):
        key = put_raw(payload(), ids=[event_id])
        process([key])
    (line,) = [it for it in caplog.records if it.message == "loaded"]
    assert (line.object_key, line.event_ids) == (key, [str(event_id)])  # type: ignore[attr-defined]


@pytest.mark.usefixtures("project")
def test_details_are_encrypted_where_there_is_a_key(
    payload: Payload, put_raw: PutRaw, raw_store: ObjectStore, details_store: ObjectStore
) -> None:
    keys = DetailsKeys(["k" * 40])
    loader = Loader(details_store, LivePublisher(), keys)
    Pipeline(raw_store, loader, lambda address: Place()).process([put_raw(payload())])
    request = Request.objects.get()
    place = details.Place(request.details_key, request.details_offset, request.details_length)
    assert details.read(details_store, place, keys)["response"]["body"] == {"id": 7}
    with pytest.raises(details.UnreadableDetails):
        details.read(details_store, place)


@pytest.mark.usefixtures("project")
def test_details_are_kept_in_the_store_masked(
    payload: Payload, put_raw: PutRaw, process: Process, details_store: ObjectStore
) -> None:
    ids = [uuid7(), uuid7()]
    process([put_raw(payload(), payload(**{"data.response.body": {"id": 8}}), ids=ids)])
    for event_id, expected in zip(ids, [7, 8], strict=True):
        request = Request.objects.get(uuid=event_id)
        place = details.Place(request.details_key, request.details_offset, request.details_length)
        kept = details.read(details_store, place)
        assert kept["request"]["body"] == {"name": "Ana", "password": "****"}
        assert kept["response"]["body"] == {"id": expected}
        assert kept["request"]["query"] == {"x": "1"}


@pytest.mark.usefixtures("project")
def test_object_processed_again_changes_nothing(
    payload: Payload, put_raw: PutRaw, process: Process, publisher: Any
) -> None:
    key = put_raw(payload(), payload())
    assert process([key, key]).events == 2
    assert process([key]) == Loaded()
    assert Request.objects.count() == 2
    assert ProjectHour.objects.get().requests == 2
    assert len(publisher.messages) == 1
    entry = LedgerEntry.objects.get()
    assert (entry.object_key, entry.loaded, entry.duplicates) == (key, 2, 0)


@pytest.mark.usefixtures("project")
def test_event_that_comes_again_in_another_object_counts_once(
    payload: Payload, put_raw: PutRaw, process: Process
) -> None:
    known, new = uuid7(), uuid7()
    process([put_raw(payload(), ids=[known])])
    again = put_raw(payload(), payload(), payload(), ids=[known, new, new])
    loaded = process([again])
    assert (loaded.events, loaded.duplicates) == (1, 2)
    assert set(Request.objects.values_list("uuid", flat=True)) == {known, new}
    assert ProjectMinute.objects.get().requests == 2


def test_the_same_event_id_in_two_projects_is_two_events(
    project: Project, payload: Payload, put_raw: PutRaw, process: Process
) -> None:
    Project.objects.create(user=project.user, name="Other", custom_id="Q" * 16)
    event_id = uuid7()
    put = put_raw(payload(), payload(project_id="Q" * 16), ids=[event_id, event_id])
    assert process([put]).events == 2


@pytest.mark.usefixtures("project")
def test_roll_ups_add_up_to_the_rows(payload: Payload, put_raw: PutRaw, process: Process) -> None:
    def batch(start: int) -> str:
        return put_raw(
            *(
                payload(
                    **{
                        "data.request.timestamp": f"2026-03-01 1{i % 2}:0{i % 5}:00",
                        "data.request.url": f"http://shop.example/{i % 3}",
                        "data.request.route_path": f"route/{i % 3}",
                        "data.response.code": (200, 404, 500)[i % 3],
                        "data.response.load_time": 1.5 + i,
                    }
                )
                for i in range(start, start + 30)
            )
        )

    process([batch(0)])
    process([batch(30), batch(60)])
    rows = list(Request.objects.all())
    assert len(rows) == 90
    for model in (ProjectMinute, ProjectHour, EndpointHour):
        kept = list(model._default_manager.all())
        assert sum(r.requests for r in kept) == 90
        assert sum(r.client_errors for r in kept) == 30
        assert sum(r.server_errors for r in kept) == 30
        assert sum(r.response_bytes for r in kept) == sum(r.response_size_bytes or 0 for r in rows)
        assert sum(r.load_time_sum_ms for r in kept) == pytest.approx(
            sum(r.load_time_ms or 0 for r in rows)
        )
        merged = Histogram()
        for rollup in kept:
            merged.merge(rollup.histogram())
        assert merged == Histogram(r.load_time_ms or 0 for r in rows)
    hours = {(r.bucket, r.requests) for r in ProjectHour.objects.all()}
    assert hours == {
        (datetime(2026, 3, 1, 10, tzinfo=UTC), 45),
        (datetime(2026, 3, 1, 11, tzinfo=UTC), 45),
    }
    assert Endpoint.objects.count() == 3


@pytest.mark.usefixtures("project")
def test_one_bad_line_never_takes_its_neighbours_down(
    payload: Payload, put_raw: PutRaw, process: Process
) -> None:
    bad = uuid7()
    ids = [uuid7(), bad, uuid7(), uuid7(), uuid7()]
    no_status = payload(**{"data.response.code": None})
    key = put_raw(payload(), no_status, b'{"cut', payload(api_key="x" * 32), payload(), ids=ids)
    loaded = process([key])
    assert (loaded.events, loaded.dead_letters) == (2, 3)
    letters = list(DeadLetter.objects.order_by("line_number"))
    assert [(letter.line_number, letter.reason) for letter in letters] == [
        (1, "missing_field"),
        (2, "unreadable_line"),
        (3, "unknown_key"),
    ]
    assert letters[0].event_id == bad
    assert letters[0].object_key == key
    assert "data.response.code" in letters[0].message


@pytest.mark.usefixtures("project")
def test_object_that_cannot_be_read_is_a_dead_letter(
    payload: Payload, put_raw: PutRaw, process: Process, raw_store: ObjectStore
) -> None:
    broken = f"raw/v1/2026/03/01/12/{uuid7()}.ndjson.zst"
    raw_store.put(broken, b"not zstd at all")
    missing = f"raw/v1/2026/03/01/12/{uuid7()}.ndjson.zst"
    loaded = process([broken, put_raw(payload()), missing])
    assert (loaded.objects, loaded.events, loaded.dead_letters) == (3, 1, 2)
    reasons = dict(DeadLetter.objects.values_list("object_key", "reason"))
    assert reasons == {broken: "unreadable_object", missing: "object_missing"}


@pytest.mark.usefixtures("project")
def test_hostile_text_is_stored_and_breaks_nothing(
    payload: Payload, put_raw: PutRaw, process: Process
) -> None:
    nasty = "\x00\x1b[31m 😀 \u202e'\";-- " + "x" * 5000
    deep: Any = "bottom"
    for _ in range(100):
        deep = {"a": deep}
    loaded = process(
        [
            put_raw(
                payload(
                    **{
                        "data.request.url": "http://h/" + nasty,
                        "data.request.user_agent": nasty,
                        "data.request.route_path": nasty,
                        "data.request.body": deep,
                        "data.response.body": {nasty: nasty},
                        "data.errors": [{"message": nasty, "line": 10**30}],
                    }
                )
            )
        ]
    )
    assert list(DeadLetter.objects.values_list("reason", "message")) == []
    assert loaded.events == 1
    assert "\x00" not in Request.objects.get().path


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize(
    "place",
    ["data.request.body", "data.request.query", "data.request.headers", "data.response.body",
     "data.response.headers", "data.server", "data.language", "data.errors"],
)  # fmt: skip
def test_deep_nesting_is_bounded_wherever_it_stands(
    place: str, payload: Payload, put_raw: PutRaw, process: Process
) -> None:
    deep: Any = {"password": "hunter2"}
    for _ in range(600):
        deep = {"a": deep}
    loaded = process([put_raw(payload(**{place: deep}), payload(**{place: [deep]}))])
    assert (loaded.events, loaded.dead_letters) == (2, 0)


@pytest.mark.parametrize("role", ProjectMember.Role.values)
@pytest.mark.parametrize("status", ProjectMember.Status.values)
def test_only_members_with_the_right_to_write_may_send(
    role: str,
    status: str,
    project: Project,
    payload: Payload,
    put_raw: PutRaw,
    process: Process,
) -> None:
    member = User.objects.create_user("member@shop.example", "x", api_key="M" * 32)
    ProjectMember.objects.create(
        project=project, user=member, email=member.email, role=role, status=status
    )
    loaded = process([put_raw(payload(api_key="M" * 32))])
    allowed = (role, status) == ("member", "active")
    assert (loaded.events, loaded.dead_letters) == ((1, 0) if allowed else (0, 1))


@pytest.mark.parametrize(("hours_left", "works"), [(1, True), (-1, False)])
def test_rotated_key_works_until_its_grace_ends(
    hours_left: int,
    works: bool,
    project: Project,
    payload: Payload,
    put_raw: PutRaw,
    process: Process,
) -> None:
    project.user.previous_api_key = "O" * 32
    project.user.previous_api_key_expires_at = timezone.now() + timedelta(hours=hours_left)
    project.user.save()
    assert process([put_raw(payload(api_key="O" * 32))]).events == int(works)


def test_browsers_are_told_once_a_project_a_batch(
    project: Project, payload: Payload, put_raw: PutRaw, process: Process, publisher: Any
) -> None:
    event_id = uuid7()
    process([put_raw(payload(), ids=[event_id]), put_raw(payload(**{"data.response.code": 503}))])
    [(told, message)] = publisher.messages
    assert told == project.uuid
    assert message["type"] == "requests"
    assert message["project"] == str(project.uuid)
    assert message["stats"] == {"requests": 2, "client_errors": 0, "server_errors": 1}
    summary = next(r for r in message["requests"] if UUID(r["uuid"]) == event_id)
    assert (summary["endpoint"], summary["status"], summary["city"]) == (
        "/users/{pk}",
        201,
        "Zagreb",
    )


def test_first_request_of_a_project_is_marked_once(
    project: Project, payload: Payload, put_raw: PutRaw, process: Process
) -> None:
    process([put_raw(payload())])
    project.refresh_from_db()
    first = project.first_request_at
    assert first is not None
    process([put_raw(payload())])
    project.refresh_from_db()
    assert project.first_request_at == first


@pytest.mark.usefixtures("project")
def test_event_the_database_refuses_is_put_aside_alone(
    payload: Payload,
    put_raw: PutRaw,
    process: Process,
    database_engine: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """SQLite takes nearly anything, so the refusal is made there; on MariaDB it is its own."""
    from django.db import DataError
    from treblle_etl.load import rows

    made = rows.request_row

    def row(*args: Any, **kwargs: Any) -> Request:
        request = made(*args, **kwargs)
        if request.status == 599:
            if database_engine == "sqlite":
                raise DataError("too long")
            request.method = "M" * 99
        return request

    monkeypatch.setattr(rows, "request_row", row)
    culprit = uuid7()
    bad = payload(**{"data.response.code": 599})
    loaded = process(
        [put_raw(payload()), put_raw(payload(), bad, ids=[uuid7(), culprit]), put_raw(payload())]
    )
    assert (loaded.objects, loaded.events, loaded.dead_letters) == (3, 3, 1)
    letter = DeadLetter.objects.get()
    assert (letter.reason, letter.event_id) == ("refused", culprit)


@pytest.mark.usefixtures("project")
def test_gzip_objects_are_read_too(
    payload: Payload, put_raw: PutRaw, process: Process, raw_store: ObjectStore
) -> None:
    import gzip

    key = put_raw(payload())
    lines = raw_objects.decode(key, raw_store.get(key))
    other = key.replace(".zst", ".gz")
    raw_store.put(other, gzip.compress(b"\n".join(lines)))
    assert process([other]).events == 1


@pytest.mark.usefixtures("project")
def test_endpoint_says_when_it_was_asked_last(
    payload: Payload, put_raw: PutRaw, process: Process
) -> None:
    def asked_at(clock: str) -> datetime | None:
        process([put_raw(payload(**{"data.request.timestamp": f"2026-03-01 {clock}"}))])
        return Endpoint.objects.get().last_seen_at

    assert asked_at("12:00:00") == datetime(2026, 3, 1, 12, tzinfo=UTC)
    assert asked_at("11:30:00") == datetime(2026, 3, 1, 12, tzinfo=UTC)
    assert asked_at("12:02:00") == datetime(2026, 3, 1, 12, 2, tzinfo=UTC)


def test_a_batch_is_not_searched_for_garbage(
    project: Project, payload: Payload, put_raw: PutRaw, pipeline: Pipeline
) -> None:
    """All of it lives until it is loaded, so whatever Python would look through is in use."""
    key = put_raw(*[payload() for _ in range(500)])
    usual = gc.get_threshold()
    try:
        pipelines.of_this_process.__wrapped__()  # as the first task of a worker makes it
        gc.collect()
        before = gc.get_stats()[0]["collections"]
        content = pipeline.read(key)
        assert gc.get_stats()[0]["collections"] == before
    finally:
        gc.set_threshold(*usual)
    assert len(content.events) == 500
