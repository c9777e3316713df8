"""Scores of projects and endpoints, from counts of seven days and from documents."""

from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from treblle_etl.quality import rounds
from treblle_etl.quality.scores import score_project
from treblle_models.models import (
    ApiDocument,
    Endpoint,
    EndpointCheckDay,
    EndpointCheckResult,
    EndpointDay,
    EndpointDocumentScore,
    EndpointScore,
    Project,
    ProjectCheckResult,
    ProjectDocumentScore,
    ProjectHour,
    ProjectScore,
    Request,
)

from projects.etl_worker.tests.transform.checks.document_examples import EXAMPLES, GOOD, document

NOW = datetime(2026, 3, 10, 12, 30, tzinfo=UTC)
TODAY = datetime(2026, 3, 10, tzinfo=UTC)


def endpoint(project: Project, template: str = "/v1/orders/{id}", **fields: Any) -> Endpoint:
    return Endpoint.objects.create(
        **{
            "project": project,
            "method": "GET",
            "template": template,
            "template_digest": template,
            "source": "traffic",
            "first_seen_at": NOW - timedelta(days=10),
            **fields,
        }
    )


def count(one: Endpoint, requests: int, days_ago: int = 0, **failed: int) -> None:
    """Requests of one day that were looked at, and how many failed: `count(e, 100, hsts=3)`."""
    bucket = TODAY - timedelta(days=days_ago)
    rows = [("requests", requests, 0), ("answers", requests, 0)]
    rows += [(code.replace("_", "-"), 0, number) for code, number in failed.items()]
    EndpointCheckDay.objects.bulk_create(
        EndpointCheckDay(
            project=one.project, endpoint=one, bucket=bucket, code=code, passed=p, failed=f
        )
        for code, p, f in rows
    )


def call(project: Project, loaded_at: datetime) -> None:
    times = dict.fromkeys(("received_at", "requested_at", "loaded_at"), loaded_at)
    Request.objects.create(
        project=project, method="GET", host="shop.example", path="/", status=200, **times
    )


def upload(project: Project, content: dict[str, Any], version: int = 1) -> ApiDocument:
    return ApiDocument.objects.create(
        project=project, source="upload", version=version, content=content, digest=str(version)
    )


def outcome(one: Endpoint, code: str, stage: str = "run_time") -> tuple[str, float | None]:
    result = EndpointCheckResult.objects.get(endpoint=one, code=code, stage=stage)
    return result.outcome, result.value


def test_outcome_is_the_share_of_seven_days(project: Project) -> None:
    one = endpoint(project)
    count(one, 60, mime_sniffing=1)
    count(one, 40, days_ago=6, load_time=30)
    count(one, 1000, days_ago=7, load_time=1000, server_error_500=1000)
    score_project(project, NOW)
    assert outcome(one, "mime-sniffing") == ("warning", 0.01)
    assert outcome(one, "load-time") == ("fail", 0.3)
    assert outcome(one, "server-error-500") == ("pass", 0.0)
    assert not EndpointCheckResult.objects.filter(code="pagination").exists()


def test_scores_are_kept_a_day_and_stage(project: Project) -> None:
    one = endpoint(project)
    count(one, 100)
    first = score_project(project, NOW)
    assert first.run_time is not None
    assert first.run_time.value == 100
    count(one, 100, days_ago=1, secure_connection=100)
    score_project(project, NOW)
    score = ProjectScore.objects.get(project=project)
    assert (score.bucket, score.stage, score.document_version) == (TODAY, "run_time", None)
    assert score.value < 95
    assert score.groups["security"] < score.groups["run_time"] == 100
    of_endpoint = EndpointScore.objects.get(endpoint=one)
    assert of_endpoint.value == score.value
    score_project(project, NOW + timedelta(days=1))
    assert ProjectScore.objects.count() == 2


def test_scoring_again_changes_nothing(project: Project) -> None:
    count(endpoint(project), 100, mime_sniffing=100, client_error_404=50)
    upload(project, document(EXAMPLES["hsts"][1]))
    models = (
        EndpointCheckResult, ProjectCheckResult, EndpointScore, ProjectScore,
        EndpointDocumentScore, ProjectDocumentScore,
    )  # fmt: skip
    score_project(project, NOW)
    before = [list(model.objects.order_by("pk").values()) for model in models]
    score_project(project, NOW)
    assert [list(model.objects.order_by("pk").values()) for model in models] == before


def test_scores_are_worked_out_before_the_loader_has_to_wait(project: Project) -> None:
    count(endpoint(project), 100, mime_sniffing=100)
    upload(project, document(EXAMPLES["hsts"][1]))
    upload(project, GOOD, version=2)
    with CaptureQueriesContext(connection) as queries:
        score_project(project, NOW)
    statements = [query["sql"] for query in queries]
    begun = next(n for n, sql in enumerate(statements) if sql.startswith("SAVEPOINT"))
    worked_out_from = ("api_documents", "endpoint_check_days")
    assert any(name in sql for name in worked_out_from for sql in statements[:begun])
    assert not any(name in sql for name in worked_out_from for sql in statements[begun:])


def test_since_tells_when_a_check_began_to_pass_or_fail(project: Project) -> None:
    one = endpoint(project)
    count(one, 100)
    score_project(project, NOW)
    count(one, 100, days_ago=1, mime_sniffing=3)
    later = NOW + timedelta(hours=1)
    score_project(project, later)
    count(one, 100, days_ago=2, mime_sniffing=90)
    score_project(project, later + timedelta(hours=1))
    result = EndpointCheckResult.objects.get(code="mime-sniffing")
    assert (result.outcome, result.since) == ("fail", later)
    assert EndpointCheckResult.objects.get(code="load-time").since == NOW


def test_sight_of_the_loader_stays_while_a_check_fails(project: Project) -> None:
    one = endpoint(project)
    count(one, 100, mime_sniffing=100)
    at = NOW - timedelta(minutes=5)
    EndpointCheckResult.objects.create(
        project=project,
        endpoint=one,
        code="mime-sniffing",
        stage="run_time",
        outcome="fail",
        evidence="no header",
        request_uuid="01890a5d-ac96-774b-bcce-b302099a8057",
        since=at,
        last_seen_at=at,
    )
    score_project(project, NOW)
    result = EndpointCheckResult.objects.get(code="mime-sniffing")
    assert (result.evidence, result.last_seen_at, result.value) == ("no header", at, 1.0)
    assert result.request_uuid is not None


def test_switched_off_checks_count_nowhere(project: Project) -> None:
    one = endpoint(project)
    count(one, 100, secure_connection=100)
    upload(project, document(EXAMPLES["secure-urls"][1]))
    score_project(project, NOW)
    assert outcome(one, "secure-connection")[0] == "fail"
    project.disabled_checks = ["secure-connection", "secure-urls"]
    scores = score_project(project, NOW)
    assert scores.run_time is not None
    assert scores.run_time.value == 100
    assert scores.design_time is not None
    assert scores.design_time.value == 100
    for model in (EndpointCheckResult, ProjectCheckResult):
        assert not model.objects.filter(code__in=project.disabled_checks).exists()


def test_endpoints_that_count_nowhere_are_left_out(project: Project) -> None:
    good = endpoint(project)
    count(good, 10)
    count(endpoint(project, "/ignored", is_ignored=True), 10, load_time=10)
    count(endpoint(project, "/merged", merged_into=good), 10, load_time=10)
    scores = score_project(project, NOW)
    assert scores.endpoints == 1
    assert scores.run_time is not None
    assert scores.run_time.value == 100


def test_results_of_endpoints_without_traffic_go_away(project: Project) -> None:
    one = endpoint(project)
    count(one, 10)
    score_project(project, NOW)
    scores = score_project(project, NOW + timedelta(days=8))
    assert scores.run_time is None
    assert not EndpointCheckResult.objects.exists()
    assert EndpointScore.objects.filter(endpoint=one).count() == 1


def test_design_time_score_goes_by_the_newest_upload(project: Project) -> None:
    ApiDocument.objects.create(project=project, source="traffic", version=9, content={}, digest="x")
    upload(project, document(EXAMPLES["global-security"][1]))
    worse = score_project(project, NOW).design_time
    upload(project, GOOD, version=2)
    better = score_project(project, NOW).design_time
    assert worse is not None
    assert better is not None
    assert worse.value < better.value == 100
    assert set(better.groups) == {"ai_ready", "design", "performance", "security"}
    score = ProjectScore.objects.get(stage="design_time")
    assert (score.value, score.document_version) == (100, 2)


def test_two_versions_of_one_day_keep_a_score_each(project: Project) -> None:
    one = endpoint(project, "/v1/orders/{order_id}/")
    worse = upload(project, document(EXAMPLES["operation-descriptions"][1]))
    score_project(project, NOW)
    better = upload(project, GOOD, version=2)
    score_project(project, NOW)
    values = dict(ProjectDocumentScore.objects.values_list("document_id", "value"))
    assert values[worse.pk] < values[better.pk] == 100
    scores = EndpointDocumentScore.objects.filter(endpoint=one)
    assert dict(scores.values_list("document_id", "value"))[worse.pk] < 100
    assert scores.get(document=better).value == 100


def test_a_version_that_was_replaced_before_its_turn_has_a_score(project: Project) -> None:
    first, second, third = (upload(project, GOOD, version=n) for n in (1, 2, 3))
    made = ApiDocument.objects.create(
        project=project, source="traffic", version=3, content=GOOD, digest="t"
    )
    assert rounds.to_score_now(made.created_at) == [project.pk]
    score_project(project, NOW)
    scored = set(ProjectDocumentScore.objects.values_list("document_id", flat=True))
    assert scored == {first.pk, second.pk, third.pk, made.pk}
    assert rounds.to_score_now(made.created_at) == []


def test_two_versions_are_compared_by_the_same_checks(project: Project) -> None:
    """A check switched off between them counts for neither."""
    before = upload(project, document(EXAMPLES["operation-descriptions"][1]))
    score_project(project, NOW)
    project.disabled_checks = ["operation-descriptions"]
    project.save()
    after = upload(project, GOOD, version=2)
    score_project(project, NOW)
    values = dict(ProjectDocumentScore.objects.values_list("document_id", "value"))
    assert values == {before.pk: 100, after.pk: 100}


def test_plain_traffic_shows_nothing_of_hsts(project: Project) -> None:
    """It passes where encrypted answers carried the header, not where there were none."""
    one = endpoint(project)
    count(one, 100)
    upload(project, document(EXAMPLES["hsts"][1]))
    score_project(project, NOW)
    hsts = ProjectCheckResult.objects.filter(code="hsts", stage="design_time")
    assert hsts.get().outcome == "fail"
    assert not EndpointCheckResult.objects.filter(code="force-secure-connection").exists()
    EndpointCheckDay.objects.create(
        project=project, endpoint=one, bucket=TODAY, code="encrypted", passed=100
    )
    score_project(project, NOW)
    assert hsts.get().outcome == "pass"
    assert outcome(one, "force-secure-connection") == ("pass", 0.0)


def test_operations_are_told_at_their_endpoint(project: Project) -> None:
    one = endpoint(project, "/v1/orders/{order_id}/")
    upload(project, document(EXAMPLES["operation-descriptions"][1]))
    score_project(project, NOW)
    assert outcome(one, "operation-descriptions", "design_time") == ("fail", 1.0)
    assert outcome(one, "operation-id", "design_time") == ("pass", 0.0)
    whole = ProjectCheckResult.objects.get(code="operation-descriptions")
    assert whole.value == 0.5
    assert whole.evidence.startswith("1 of 2 operations; ")
    assert EndpointScore.objects.get(endpoint=one).document_version == 1


def test_undocumented_and_zombie_endpoints_are_found(project: Project) -> None:
    upload(project, document(lambda d: d["paths"]["/orders/{id}"]["get"].update(deprecated=True)))
    deprecated = endpoint(project, "/v1/orders/{id}")
    shadow = endpoint(project, "/v1/debug")
    old = endpoint(project, "/v1/old", first_seen_at=NOW - timedelta(days=200))
    busy = endpoint(project, "/v1/busy", first_seen_at=NOW - timedelta(days=200))
    for one in (deprecated, shadow, old, busy):
        count(one, 10)
    for days in range(5):
        day = NOW.replace(hour=0) - timedelta(days=days)
        EndpointDay.objects.create(project=project, endpoint=busy, bucket=day, requests=1)
    score_project(project, NOW)
    assert outcome(busy, "zombie-endpoint")[0] == "pass"
    assert outcome(deprecated, "zombie-endpoint")[0] == "fail"
    assert outcome(deprecated, "undocumented-endpoint")[0] == "pass"
    assert outcome(shadow, "undocumented-endpoint")[0] == "fail"
    assert outcome(old, "zombie-endpoint")[0] == "fail"
    whole = ProjectCheckResult.objects.get(code="undocumented-endpoint")
    assert whole.evidence == "3 of 4 endpoints"


def test_rounds_find_who_is_due(project: Project) -> None:
    assert rounds.to_score(NOW) == rounds.to_score_now(NOW) == rounds.to_watch(NOW) == []
    ProjectHour.objects.create(project=project, bucket=NOW - timedelta(hours=30), requests=1)
    assert rounds.to_score(NOW) == [project.pk]
    assert rounds.to_watch(NOW) == []
    made = upload(project, GOOD)
    ApiDocument.objects.update(created_at=NOW)
    assert rounds.to_score_now(NOW) == [project.pk]
    score_project(project, NOW)
    assert rounds.to_score_now(NOW) == []
    made.delete()
    Project.objects.update(first_request_at=NOW - timedelta(minutes=9))
    assert rounds.to_score_now(NOW) == []
    call(project, loaded_at=NOW - timedelta(minutes=4))
    assert rounds.to_score_now(NOW) == [project.pk]
    assert rounds.to_score_now(NOW + timedelta(minutes=2)) == []


def test_one_project_that_fails_keeps_no_other_from_its_turn(
    project: Project, caplog: pytest.LogCaptureFixture
) -> None:
    other = Project.objects.create(user=project.user, name="Other")
    done: list[str] = []

    def work(one: Project) -> None:
        if one == project:
            raise ValueError("broken")
        done.append(one.name)

    rounds.each([project.pk, other.pk], work)
    assert done == ["Other"]
    assert str(project.uuid) in caplog.text


def test_command_prints_scores_and_what_to_mend(project: Project) -> None:
    count(endpoint(project), 100, mime_sniffing=50)
    upload(project, document(EXAMPLES["global-security"][1]))
    out = StringIO()
    call_command("score", project.custom_id, stdout=out)
    text = out.getvalue()
    assert "Design time, upload 1: " in text
    assert "Global Security Field Is Defined (global-security)" in text
    with pytest.raises(CommandError, match="there is no project nobody"):
        call_command("score", "nobody")
