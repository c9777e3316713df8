"""Roll-ups kept on line and those made anew from raw rows are the same numbers."""

import math
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from io import StringIO
from random import Random
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st
from treblle_etl import purge
from treblle_etl.learning import recounting
from treblle_etl.load import endpoints, rebuilding
from treblle_etl.load.grains import GRAINS
from treblle_etl.pipeline import Pipeline
from treblle_models.corrections import heed, ignore
from treblle_models.histogram import Histogram
from treblle_models.models import (
    Customer,
    DimensionDay,
    DimensionHour,
    Endpoint,
    EndpointDay,
    EndpointHour,
    Environment,
    Project,
    ProjectHour,
    ProjectMinute,
    Request,
    Rollup,
)

Payload = Callable[..., dict[str, Any]]
AGENTS = ("curl/8.1.2", "Shop/3.1 (iPhone; iOS 17.0)", "GPTBot/1.2", "")


@pytest.fixture
def traffic(project: Project, payload: Payload, put_raw: Any, pipeline: Pipeline) -> list[Request]:
    """Two batches: several hours over two days, customers, environments, agents, errors."""
    dice = Random(7)

    def one() -> dict[str, Any]:
        hours = dice.choice([0, 0, 1, 2, 13, 14])
        at = datetime(2026, 3, 1, 12, tzinfo=UTC) - timedelta(
            hours=hours, minutes=dice.randrange(9)
        )
        return payload(
            environment=dice.choice(["production", "staging", ""]),
            customer_id=dice.choice(["ana", "Ana", "bob", ""]),
            **{
                "data.request.timestamp": at.strftime("%Y-%m-%d %H:%M:%S"),
                "data.request.route_path": dice.choice(["a", "b/{id}"]),
                "data.request.user_agent": dice.choice(AGENTS),
                "data.response.code": dice.choice([200, 200, 201, 404, 500]),
                "data.response.load_time": round(dice.lognormvariate(3, 1), 2),
            },
        )

    for _ in range(2):
        pipeline.process([put_raw(*(one() for _ in range(60)))])
    return list(Request.objects.all())


def kept() -> dict[str, dict[tuple[Any, ...], tuple[Any, ...]]]:
    """Every row of every roll-up, by its key."""
    return {
        grain.model.__name__: {
            tuple(getattr(row, name) for name in grain.names): (
                *(row.requests, row.client_errors, row.server_errors),
                *(row.request_bytes, row.response_bytes),
                *(round(row.load_time_sum_ms, 6), row.histogram().buckets),
            )
            for row in grain.model._default_manager.all()
        }
        for grain in GRAINS
    }


def test_one_declaration_is_enough_for_loading_rebuilding_and_retention() -> None:
    tables = {model for model in apps.get_models() if issubclass(model, Rollup)}
    assert {grain.model for grain in GRAINS} == tables
    assert {grain.model for grain in (*rebuilding.FINE, *rebuilding.COARSE)} == tables
    assert tables <= {*purge.MINUTES, *purge.HOURS, *purge.DAYS}


def test_every_roll_up_adds_up_to_the_rows(traffic: Sequence[Request]) -> None:
    assert len(traffic) == 120
    dimensions = len(DimensionHour.Dimension.values)
    for name, rows in kept().items():
        times = dimensions if name.startswith("Dimension") else 1
        assert sum(values[0] for values in rows.values()) == 120 * times, name


def test_dimensions_count_what_requests_have_in_common(traffic: Sequence[Request]) -> None:
    ana = Customer.objects.get(external_id="ana")
    staging = Environment.objects.get(name="staging")
    expected = {
        ("country", "HR"): 120,
        ("status", "404"): sum(r.status == 404 for r in traffic),
        ("agent_kind", "ai"): sum(r.agent_kind == "ai" for r in traffic),
        ("app", "curl"): sum(r.app == "curl" for r in traffic),
        ("os", "iOS"): sum(r.os == "iOS" for r in traffic),
        ("device", "iPhone"): sum(r.device == "iPhone" for r in traffic),
        ("customer", str(ana.uuid)): sum(r.customer_id == ana.pk for r in traffic),
        ("customer", ""): sum(r.customer_id is None for r in traffic),
        ("environment", str(staging.uuid)): sum(r.environment_id == staging.pk for r in traffic),
    }
    for model in (DimensionHour, DimensionDay):
        found = dict.fromkeys(expected, 0)
        for row in model._default_manager.all():
            if (row.dimension, row.value) in found:
                found[row.dimension, row.value] += row.requests
        assert found == expected


@pytest.mark.usefixtures("traffic")
def test_rebuilt_roll_ups_are_those_kept_on_line(project: Project) -> None:
    before = kept()
    assert len(before["ProjectDay"]) == 2
    ProjectMinute.objects.update(requests=0)
    EndpointDay.objects.all().delete()
    DimensionHour.objects.filter(dimension="status", value="404").update(value="999")
    out = StringIO()
    call_command("rebuild_rollups", project=[str(project.uuid)], stdout=out)
    assert kept() == before
    assert "120 requests in" in out.getvalue()


@pytest.mark.usefixtures("traffic")
def test_hours_whose_rows_retention_removed_stay(project: Project) -> None:
    before = kept()
    busiest = ProjectHour.objects.order_by("-requests")[0]
    Request.objects.filter(requested_at__gte=busiest.bucket).first().delete()  # type: ignore[union-attr]
    errors = StringIO()
    call_command("rebuild_rollups", stdout=StringIO(), stderr=errors)
    assert kept() == before
    assert "left as it is" in errors.getvalue()
    call_command("rebuild_rollups", force=True, stdout=StringIO(), stderr=StringIO())
    assert sum(row.requests for row in ProjectHour.objects.all()) == 119


def test_endpoint_that_is_ignored_later_counts_neither_on_line_nor_rebuilt(
    project: Project, payload: Payload, put_raw: Any, pipeline: Pipeline, traffic: list[Request]
) -> None:
    """Whoever comes first, the round that follows corrections or the command: the same numbers."""
    chosen = Endpoint.objects.get(template="/b/{id}")
    left = sum(request.endpoint_id != chosen.pk for request in traffic)
    ignore(chosen)
    errors = StringIO()
    call_command("rebuild_rollups", stdout=StringIO(), stderr=errors)
    rebuilt = kept()
    assert errors.getvalue() == ""
    assert sum(row.requests for row in ProjectHour.objects.all()) == left
    assert not EndpointDay.objects.filter(endpoint=chosen).exists()

    heed(chosen)
    assert recounting.follow(project.pk)
    assert sum(row.requests for row in ProjectHour.objects.all()) == len(traffic)
    ignore(chosen)
    assert recounting.follow(project.pk)
    assert kept() == rebuilt

    endpoints.forget()
    pipeline.process([put_raw(payload(**{"data.request.route_path": "b/{id}"}), payload())])
    on_line = kept()
    assert sum(row.requests for row in ProjectHour.objects.all()) == left + 1
    call_command("rebuild_rollups", stdout=StringIO(), stderr=errors)
    assert kept() == on_line


def test_hour_of_an_ignored_endpoint_whose_other_rows_retention_removed_stays(
    project: Project, traffic: list[Request]
) -> None:
    chosen = Endpoint.objects.get(template="/b/{id}")
    ignore(chosen)
    busiest = ProjectHour.objects.order_by("-requests")[0]
    rows = Request.objects.filter(
        requested_at__gte=busiest.bucket, requested_at__lt=busiest.bucket + timedelta(hours=1)
    )
    rows.exclude(endpoint=chosen)[0].delete()
    assert recounting.follow(project.pk)
    assert ProjectHour.objects.get(pk=busiest.pk).requests == busiest.requests
    others = EndpointHour.objects.filter(endpoint=chosen).exclude(bucket=busiest.bucket)
    assert not others.exists()


@pytest.mark.django_db
def test_unknown_project_is_told() -> None:
    with pytest.raises(CommandError, match="no project"):
        call_command("rebuild_rollups", project=["nope"], stdout=StringIO())


def test_late_event_lands_in_its_own_bucket(
    project: Project, payload: Payload, put_raw: Any, pipeline: Pipeline
) -> None:
    late = payload(**{"data.request.timestamp": "2026-02-28 23:10:30"})
    too_late = payload(**{"data.request.timestamp": "2026-02-20 10:00:00"})
    pipeline.process([put_raw(payload(), late, too_late)])
    hours = dict(ProjectHour.objects.values_list("bucket", "requests"))
    assert hours == {
        datetime(2026, 3, 1, 12, tzinfo=UTC): 2,
        datetime(2026, 2, 28, 23, tzinfo=UTC): 1,
    }
    original = Request.objects.get(claimed_requested_at__isnull=False)
    assert original.claimed_requested_at == datetime(2026, 2, 20, 10, tzinfo=UTC)


@given(
    st.lists(st.floats(0.001, 1e7), min_size=1, max_size=400),
    st.integers(1, 5),
    st.sampled_from([0.5, 0.95, 0.99]),
)
def test_percentiles_of_merged_histograms_are_within_two_per_cent(
    values: list[float], pieces: int, share: float
) -> None:
    merged = Histogram()
    for start in range(pieces):
        merged.merge(Histogram.from_bytes(Histogram(values[start::pieces]).to_bytes()))
    exact = sorted(values)[max(0, math.ceil(share * len(values)) - 1)]
    assert merged.percentile(share) == pytest.approx(exact, rel=0.02)
