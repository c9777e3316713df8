"""Everything that names an endpoint goes over to the one that it became part of."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from treblle_etl.learning import history, relations
from treblle_models.corrections import BEGINNING, Way, digest_of, history_left, join
from treblle_models.models import (
    ApiChange,
    ApiDocument,
    Customer,
    Endpoint,
    EndpointCheckDay,
    EndpointCheckResult,
    EndpointCustomer,
    EndpointDay,
    EndpointDocumentScore,
    EndpointHour,
    EndpointMinute,
    EndpointSchema,
    EndpointScore,
    Problem,
    ProblemHour,
    Project,
    Request,
)

NOW = datetime(2026, 3, 2, 12, 30, tzinfo=UTC)
HOUR = NOW.replace(minute=0)


@pytest.fixture
def pair(project: Project) -> tuple[Endpoint, Endpoint]:
    """One endpoint that became part of another."""
    made = [
        Endpoint.objects.create(
            project=project,
            method="GET",
            template=template,
            template_digest=digest_of(template),
            source=Endpoint.Source.TRAFFIC,
            first_seen_at=NOW,
        )
        for template in ("/users/alice", "/users/{user}")
    ]
    join(made[1], [made[0].pk])
    return made[0], made[1]


def test_counts_add_up_and_the_newer_word_stands(project: Project, pair):
    old, new = pair
    customer = Customer.objects.create(
        project=project, external_id="c", first_seen_at=NOW, last_seen_at=NOW
    )
    document = ApiDocument.objects.create(project=project, source="upload", version=1, content={})
    for endpoint, number in ((old, 2), (new, 3)):
        later = NOW + timedelta(hours=number)
        keys = {"project": project, "endpoint": endpoint}
        for model in (EndpointMinute, EndpointHour, EndpointDay):
            model.objects.create(**keys, bucket=HOUR.replace(hour=0), requests=number)
        EndpointCustomer.objects.create(
            **keys, customer=customer, requests=number, first_seen_at=later, last_seen_at=later
        )
        EndpointCheckResult.objects.create(
            **keys, code="x", stage="run_time", outcome="pass", value=number,
            since=NOW, last_seen_at=later,
        )  # fmt: skip
        EndpointCheckDay.objects.create(**keys, bucket=HOUR, code="x", passed=number, failed=1)
        EndpointScore.objects.create(**keys, bucket=HOUR, stage="run_time", value=number)
        EndpointDocumentScore.objects.create(**keys, document=document, value=number, scored_at=NOW)
    assert history.follow(project.pk)
    assert history.follow(project.pk)
    for model in (EndpointMinute, EndpointHour, EndpointDay):
        assert (model.objects.get().endpoint, model.objects.get().requests) == (new, 5)
    calls = EndpointCustomer.objects.get()
    assert (calls.endpoint, calls.requests) == (new, 5)
    assert calls.last_seen_at - calls.first_seen_at == timedelta(hours=1)
    assert EndpointCheckResult.objects.get().value == 3
    assert EndpointCheckDay.objects.get().passed == 5
    assert EndpointScore.objects.get().value == 3
    assert EndpointDocumentScore.objects.get().value == 3


def test_how_far_it_is_is_told_from_its_first_day_to_its_last(project: Project, pair):
    """Days without requests count as well: what is told is how far in time it is."""
    old, new = pair
    for days_ago in (9, 4, 0):
        EndpointHour.objects.create(
            project=project, endpoint=old, bucket=HOUR - timedelta(days=days_ago), requests=1
        )
    is_over = iter((True, True))
    told = [history_left(new, NOW).days]
    while not history.follow(project.pk, is_over=lambda: next(is_over, False)):
        new.refresh_from_db()
        told.append(history_left(new, NOW).days)
    new.refresh_from_db()
    assert told == [Way(0, 10), Way(5, 10), Way(9, 10)]
    assert [way.percent for way in told] == [0, 50, 90]
    assert not history_left(new, NOW)
    EndpointHour.objects.create(project=project, endpoint=old, bucket=HOUR, requests=1)
    assert history_left(new, NOW).days == Way(0, 1)


def test_how_far_counting_anew_is_is_told_from_the_first_request_kept(project: Project, pair):
    new = pair[1]
    Request.objects.create(
        project=project, uuid=uuid4(), endpoint=new, received_at=HOUR - timedelta(hours=50),
        requested_at=HOUR, loaded_at=HOUR, method="GET", host="x", path="/x", status=200,
    )  # fmt: skip
    for recount_from, done in ((BEGINNING, 0), (HOUR - timedelta(hours=30), 20), (NOW, 49)):
        new.recount_from = recount_from
        assert history_left(new, HOUR).hours == Way(done, 50)
    new.recount_from = None
    assert not history_left(new, HOUR)


def test_rows_that_only_point_to_it_point_to_the_other(project: Project, pair):
    old, new = pair
    document = ApiDocument.objects.create(
        project=project, source="traffic", version=1, content={}, digest="x"
    )
    keys = {"project": project, "endpoint": old}
    ApiChange.objects.create(**keys, document=document, code="x", description="x", detected_at=NOW)
    history.follow(project.pk)
    assert ApiChange.objects.get().endpoint == new


def test_problems_that_are_the_same_become_one_and_no_link_breaks(project: Project, pair):
    old, new = pair
    third = Endpoint.objects.create(
        project=project, method="GET", template="/users/bob", merged_into=new,
        template_digest=digest_of("/users/bob"), source="traffic", first_seen_at=NOW,
    )  # fmt: skip
    made = []
    for number, endpoint in enumerate((old, third), start=1):
        problem = Problem.objects.create(
            project=project, endpoint=endpoint, fingerprint=str(number), kind="server_error",
            status=500, error_message="user 7 broke", occurrences=number,
            first_seen_at=NOW, last_seen_at=NOW + timedelta(hours=number),
        )  # fmt: skip
        ProblemHour.objects.create(
            project=project, problem=problem, bucket=HOUR, occurrences=number
        )
        Request.objects.create(
            project=project, uuid=uuid4(), endpoint=endpoint, problem=problem, received_at=NOW,
            requested_at=NOW, loaded_at=NOW, method="GET", host="x", path="/x", status=500,
        )  # fmt: skip
        made.append(problem)
    for _ in range(2):
        history.follow(project.pk)
        first, second = (Problem.objects.get(pk=problem.pk) for problem in made)
        assert (first.endpoint, first.occurrences, first.state) == (new, 3, "open")
        assert (second.endpoint, second.occurrences, second.state) == (new, 0, "resolved")
        assert second.merged_into == first
        hour = ProblemHour.objects.get()
        assert (hour.problem, hour.occurrences) == (first, 3)
        assert set(Request.objects.values_list("problem_id", flat=True)) == {first.pk}


def test_requests_of_a_day_follow_in_windows(project: Project, pair):
    old, new = pair
    EndpointHour.objects.create(project=project, endpoint=old, bucket=HOUR, requests=3)
    times = [HOUR, HOUR + timedelta(minutes=59), HOUR + timedelta(hours=24, minutes=30)]
    for at in times:
        Request.objects.create(
            project=project, uuid=uuid4(), endpoint=old, received_at=at, requested_at=HOUR,
            loaded_at=at, method="GET", host="x", path="/users/alice", status=200,
        )  # fmt: skip
    history.follow(project.pk)
    assert set(Request.objects.values_list("endpoint_id", flat=True)) == {new.pk}


def test_no_table_with_an_endpoint_is_forgotten():
    handled = {
        EndpointMinute, EndpointHour, EndpointDay, Request, Endpoint, EndpointCustomer,
        EndpointCheckDay, EndpointCheckResult, EndpointSchema, EndpointScore,
        EndpointDocumentScore,
        Problem, *relations.POINTED,
    }  # fmt: skip
    from django.apps import apps

    naming = {
        model
        for model in apps.get_app_config("treblle_models").get_models()
        for field in model._meta.local_concrete_fields
        if field.related_model is Endpoint
    }
    assert naming == handled
