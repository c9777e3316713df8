"""What checks found is counted by endpoint and day, and kept once an endpoint."""

from collections.abc import Callable
from typing import Any

import pytest
from treblle_etl.load import checks
from treblle_etl.pipeline import Pipeline
from treblle_models.identity import uuid7
from treblle_models.models import (
    EndpointCheckDay,
    EndpointCheckResult,
    Project,
    ProjectCheckResult,
    Request,
)
from treblle_service import details
from treblle_service.store import ObjectStore

Payload = Callable[..., dict[str, Any]]
PutRaw = Callable[..., str]
Load = Callable[..., None]


@pytest.fixture
def load(
    pipeline: Pipeline, put_raw: PutRaw, django_capture_on_commit_callbacks: Any
) -> Callable[..., None]:
    def run(*payloads: dict[str, Any], **options: Any) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            pipeline.process([put_raw(*payloads, **options)])

    return run


def counts(code: str) -> list[tuple[int, int]]:
    return list(EndpointCheckDay.objects.filter(code=code).values_list("passed", "failed"))


def test_request_tells_level_regulations_and_what_failed(
    project: Project, payload: Payload, load: Load, details_store: ObjectStore
) -> None:
    load(payload(**{"data.request.query": {"q": "' OR 1=1 --"}}))
    request = Request.objects.get()
    assert request.threat_level == Request.ThreatLevel.HIGH
    assert request.regulations == ""
    place = details.Place(request.details_key, request.details_offset, request.details_length)
    failed = dict(details.read(details_store, place)["checks"])
    assert failed["sql-injection"] == "in path, query or body"
    assert "client-error-4xx" not in failed
    assert request.failed_check_count == len(failed)


def test_outcomes_are_counted_by_endpoint_and_day(
    project: Project, payload: Payload, load: Load
) -> None:
    slow = payload(**{"data.response.load_time": 900})
    load(payload(), slow, slow)
    load(slow, payload(**{"data.response.code": 422}))
    assert counts("requests") == [(5, 0)]
    assert counts("load-time") == [(0, 3)]
    assert counts("client-error-4xx") == [(0, 1)]
    assert counts("answers") == [(4, 0)]


def test_events_that_come_again_are_counted_once(
    project: Project, payload: Payload, load: Load, put_raw: PutRaw, pipeline: Pipeline
) -> None:
    ids = [uuid7()]
    load(payload(), ids=ids)
    load(payload(), ids=ids)
    key = put_raw(payload())
    pipeline.process([key])
    pipeline.process([key])
    assert counts("requests") == [(2, 0)]


def test_failed_check_is_kept_once_with_first_and_last_sight(
    project: Project, payload: Payload, load: Load
) -> None:
    first, last = uuid7(), uuid7()
    load(payload(**{"data.request.timestamp": "2026-03-01 11:00:00"}), ids=[first])
    checks.forget()
    load(payload(**{"data.request.timestamp": "2026-03-01 11:30:00"}), ids=[last])
    checks.forget()
    load(payload(**{"data.request.timestamp": "2026-03-01 11:15:00"}))
    for model in (EndpointCheckResult, ProjectCheckResult):
        result = model.objects.get(code="mime-sniffing")
        assert (result.outcome, result.stage) == ("fail", "run_time")
        assert (result.since.hour, result.since.minute) == (11, 0)
        assert (result.last_seen_at.hour, result.last_seen_at.minute) == (11, 30)
        assert result.request_uuid == last
        assert result.evidence == "no `X-Content-Type-Options: nosniff`"


def test_check_that_had_passed_warns_when_it_fails_anew(
    project: Project, payload: Payload, load: Load
) -> None:
    load(payload(**{"data.request.timestamp": "2026-03-01 11:00:00"}))
    EndpointCheckResult.objects.update(outcome="pass")
    checks.forget()
    load(payload(**{"data.request.timestamp": "2026-03-01 11:30:00"}))
    result = EndpointCheckResult.objects.get(code="mime-sniffing")
    assert result.outcome == "warning"
    assert (result.since.hour, result.since.minute) == (11, 30)


def test_result_is_not_written_for_each_request(
    project: Project, payload: Payload, load: Load
) -> None:
    load(payload(**{"data.request.timestamp": "2026-03-01 11:00:00"}))
    EndpointCheckResult.objects.update(evidence="as it was")
    load(payload(**{"data.request.timestamp": "2026-03-01 11:30:00"}))
    assert set(EndpointCheckResult.objects.values_list("evidence", flat=True)) == {"as it was"}


def test_switched_off_checks_are_neither_counted_nor_kept(
    project: Project, payload: Payload, load: Load
) -> None:
    project.disabled_checks = ["mime-sniffing"]
    project.save()
    load(payload())
    assert counts("mime-sniffing") == []
    assert not EndpointCheckResult.objects.filter(code="mime-sniffing").exists()
    assert not ProjectCheckResult.objects.filter(code="mime-sniffing").exists()


def test_request_of_no_endpoint_counts_for_the_project_alone(
    project: Project, payload: Payload, load: Load
) -> None:
    load(payload(**{"data.response.code": 404, "data.request.route_path": None}))
    assert not EndpointCheckDay.objects.exists()
    assert not EndpointCheckResult.objects.exists()
    assert ProjectCheckResult.objects.filter(code="problem-details").exists()
