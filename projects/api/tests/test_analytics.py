"""Series and breakdowns, from roll-ups alone."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from treblle_models.histogram import Histogram
from treblle_models.models import (
    Customer,
    DimensionDay,
    DimensionHour,
    EndpointMinute,
    ProjectDay,
    ProjectHour,
    ProjectMinute,
)

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 4, 2, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def ask(people, as_user):
    client = as_user(people.viewer)

    def ask(**asked):
        query = "&".join(f"{name}={value}" for name, value in asked.items())
        return client.get(f"/v1/projects/{people.project.uuid}/analytics?{query}")

    return ask


def counted(requests, times=(), **more):
    times = list(times)
    return {
        "requests": requests,
        "load_time_sum_ms": sum(times),
        "load_times": Histogram(times).to_bytes(),
    } | more


@pytest.fixture
def hours(people):
    """Three hours, the middle one without traffic."""
    for number, row in (
        (0, counted(10, [100] * 10, client_errors=1)),
        (2, counted(30, [200] * 30, server_errors=3)),
    ):
        ProjectHour.objects.create(project=people.project, bucket=NOON + number * HOUR, **row)


RANGE = {"start": "2026-04-02T12:00:00Z", "end": "2026-04-02T15:00:00Z"}


@pytest.mark.parametrize(
    ("metric", "total", "points"),
    [
        ("requests", 40, [10, 0, 30]),
        ("errors", 4, [1, 0, 3]),
        ("error_rate", 0.1, [0.1, None, 0.1]),
        ("load_time_avg_ms", 175, [100, None, 200]),
    ],
)
def test_a_series_has_a_point_for_each_bucket(metric, total, points, hours, ask):
    answer = ask(metric=metric, interval="hour", **RANGE).json()
    [all_of_it] = answer["results"]
    assert (all_of_it["value"], all_of_it["requests"]) == (None, 40)
    assert all_of_it["total"] == pytest.approx(total)
    assert [point["value"] for point in all_of_it["points"]] == points
    assert all_of_it["points"][1]["at"].startswith("2026-04-02T13:00:00")


def test_percentiles_come_from_merged_histograms(hours, ask):
    [all_of_it] = ask(metric="load_time_p95_ms", **RANGE).json()["results"]
    assert all_of_it["total"] == pytest.approx(200, rel=0.02)
    assert all_of_it["points"] == []


def test_a_breakdown_names_its_groups_and_holds_the_largest(people, ask):
    acme = Customer.objects.create(
        project=people.project,
        external_id="acme",
        name="Acme",
        first_seen_at=NOON,
        last_seen_at=NOON,
    )
    for value, requests in ((str(acme.uuid), 50), ("", 20), ("x" * 36, 5)):
        DimensionHour.objects.create(
            project=people.project,
            dimension="customer",
            value=value,
            bucket=NOON,
            **counted(requests),
        )
    answer = ask(group="customer", interval="hour", limit=2, **RANGE)
    if answer.status_code != 200:
        pytest.fail(answer.content.decode())
    found = answer.json()["results"]
    assert [(each["value"], each["label"], each["total"]) for each in found] == [
        (str(acme.uuid), "Acme", 50),
        ("", "Unknown", 20),
    ]
    only = ask(customer=acme.uuid, **RANGE).json()["results"]
    assert [each["total"] for each in only] == [50]


def test_endpoints_are_counted_by_the_minute_too(people, ask, make_endpoint):
    endpoint = make_endpoint(people.project, "/users/{id}")
    for minute in range(3):
        EndpointMinute.objects.create(
            project=people.project,
            endpoint=endpoint,
            bucket=NOON + timedelta(minutes=minute),
            **counted(minute),
        )
    [found] = ask(group="endpoint", interval="minute", **RANGE).json()["results"]
    assert (found["value"], found["label"]) == (str(endpoint.uuid), "GET /users/{id}")
    assert [point["value"] for point in found["points"]][:4] == [0, 1, 2, 0]
    [only] = ask(endpoint=endpoint.uuid, interval="minute", **RANGE).json()["results"]
    assert only["total"] == 3


def test_long_ranges_are_read_in_days_and_minutes_where_asked(people, ask):
    ProjectDay.objects.create(project=people.project, bucket=NOON.replace(hour=0), **counted(7))
    ProjectMinute.objects.create(project=people.project, bucket=NOON, **counted(1))
    DimensionDay.objects.create(
        project=people.project,
        dimension="country",
        value="NL",
        bucket=NOON.replace(hour=0),
        **counted(4),
    )
    month = {"start": "2026-03-10T00:00:00Z", "end": "2026-04-09T00:00:00Z"}
    assert ask(**month).json()["results"][0]["total"] == 7
    assert ask(group="country", **month).json()["results"][0]["label"] == "NL"
    assert ask(interval="minute", **RANGE).json()["results"][0]["total"] == 1


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"metric": "speed"}, "metric"),
        ({"group": "country", "interval": "minute"}, "interval"),
        ({"start": "2026-04-02T12:00:00Z", "end": "2026-04-02T12:00:00Z"}, "start"),
        ({"start": "2001-04-02T12:00:00Z"}, "start"),
        (
            {"interval": "minute", "start": "2026-01-01T00:00:00Z", "end": "2026-03-01T00:00:00Z"},
            "interval",
        ),
        ({"endpoint": "0196f1a2-3b4c-7d5e-8f60-718293a4b5c6", "group": "country"}, "endpoint"),
        ({"limit": 0}, "limit"),
        ({"start": "yesterday"}, "start"),
    ],
)
def test_what_roll_ups_cannot_answer_is_said_by_parameter(asked, field, ask):
    answer = ask(**asked)
    assert answer.status_code == 400
    assert field in answer.json()["errors"]


def test_no_request_is_read_and_queries_stay_few(hours, ask):
    ask()
    with CaptureQueriesContext(connection) as queries:
        ask(metric="load_time_p95_ms", group="endpoint", interval="hour", **RANGE)
    assert not any(
        '"requests"."' in q["sql"] and "project_hours" not in q["sql"]
        for q in queries
        if 'FROM "requests"' in q["sql"]
    )
    assert len(queries) <= 5
