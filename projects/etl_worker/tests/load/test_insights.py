"""Callers, problems and the audit of SDKs are loaded with the rows, each event once."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection
from treblle_etl.load import usual
from treblle_etl.load.loader import Loader
from treblle_etl.pipeline import Pipeline
from treblle_models.identity import uuid7
from treblle_models.models import (
    Customer,
    EndpointCustomer,
    Environment,
    Problem,
    ProblemCustomer,
    ProblemHour,
    Project,
    ProjectHour,
    Request,
    SdkHour,
)
from treblle_service.store import ObjectStore

Payload = Callable[..., dict[str, Any]]
HOUR = datetime(2026, 3, 1, 12, tzinfo=UTC)


def failing(payload: Payload, message: str = "User 1 not found", **changes: Any) -> dict[str, Any]:
    return payload(
        **{"data.response.code": 404, "data.response.body": {"message": message}, **changes}
    )


@pytest.mark.usefixtures("project")
def test_customer_and_environment_are_made_once_and_known_again(
    payload: Payload, put_raw: Any, pipeline: Pipeline
) -> None:
    sent = payload(customer_id="ana", environment="production")
    pipeline.process([put_raw(sent, sent, payload(customer_id="bob"))])
    pipeline.process([put_raw(sent)])
    ana = Customer.objects.get(external_id="ana")
    assert list(Environment.objects.values_list("name", flat=True)) == ["production"]
    assert Request.objects.filter(customer=ana, environment__name="production").count() == 3
    pairs = {(p.customer.external_id, p.requests) for p in EndpointCustomer.objects.all()}
    assert pairs == {("ana", 3), ("bob", 1)}
    assert (ana.first_seen_at, ana.last_seen_at) == (HOUR, HOUR)


@pytest.mark.usefixtures("project")
def test_metadata_trace_and_first_error_are_in_the_row(
    payload: Payload, put_raw: Any, pipeline: Pipeline
) -> None:
    error = {"source": "onException", "type": "KeyError", "message": "no 'a'"}
    headers = {"treblle-metadata": '{"user-id": "u7", "trace-id": "t7", "plan": "gold"}'}
    pipeline.process(
        [put_raw(payload(**{"data.errors": [error], "data.request.headers": headers}))]
    )
    request = Request.objects.get()
    assert request.metadata == {"user-id": "u7", "trace-id": "t7", "plan": "gold"}
    assert (request.trace_id, request.error_type, request.error_message) == (
        "t7",
        "KeyError",
        "no 'a'",
    )
    assert request.customer is not None
    assert request.customer.external_id == "u7"


@pytest.mark.usefixtures("project")
def test_requests_that_fail_alike_are_one_problem(
    payload: Payload, put_raw: Any, pipeline: Pipeline
) -> None:
    known = uuid7()
    alike = [failing(payload, f"User {n} not found", customer_id=f"c{n % 2}") for n in range(4)]
    pipeline.process(
        [
            put_raw(
                *alike,
                failing(payload, "No credit"),
                payload(),
                ids=[known, *(uuid7() for _ in range(5))],
            )
        ]
    )
    pipeline.process([put_raw(alike[0], alike[1], ids=[known, uuid7()])])  # the first came before
    problem = Problem.objects.get(error_message__startswith="User")
    assert (problem.kind, problem.status, problem.occurrences) == ("client_error", 404, 5)
    assert problem.endpoint is not None
    assert Request.objects.filter(problem=problem).count() == 5
    assert ProblemHour.objects.get(problem=problem).occurrences == 5
    touched = {
        (p.customer.external_id, p.occurrences)
        for p in ProblemCustomer.objects.filter(problem=problem)
    }
    assert touched == {("c0", 2), ("c1", 3)}
    assert Problem.objects.count() == 2


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize(
    ("state", "resolved_before", "after", "came_back"),
    [
        ("resolved", timedelta(minutes=5), "open", True),
        ("resolved", timedelta(minutes=-5), "resolved", False),
        ("ignored", timedelta(minutes=5), "ignored", False),
        ("open", timedelta(minutes=5), "open", False),
    ],
)
def test_resolved_problem_comes_back_and_ignored_one_stays_ignored(
    state: str,
    resolved_before: timedelta,
    after: str,
    came_back: bool,
    payload: Payload,
    put_raw: Any,
    pipeline: Pipeline,
) -> None:
    pipeline.process([put_raw(failing(payload))])
    Problem.objects.update(state=state, resolved_at=HOUR - resolved_before)
    newest = uuid7()
    pipeline.process([put_raw(failing(payload), ids=[newest])])
    problem = Problem.objects.get()
    assert (problem.state, problem.regressed_at is not None) == (after, came_back)
    assert (problem.occurrences, problem.request_uuid) == (2, newest)


@pytest.mark.usefixtures("project")
def test_late_occurrence_moves_the_first_sight_and_not_the_last(
    payload: Payload, put_raw: Any, pipeline: Pipeline
) -> None:
    pipeline.process([put_raw(failing(payload))])
    newest = Problem.objects.get().request_uuid
    late = failing(payload, **{"data.request.timestamp": "2026-03-01 09:30:00"})
    pipeline.process([put_raw(late)])
    problem = Problem.objects.get()
    assert (problem.first_seen_at, problem.last_seen_at) == (HOUR - timedelta(hours=2.5), HOUR)
    assert problem.request_uuid == newest
    assert ProblemHour.objects.count() == 2


@pytest.mark.usefixtures("project")
def test_request_much_slower_than_its_endpoint_is_a_problem(
    payload: Payload, put_raw: Any, pipeline: Pipeline
) -> None:
    usual.forget()
    pipeline.process([put_raw(*(payload() for _ in range(usual.ENOUGH)))])
    pipeline.process(
        [
            put_raw(
                payload(**{"data.response.load_time": 4000}),
                payload(**{"data.response.load_time": 900}),
            )
        ]
    )
    problem = Problem.objects.get()
    assert (problem.kind, problem.occurrences) == ("slow", 1)
    usual.forget()


@pytest.mark.usefixtures("project")
def test_flood_of_messages_makes_few_problems(
    payload: Payload, put_raw: Any, pipeline: Pipeline
) -> None:
    words = ["".join(chr(97 + n // 26**i % 26) for i in range(3)) for n in range(300)]
    pipeline.process([put_raw(*(failing(payload, f"no {word}") for word in words))])
    assert Problem.objects.count() == 1
    assert Problem.objects.get().occurrences == 300


@pytest.mark.usefixtures("project")
def test_what_our_sdk_sent_is_what_was_received_and_stored(
    payload: Payload, put_raw: Any, pipeline: Pipeline
) -> None:
    def sent(seq: int, dropped: int = 0, discarded: int = 0) -> dict[str, Any]:
        return payload(sdk_instance="one", seq=seq, dropped=dropped, discarded=discarded)

    known = uuid7()
    pipeline.process([put_raw(sent(3), sent(1), sent(2), ids=[known, uuid7(), uuid7()])])
    # Of seven, one was lost and one not wanted; the third is sent once more.
    pipeline.process(
        [
            put_raw(
                sent(7, 1, 1),
                sent(5, 1),
                sent(3),
                payload(),
                ids=[uuid7(), uuid7(), known, uuid7()],
            )
        ]
    )
    hour = SdkHour.objects.get(sdk_instance="one")
    assert (hour.sent, hour.dropped, hour.received, hour.stored, hour.last_seq) == (5, 1, 6, 5, 7)
    # An instance that does not number is counted too, again and again.
    for _ in range(2):
        pipeline.process([put_raw(payload(sdk_instance="two"))])
    assert SdkHour.objects.get(sdk_instance="two").stored == 2
    other = SdkHour.objects.get(sdk_instance="")
    assert (other.sent, other.received, other.stored) == (0, 1, 1)


def test_what_a_project_does_not_want_is_no_loss(
    project: Project, payload: Payload, put_raw: Any, pipeline: Pipeline
) -> None:
    project.excluded_routes, project.sampling_rate = ["/health"], 0.5
    project.save()
    health = {"data.request.url": "https://shop.example/health"}
    sent = [
        payload(sdk_instance="one", seq=n, **(health if n % 4 == 0 else {})) for n in range(1, 81)
    ]
    pipeline.process([put_raw(*sent[:40])])
    pipeline.process([put_raw(*sent[40:])])
    hour = SdkHour.objects.get()
    assert (hour.sent, hour.received) == (80, 80)
    assert hour.stored == Request.objects.count() == ProjectHour.objects.get().requests
    assert hour.stored + hour.unwanted == 80
    assert 20 < hour.unwanted < 80


@pytest.mark.django_db(transaction=True)
def test_two_workers_load_the_same_buckets_and_problems_at_once(
    database_engine: str,
    project: Project,
    payload: Payload,
    put_raw: Any,
    raw_store: ObjectStore,
    details_store: ObjectStore,
    publisher: Any,
) -> None:
    """Everything meets: endpoint, customers, problem, roll-ups. Nothing is lost or counted twice."""
    workers = 1 if database_engine == "sqlite" else 3  # one process writes SQLite's traffic tables
    keys = [
        put_raw(
            *(
                failing(payload, customer_id=f"c{n % 3}", sdk_instance="i", seq=b * 8 + n + 1)
                for n in range(8)
            )
        )
        for b in range(12)
    ]
    start = Barrier(workers)
    failures: list[BaseException] = []

    def work(number: int) -> None:
        from treblle_etl.event import Place

        pipeline = Pipeline(raw_store, Loader(details_store, publisher), lambda address: Place())
        try:
            start.wait(20)
            # Each also tries the next one's objects: those are in the ledger, or will be.
            for key in keys[number::workers] + keys[(number + 1) % workers :: workers]:
                pipeline.process([key])
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [Thread(target=work, args=(number,)) for number in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert failures == []
    assert Request.objects.count() == 96
    assert Problem.objects.get().occurrences == 96
    assert ProblemHour.objects.get().occurrences == 96
    assert sum(p.occurrences for p in ProblemCustomer.objects.all()) == 96
    assert sum(p.requests for p in EndpointCustomer.objects.all()) == 96
    assert Customer.objects.count() == 3
    assert ProjectHour.objects.get().requests == 96
    hour = SdkHour.objects.get()
    assert (hour.sent, hour.received, hour.stored) == (96, 96, 96)
