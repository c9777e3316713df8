"""`manage.py seed`: lifelike, sized, the same for the same seed, once however often it is run."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Sum
from treblle_models import integrity
from treblle_models.histogram import Histogram
from treblle_models.models import (
    DimensionDay,
    DimensionHour,
    Endpoint,
    EndpointDay,
    EndpointHour,
    EndpointMinute,
    LedgerEntry,
    Project,
    ProjectDay,
    ProjectHour,
    ProjectMinute,
    Request,
    User,
)
from treblle_models.seeding import Plan, Seeder
from treblle_models.seeding.plan import BY_HOUR

UNTIL = datetime(2026, 3, 9, 15, tzinfo=UTC)
PLAN = Plan(requests=600, days=3, projects=3, seed=7)
ROLLUPS = [ProjectMinute, ProjectHour, ProjectDay, EndpointMinute, EndpointHour, EndpointDay]
COUNTS = ("requests", "client_errors", "server_errors", "request_bytes", "response_bytes")

pytestmark = pytest.mark.django_db


@pytest.fixture
def seeded(owner: User) -> int:
    return Seeder(PLAN, owner).run(UNTIL)


def seed(**options) -> str:
    output = StringIO()
    call_command("seed", requests=40, days=2, projects=2, stdout=output, **options)
    return output.getvalue()


def everything() -> list[tuple]:
    """All that was seeded, without what the database numbers."""
    rows = Request.objects.order_by("uuid").values_list(
        "uuid", "project__custom_id", "endpoint__template", "customer__uuid", "environment__name",
        "received_at", "path", "status", "load_time_ms", "response_size_bytes", "app", "country",
    )  # fmt: skip
    return list(rows)


def test_as_many_as_asked_for_within_the_time(seeded: int) -> None:
    assert seeded == Request.objects.count() == 600
    assert Project.objects.count() == 3
    inside = Request.objects.between(UNTIL - timedelta(days=3), UNTIL)
    assert inside.count() == 600


def test_run_again_it_adds_nothing_whenever_that_is(seeded: int, owner: User) -> None:
    rows = everything()
    assert Seeder(PLAN, owner).run(UNTIL + timedelta(hours=5)) == 0
    assert everything() == rows


def test_stopped_in_the_middle_it_goes_on(owner: User) -> None:
    class Stopped(Exception):
        pass

    def stop(progress) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        Seeder(PLAN, owner).run(UNTIL, report=stop)
    begun = Request.objects.count()
    assert 0 < begun < 600
    assert Seeder(PLAN, owner).run() == 600 - begun
    assert Request.objects.count() == 600
    assert ProjectDay.objects.aggregate(total=Sum("requests"))["total"] == 600


def test_the_same_seed_gives_the_same_rows(seeded: int, owner: User) -> None:
    rows = everything()
    Project.objects.all().delete()
    LedgerEntry.objects.all().delete()
    Seeder(PLAN, owner).run(UNTIL)
    assert everything() == rows


def test_another_seed_gives_others(seeded: int, owner: User) -> None:
    Seeder(Plan(requests=600, days=3, projects=3, seed=8), owner).run(UNTIL)
    assert Request.objects.count() == 1200
    assert Project.objects.count() == 6


@pytest.mark.parametrize("model", ROLLUPS)
def test_roll_ups_are_the_sum_of_the_rows(seeded: int, model) -> None:
    sums = model.objects.aggregate(**{name: Sum(name) for name in COUNTS})
    rows = Request.objects.all()
    assert sums == {
        "requests": 600,
        "client_errors": rows.filter(status__gte=400, status__lt=500).count(),
        "server_errors": rows.filter(status__gte=500).count(),
        "request_bytes": rows.aggregate(total=Sum("request_size_bytes"))["total"],
        "response_bytes": rows.aggregate(total=Sum("response_size_bytes"))["total"],
    }
    histogram = Histogram()
    for row in model.objects.all():
        histogram.merge(row.histogram())
    assert histogram == Histogram(rows.values_list("load_time_ms", flat=True))


@pytest.mark.parametrize("model", [DimensionHour, DimensionDay])
def test_each_dimension_counts_each_request_once(seeded: int, model) -> None:
    totals = model.objects.order_by().values_list("dimension").annotate(total=Sum("requests"))
    assert dict(totals) == dict.fromkeys(model.Dimension.values, 600)
    countries = model.objects.filter(dimension="country").order_by()
    by_value = countries.values_list("value").annotate(total=Sum("requests"))
    assert dict(by_value) == Counter(Request.objects.values_list("country", flat=True))


def test_nothing_points_nowhere(seeded: int) -> None:
    assert not [str(each) for each in integrity.check([Request, EndpointHour]) if each.orphans]


def test_traffic_is_lifelike(seeded: int) -> None:
    by_endpoint = Counter(Request.objects.values_list("endpoint_id", flat=True)).most_common()
    assert by_endpoint[0][1] > 4 * by_endpoint[len(by_endpoint) // 2][1]
    statuses = Counter(Request.objects.values_list("status", flat=True))
    good = sum(number for status, number in statuses.items() if status < 400)
    assert 0.85 < good / 600 < 0.99
    hours = Counter(moment.hour for moment in Request.objects.values_list("received_at", flat=True))
    assert hours[BY_HOUR.index(max(BY_HOUR))] > 3 * hours[BY_HOUR.index(min(BY_HOUR))]
    assert Endpoint.objects.filter(template__contains="{id}").exists()
    assert {"person", "bot", "ai"} <= set(Request.objects.values_list("agent_kind", flat=True))


def test_details_are_written_by_whoever_is_handed_in(owner: User) -> None:
    def write(requests) -> None:
        for number, request in enumerate(requests):
            request.details_key, request.details_offset = "details/v1/x", number

    Seeder(PLAN, owner, write_details=write).run(UNTIL)
    assert not Request.objects.exclude(details_key="details/v1/x").exists()


def test_the_command_shows_its_progress() -> None:
    shown = seed(until=UNTIL)
    assert "100%  40 of 40 requests" in shown
    assert "40 requests seeded in" in shown
    assert "nothing to do" in seed(until=UNTIL)
    assert Request.objects.count() == 40


def test_the_command_seeds_for_a_user(owner: User) -> None:
    seed(owner=owner.email)
    assert Project.objects.visible_to(owner).count() == 2
    with pytest.raises(CommandError, match="no user"):
        seed(owner="nobody@example.com")
