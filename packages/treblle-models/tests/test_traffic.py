"""Requests, endpoints, roll-ups and the ledger: what is unique, and that values come back whole."""

import uuid
from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.db import IntegrityError, connection, transaction
from treblle_models.histogram import Histogram
from treblle_models.models import (
    Endpoint,
    EndpointHour,
    LedgerEntry,
    Project,
    ProjectHour,
    ProjectMinute,
    Request,
    User,
)
from treblle_models.summary import summary_of

WHEN = datetime(2026, 3, 4, 5, 6, 7, 890123, tzinfo=UTC)


def test_times_keep_microseconds_and_are_utc(make_request) -> None:
    tokyo = timezone(timedelta(hours=9))
    request = make_request(received_at=WHEN.astimezone(tokyo), claimed_requested_at=WHEN)
    request.refresh_from_db()
    assert request.received_at == request.claimed_requested_at == WHEN
    assert request.received_at.microsecond == 890123
    assert request.received_at.utcoffset() == timedelta(0)


def test_times_are_utc_in_the_database_itself(make_request) -> None:
    make_request()
    with connection.cursor() as cursor:
        cursor.execute("SELECT received_at FROM requests")
        (stored,) = cursor.fetchone()
    assert str(stored) == "2026-03-04 05:06:07.890123"


def test_any_text_comes_back(make_request) -> None:
    path = "/ä/日本/🦊/' OR 1=1 --"
    make_request(path=path, city="São Paulo")
    request = Request.objects.get(path=path)
    assert (request.path, request.city) == (path, "São Paulo")


def test_numbers_come_back(make_request) -> None:
    request = make_request(load_time_ms=0.123456789, response_size_bytes=2**40, status=599)
    request.refresh_from_db()
    assert request.load_time_ms == pytest.approx(0.123456789)
    assert (request.response_size_bytes, request.status) == (2**40, 599)


def test_paths_differ_by_case(make_request, project: Project) -> None:
    make_request(path="/Users")
    assert not Request.objects.filter(project=project, path="/users").exists()


def test_an_event_is_in_a_project_once_and_may_be_in_another(make_request, owner: User) -> None:
    request = make_request()
    other = Project.objects.create(user=owner, name="Other")
    make_request(uuid=request.uuid, project=other)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_request(uuid=request.uuid)


def test_events_that_are_known_are_left_out_in_bulk(make_request, project: Project) -> None:
    known = make_request()
    new = {field.attname: getattr(known, field.attname) for field in Request._meta.concrete_fields}
    rows = [Request(**(new | {"id": None, "uuid": uuid.UUID(int=n)})) for n in (1, 2)]
    again = Request(**(new | {"id": None}))
    Request.objects.bulk_create([again, *rows], ignore_conflicts=True)
    assert Request.objects.filter(project=project).count() == 3


def test_lists_are_newest_first_and_end_in_a_unique_column(make_request, project: Project) -> None:
    late = make_request(received_at=WHEN + timedelta(microseconds=1), uuid=uuid.UUID(int=1))
    low, high = make_request(uuid=uuid.UUID(int=2)), make_request(uuid=uuid.UUID(int=3))
    assert list(Request.objects.for_project(project).newest_first()) == [late, high, low]


def test_a_span_of_time_has_its_start_and_not_its_end(make_request) -> None:
    step = timedelta(microseconds=1)
    requests = [make_request(received_at=WHEN + n * step) for n in range(3)]
    assert list(Request.objects.between(WHEN, WHEN + 2 * step).order_by("id")) == requests[:2]


def test_a_request_is_found_only_in_its_project(make_request, owner: User) -> None:
    request = make_request()
    other = Project.objects.create(user=owner, name="Other")
    assert Request.objects.find(request.project, request.uuid) == request
    assert Request.objects.find(other, request.uuid) is None


def test_a_summary_is_json_with_times_in_utc(make_request) -> None:
    request = make_request(error_count=2, load_time_ms=1.5)
    request.refresh_from_db()
    summary = summary_of(request, "/users/{id}")
    assert summary["received_at"] == "2026-03-04T05:06:07.890123+00:00"
    assert summary["uuid"] == str(request.uuid)
    assert (summary["endpoint"], summary["has_errors"]) == ("/users/{id}", True)


def endpoint_of(project: Project, template: str) -> Endpoint:
    return Endpoint.objects.create(
        project=project,
        method="GET",
        template=template,
        template_digest=template,
        source=Endpoint.Source.TRAFFIC,
        first_seen_at=WHEN,
    )


def test_an_operation_is_in_a_project_once(project: Project) -> None:
    endpoint_of(project, "/a")
    endpoint_of(project, "/A")
    with pytest.raises(IntegrityError), transaction.atomic():
        endpoint_of(project, "/a")


@pytest.mark.parametrize("model", [ProjectMinute, ProjectHour])
def test_a_roll_up_has_one_row_a_bucket(model, project: Project) -> None:
    model.objects.create(project=project, bucket=WHEN)
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.create(project=project, bucket=WHEN)


def test_a_roll_up_of_endpoints_has_one_row_an_endpoint(project: Project) -> None:
    first, second = endpoint_of(project, "/a"), endpoint_of(project, "/b")
    for endpoint in (first, second):
        EndpointHour.objects.create(project=project, bucket=WHEN, endpoint=endpoint)
    with pytest.raises(IntegrityError), transaction.atomic():
        EndpointHour.objects.create(project=project, bucket=WHEN, endpoint=first)


def test_a_histogram_comes_back_from_its_row(project: Project) -> None:
    histogram = Histogram([0.5, 12.0, 12.1, 9000.0])
    row = ProjectMinute.objects.create(
        project=project, bucket=WHEN, requests=4, load_times=histogram.to_bytes()
    )
    row.refresh_from_db()
    assert row.histogram() == histogram
    assert ProjectHour.objects.create(project=project, bucket=WHEN).histogram() == Histogram()


@pytest.mark.django_db
def test_an_object_is_in_the_ledger_once() -> None:
    LedgerEntry.objects.create(object_key="raw/v1/a", processed_at=WHEN)
    LedgerEntry.objects.create(object_key="raw/v1/A", processed_at=WHEN)
    with pytest.raises(IntegrityError), transaction.atomic():
        LedgerEntry.objects.create(object_key="raw/v1/a", processed_at=WHEN)


def test_rows_of_a_project_go_with_it(make_request, project: Project) -> None:
    endpoint = endpoint_of(project, "/a")
    make_request(endpoint=endpoint)
    EndpointHour.objects.create(project=project, bucket=WHEN, endpoint=endpoint)
    project.delete()
    assert not Request.objects.exists()
    assert not EndpointHour.objects.exists()
