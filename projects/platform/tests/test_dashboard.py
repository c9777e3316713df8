"""The dashboard's numbers are those of the roll-ups, whatever lies in the table of requests."""

import json
import re
from datetime import timedelta
from html import unescape
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from treblle_models.histogram import Histogram
from treblle_models.models import (
    Customer,
    DimensionDay,
    DimensionHour,
    EndpointHour,
    Environment,
    ProjectDay,
    ProjectHour,
    ProjectMinute,
)
from treblle_platform.dashboard.queries import dashboard
from treblle_platform.dashboard.windows import BY_KEY, DAY, HOUR, MINUTE, Window


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def busy(project, now):
    """A project of which some requests are known."""
    project.first_request_at = now - timedelta(days=40)
    project.save()
    return project


def put(model, project, bucket, load_times=(), **counts):
    histogram = Histogram(load_times)
    return model.objects.create(
        project=project,
        bucket=bucket,
        load_times=histogram.to_bytes(),
        load_time_sum_ms=sum(load_times),
        **{"requests": len(load_times)} | counts,
    )


def hour(moment):
    return moment.replace(minute=0, second=0, microsecond=0)


def figure(page, name):
    return re.search(rf'data-figure="{name}"[^>]*>([^<]*)<', page)[1]


def series(page):
    return json.loads(unescape(re.search(r'data-series="([^"]*)"', page)[1]))


def test_the_page_shows_what_the_hours_add_up_to(owner, busy, now):
    put(ProjectHour, busy, hour(now), [10.0] * 60, client_errors=6, server_errors=3)
    put(ProjectHour, busy, hour(now) - timedelta(hours=5), [100.0] * 40, client_errors=2)
    page = owner.get(f"/projects/{busy.uuid}/").content.decode()
    shown = [figure(page, name) for name in ("requests", "client-errors", "server-errors")]
    assert shown == ["100", "8", "3"]
    assert figure(page, "error-rate") == "11%"


def test_percentiles_are_of_all_hours_together_not_means_of_percentiles(busy, now):
    put(ProjectHour, busy, hour(now), [10.0] * 90)
    put(ProjectHour, busy, hour(now) - timedelta(hours=1), [1000.0] * 10)
    total = dashboard(busy, BY_KEY["24h"].window(now)).total
    assert total.p50_ms == pytest.approx(10, rel=0.01)
    assert total.p95_ms == pytest.approx(1000, rel=0.01)
    assert total.p99_ms == pytest.approx(1000, rel=0.01)


@pytest.mark.parametrize(("key", "inside_h"), [("24h", 23), ("7d", 7 * 24 - 1)])
def test_a_range_holds_its_hours_and_no_others(busy, now, key, inside_h):
    put(ProjectHour, busy, hour(now), [1.0])
    put(ProjectHour, busy, hour(now) - timedelta(hours=inside_h), [1.0] * 10)
    put(ProjectHour, busy, hour(now) - timedelta(hours=inside_h + 25), [1.0] * 100)
    found = dashboard(busy, BY_KEY[key].window(now))
    assert found.total.requests == 11
    assert sum(slot.requests for slot in found.slots) == 11


def test_the_last_hour_is_read_by_the_minute(busy, now):
    minute = now.replace(second=0, microsecond=0)
    put(ProjectMinute, busy, minute, [5.0] * 3)
    put(ProjectMinute, busy, minute - timedelta(minutes=59), [5.0] * 4)
    put(ProjectMinute, busy, minute - timedelta(minutes=60), [5.0] * 50)
    put(ProjectHour, busy, hour(now), [5.0] * 500)
    found = dashboard(busy, BY_KEY["1h"].window(now))
    assert found.total.requests == 7
    by_minute = [slot.requests for slot in found.slots]
    assert (len(by_minute), by_minute[0], by_minute[-1]) == (60, 4, 3)


def test_charts_have_a_value_a_slot_and_a_gap_where_nothing_came(owner, busy, now):
    put(ProjectHour, busy, hour(now), [10.0], server_errors=1)
    drawn = series(owner.get(f"/projects/{busy.uuid}/").content.decode())
    assert {len(values) for values in drawn.values()} == {24}
    assert drawn["at"][-1] == int(hour(now).timestamp())
    assert drawn["requests"][-2:] == [0, 1]
    assert drawn["server_errors"][-1] == 1
    assert drawn["p50"][-2] is None
    assert drawn["p50"][-1] == pytest.approx(10, rel=0.01)


def test_top_endpoints_are_those_with_most_requests(owner, busy, book, now):
    put(EndpointHour, busy, hour(now), [10.0, 30.0], endpoint=book, client_errors=1)
    put(EndpointHour, busy, hour(now) - timedelta(hours=2), [20.0] * 2, endpoint=book)
    endpoints = dashboard(busy, BY_KEY["24h"].window(now)).endpoints
    [found] = endpoints.busiest
    assert (found.requests, found.error_rate) == (4, 0.25)
    assert found.p95_ms == pytest.approx(30, rel=0.01)
    assert endpoints.slowest == [found]
    assert "/books/{id}" in owner.get(f"/projects/{busy.uuid}/").content.decode()


def test_rows_of_requests_are_no_numbers(owner, busy, add_request):
    add_request()
    assert figure(owner.get(f"/projects/{busy.uuid}/").content.decode(), "requests") == "0"


def test_other_projects_do_not_count(busy, people, now):
    other = people.owner.projects.create(name="Other")
    put(ProjectHour, other, hour(now), [1.0] * 9)
    assert dashboard(busy, BY_KEY["24h"].window(now)).total.requests == 0


def test_htmx_gets_the_numbers_without_the_frame(owner, busy):
    answer = owner.get(f"/projects/{busy.uuid}/", headers={"HX-Request": "true"})
    page = answer.content.decode()
    assert "data-figure" in page
    assert "<html" not in page
    assert "HX-Request" in answer["Vary"]


def test_a_range_nobody_knows_is_the_usual_one(owner, busy):
    answer = owner.get(f"/projects/{busy.uuid}/", {"range": "100y"})
    assert answer.context["figures"].window.key == "24h"


def test_a_project_without_requests_says_how_to_begin(owner, project):
    page = owner.get(f"/projects/{project.uuid}/").content.decode()
    assert "No numbers yet" in page
    assert "data-figure" not in page


def test_a_month_is_read_by_the_day(busy, now):
    put(ProjectDay, busy, day(now), [1.0] * 3)
    put(ProjectDay, busy, day(now) - timedelta(days=29), [1.0] * 4)
    put(ProjectDay, busy, day(now) - timedelta(days=30), [1.0] * 50)
    found = dashboard(busy, BY_KEY["30d"].window(now))
    assert (found.total.requests, found.before.requests) == (7, 50)


def test_each_number_says_what_became_of_it_since_the_period_before(owner, busy, now):
    put(ProjectHour, busy, hour(now), [10.0] * 6, server_errors=3)
    put(ProjectHour, busy, hour(now) - timedelta(hours=24), [10.0] * 4, server_errors=1)
    page = owner.get(f"/projects/{busy.uuid}/").content.decode()
    assert delta(page, "requests") == ("", "+50%")
    assert delta(page, "server-errors") == ("worse", "+200%")
    assert delta(page, "p95") == ("", "±0%")


def delta(page, name):
    found = re.search(
        rf'data-figure="{name}"[^>]*>[^<]*</a><span class="delta ([a-z]*)">([^<]*)<', page
    )
    return found[1], found[2]


def day(moment):
    return hour(moment).replace(hour=0)


def test_each_number_leads_to_the_requests_behind_it(owner, busy, book, now):
    put(ProjectHour, busy, hour(now), [10.0] * 9, server_errors=3)
    put(EndpointHour, busy, hour(now), [10.0], endpoint=book)
    put(DimensionHour, busy, hour(now), [10.0], dimension="country", value="DE")
    put(DimensionHour, busy, hour(now), [10.0], dimension="device", value="")
    page = unescape(owner.get(f"/projects/{busy.uuid}/").content.decode())
    end = (hour(now) + HOUR).strftime("%Y-%m-%dT%H:%M:%SZ").replace(":", "%3A")
    for narrowed in ("status=5xx", f"endpoint={book.uuid}", "country=DE", "device=-"):
        assert f"to={end}&{narrowed}" in page, narrowed


def test_the_parts_of_traffic_are_named(owner, busy, now):
    customer = Customer.objects.create(
        project=busy, external_id="c-1", name="Ana d.o.o.", first_seen_at=now, last_seen_at=now
    )
    values = {"country": "HR", "os": "iOS", "app": "BookApp", "customer": str(customer.uuid)}
    for dimension, value in values.items():
        put(DimensionHour, busy, hour(now), [1.0], dimension=dimension, value=value)
    for status in ("200", "404"):
        put(DimensionHour, busy, hour(now), [1.0], dimension="status", value=status)
    page = owner.get(f"/projects/{busy.uuid}/").content.decode()
    for shown in ("Croatia", "iOS", "BookApp", "Ana d.o.o.", "50% 2xx, 50% 4xx"):
        assert shown in page
    assert '<use class="heat5" href="/world.svg#HR"/>' in page


def test_an_environment_has_its_own_numbers(owner, busy, now):
    staging = Environment.objects.create(project=busy, name="staging")
    put(ProjectHour, busy, hour(now), [1.0] * 9)
    put(DimensionHour, busy, hour(now), [1.0] * 2, dimension="environment", value=str(staging.uuid))
    page = owner.get(f"/projects/{busy.uuid}/?environment=staging").content.decode()
    assert figure(page, "requests") == "2"
    assert "environment=staging" in page
    assert (
        figure(owner.get(f"/projects/{busy.uuid}/?environment=x").content.decode(), "requests")
        == "9"
    )


def test_a_month_is_broken_down_by_whole_days(busy, now):
    put(DimensionDay, busy, day(now), [1.0] * 5, dimension="country", value="DE")
    put(DimensionHour, busy, hour(now), [1.0] * 500, dimension="country", value="DE")
    found = dashboard(busy, BY_KEY["30d"].window(now)).breakdowns["country"]
    assert [(value.value, value.requests) for value in found.all] == [("DE", 5)]


@pytest.mark.parametrize(
    ("length", "ago", "slot"),
    [
        (HOUR, HOUR, MINUTE),
        (HOUR, 30 * DAY, HOUR),
        (12 * HOUR, 12 * HOUR, 5 * MINUTE),
        (3 * DAY, 3 * DAY, HOUR),
        (30 * DAY, 30 * DAY, 6 * HOUR),
        (180 * DAY, 180 * DAY, DAY),
    ],
)
def test_what_is_drawn_on_a_chart_is_shown_in_fitting_slots(now, length, ago, slot):
    window = Window.drawn(now - ago, now - ago + length, now)
    assert window.slot == slot
    assert window.start <= now - ago
    assert window.end >= now - ago + length
    assert len(window.starts) <= 181


def test_a_range_that_cannot_be_becomes_the_usual_one(owner, busy):
    for wrong in ("from=x&to=y", "from=2026-01-02&to=2026-01-01", "from=1026-01-02&to=2026-01-01"):
        page = owner.get(f"/projects/{busy.uuid}/?{wrong}").content.decode()
        assert "Requests per hour, last 24 hours" in page


def test_a_drawn_range_is_shown_in_the_zone_of_the_profile(owner, people, project, now):
    people.owner.time_zone = "Asia/Tokyo"
    people.owner.save()
    project.first_request_at = now
    project.save()
    url = f"/projects/{project.uuid}/"
    start = now - timedelta(hours=2)
    page = owner.get(url, {"from": start.isoformat(), "to": now.isoformat()}).content.decode()
    assert f"{start.astimezone(ZoneInfo('Asia/Tokyo')):%Y-%m-%d %H:%M} –" in page
    assert "JST" in page
