"""A span of raw objects read again gives the same numbers, and brings in what was lost."""

from collections.abc import Callable
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from treblle_etl import pipeline as pipelines
from treblle_etl import tasks
from treblle_etl.load.checks import forget as forget_checks
from treblle_etl.load.endpoints import forget as forget_endpoints
from treblle_etl.load.grains import GRAINS
from treblle_etl.pipeline import Pipeline
from treblle_models.models import (
    DeadLetter,
    Endpoint,
    Project,
    ProjectHour,
    Request,
    UsageMonth,
    User,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def replay(pipeline: Pipeline, settings: Any, tmp_path: Path) -> Callable[..., str]:
    settings.RAW_STORE_URL = f"file://{tmp_path}/raw"

    def command(*words: str) -> str:
        written = StringIO()
        with patch.object(pipelines, "of_this_process", lambda: pipeline):
            call_command("replay", *words, stdout=written, stderr=StringIO())
        return written.getvalue()

    return command


def numbers() -> list[Any]:
    hours = ProjectHour.objects.order_by("pk").values_list("bucket", "requests", "server_errors")
    return [Request.objects.count(), *hours, *UsageMonth.objects.values_list("requests")]


@pytest.mark.usefixtures("project")
def test_everything_again_gives_the_same_numbers(
    payload: Any, put_raw: Any, pipeline: Pipeline, replay: Any
) -> None:
    for _ in range(3):
        pipeline.process([put_raw(payload(), payload())])
    before = numbers()
    words = replay("--from", "2020-01-01", "--to", "2100-01-01")
    assert words.startswith("0 events loaded, 6 were there already")
    assert numbers() == before


def derived() -> dict[str, Any]:
    """All that comes from raw objects, by what it says rather than by the ids of its rows."""
    endpoints = Endpoint.objects.values_list("pk", "method", "template")
    names = {pk: f"{method} {template}" for pk, method, template in endpoints}
    requests = [
        (str(it.uuid), it.path, it.status, it.load_time_ms, names.get(it.endpoint_id))
        for it in Request.objects.order_by("uuid")
    ]
    rollups = {
        grain.model.__name__: sorted(
            (
                *(
                    names[getattr(row, name)] if name == "endpoint_id" else str(getattr(row, name))
                    for name in grain.names
                ),
                *(row.requests, row.client_errors, row.server_errors),
                *(row.request_bytes, row.response_bytes),
                *(round(row.load_time_sum_ms, 6), str(sorted(row.histogram().buckets.items()))),
            )
            for row in grain.model._default_manager.all()
        )
        for grain in GRAINS
    }
    return {
        "requests": requests,
        "endpoints": sorted(names.values()),
        "usage": list(UsageMonth.objects.values_list("month", "requests")),
        **rollups,
    }


@pytest.mark.usefixtures("project")
def test_an_empty_database_gets_the_same_rows_and_numbers(
    payload: Any, put_raw: Any, pipeline: Pipeline, replay: Any
) -> None:
    """Of what there was only accounts and projects are left, and the raw objects."""
    codes = [200, 201, 404, 500, 200, 503]
    for number in range(4):
        made = [
            payload(**{"data.response.code": code, "data.request.route_path": f"r{code % 3}"})
            for code in codes
        ]
        pipeline.process([put_raw(*made), put_raw(payload(**{"data.response.load_time": number}))])
    before = derived()
    assert len(before["requests"]) == 28
    assert sum(row[2] for row in before["ProjectHour"]) == 28
    for model in apps.get_app_config("treblle_models").get_models():
        if model not in (User, Project):
            model._default_manager.all().delete()
    forget_endpoints()
    forget_checks()
    assert derived()["requests"] == []
    assert replay("--from", "2020-01-01").startswith("28 events loaded, 0 were there already")
    assert derived() == before


def test_objects_never_processed_and_letters_come_in(
    payload: Any, put_raw: Any, pipeline: Pipeline, replay: Any, django_user_model: Any
) -> None:
    pipeline.process([put_raw(payload())])  # nobody has this key yet
    put_raw(payload())
    owner = django_user_model.objects.create_user("owner@shop.example", "x", api_key="K" * 32)
    Project.objects.create(user=owner, name="Shop", custom_id="P" * 16)
    assert replay("--from", "2020-01-01").startswith("2 events loaded")
    assert not DeadLetter.objects.filter(replayed_at=None).exists()


@pytest.mark.usefixtures("project")
def test_only_the_span_is_read(payload: Any, put_raw: Any, replay: Any) -> None:
    put_raw(payload())
    assert replay("--from", "2020-01-01", "--to", "2020-01-02").startswith("0 events")
    assert replay("--from", "2999-01-01", "--to", "2999-01-02").startswith("0 events")
    assert replay("--from", "2020-01-01").startswith("1 events")


@pytest.mark.parametrize(
    "words",
    [
        ("--to", "2026-01-01"),
        ("--from", "2026-01-02", "--to", "2026-01-01"),
        ("--from", "2026-01-01", "--reason", "x"),
        ("--from", "yesterday"),
    ],
)
def test_span_that_makes_no_sense_is_said(replay: Any, words: tuple[str, ...]) -> None:
    with pytest.raises(CommandError):
        replay(*words)


def test_letters_of_a_reason_are_replayed_by_an_order_from_elsewhere(
    payload: Any, put_raw: Any, pipeline: Pipeline, django_user_model: Any
) -> None:
    """What the staff page of the platform sends."""
    pipeline.process([put_raw(payload())])  # nobody has this key yet
    pipeline.process([put_raw(b"{}")])
    owner = django_user_model.objects.create_user("owner@shop.example", "x", api_key="K" * 32)
    Project.objects.create(user=owner, name="Shop", custom_id="P" * 16)
    until = datetime.now(UTC).isoformat()
    with (
        patch.object(pipelines, "of_this_process", lambda: pipeline),
        patch.object(tasks, "close_old_connections"),  # of the test's transaction
    ):
        tasks.replay_dead_letters(reason="unknown_key", until=until)
    assert Request.objects.count() == 1
    assert [each.reason for each in DeadLetter.objects.filter(replayed_at=None)] != []
    assert not DeadLetter.objects.filter(replayed_at=None, reason="unknown_key").exists()
