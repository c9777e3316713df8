"""Quality and security: scores over time, checks with why and how, threats, anomalies."""

from datetime import timedelta

import pytest
from django.utils import timezone
from treblle_models.models import (
    Anomaly,
    ApiDocument,
    EndpointCheckDay,
    EndpointCheckResult,
    EndpointDocumentScore,
    EndpointScore,
    ProjectCheckResult,
    ProjectDocumentScore,
    ProjectScore,
)
from treblle_models.seeding import vocabulary
from treblle_service.check_catalog import CATALOG, find_check


def midnight():
    return timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)


@pytest.fixture
def url(project):
    return f"/projects/{project.uuid}/quality/"


@pytest.fixture
def result(project, book):
    def add(code, outcome, **fields):
        now = timezone.now()
        usual = {"since": now, "last_seen_at": now, "stage": "run_time"}
        return EndpointCheckResult.objects.create(
            project=project, endpoint=book, code=code, outcome=outcome, **usual | fields
        )

    return add


def outcomes(client, url, query=""):
    rows = client.get(f"{url}?{query}").context["page"].rows
    return {row.check.code: row.outcome for row in rows}


def test_scores_are_drawn_over_time_and_told_as_grades(owner, project, url):
    for days_ago, value in ((7, 70.0), (0, 91.5)):
        ProjectScore.objects.create(
            project=project, bucket=midnight() - timedelta(days=days_ago), stage="run_time",
            value=value, groups={"security": 60, "design": 95.0, "unknown": 1},
        )  # fmt: skip
    scores = owner.get(url).context["scores"]
    [newest] = scores.newest
    assert (newest.grade, newest.delta) == ("A", 21.5)
    assert newest.groups == [("Design", 95.0), ("Security", 60.0)]
    assert scores.series["run_time"][-8:] == [70.0, *[None] * 6, 91.5]


def test_a_score_just_below_a_grade_does_not_show_as_that_grade(owner, project, url):
    ProjectScore.objects.create(
        project=project, bucket=midnight(), stage="run_time", value=89.97, groups={"design": 89.97}
    )
    page = owner.get(url).content.decode()
    assert 'data-grade="B"' in page
    assert "89<" in page
    assert "90<" not in page


def test_two_versions_of_one_day_stand_beside_each_other(owner, project, book, url):
    for version, value in ((1, 70.0), (2, 91.5)):
        made = ApiDocument.objects.create(
            project=project, source="upload", version=version, content={}, digest=str(version)
        )
        ProjectDocumentScore.objects.create(
            project=project, document=made, value=value, groups={"design": value},
            scored_at=midnight(),
        )  # fmt: skip
        EndpointDocumentScore.objects.create(
            project=project, document=made, endpoint=book, value=value, scored_at=midnight()
        )
    response = owner.get(url)
    versions = response.context["versions"]
    told = [(each.document.version, each.grade, each.delta) for each in versions.scores]
    assert told == [(2, "A", 21.5), (1, "C", None)]
    assert versions.scores[0].groups == [("Design", 91.5, 21.5)]
    [change] = versions.changes
    assert (change.endpoint, change.before, change.after) == (book, 70.0, 91.5)
    assert "+21.5" in response.content.decode()


@pytest.mark.parametrize(
    ("before", "words"),
    [(70.0, "+21.5 in 7 days"), (95.0, "−3.5 in 7 days"), (91.5, "±0.0 in 7 days")],
)
def test_a_score_says_what_changed_with_a_sign(owner, project, url, before, words):
    for days_ago, value in ((7, before), (0, 91.5)):
        ProjectScore.objects.create(
            project=project, bucket=midnight() - timedelta(days=days_ago), stage="run_time",
            value=value, groups={},
        )  # fmt: skip
    assert words in owner.get(url).content.decode()


def test_a_check_fails_where_one_endpoint_does_and_what_fails_is_first(owner, url, result):
    result("load-time", "fail")
    result("mime-sniffing", "warning")
    result("http2", "pass")
    rows = owner.get(url).context["page"].rows
    assert [row.check.code for row in rows[:3]] == ["load-time", "mime-sniffing", "http2"]
    assert outcomes(owner, url, "outcome=fail") == {"load-time": "fail"}
    assert set(outcomes(owner, url, "q=mime")) == {"mime-sniffing"}
    assert all(CATALOG[c].group == "threat" for c in outcomes(owner, url, "group=threat"))


def test_the_project_s_own_result_goes_before_those_of_endpoints(owner, project, url, result):
    result("load-time", "fail")
    ProjectCheckResult.objects.create(
        project=project, code="load-time", stage="run_time", outcome="pass",
        since=midnight(), last_seen_at=midnight(),
    )  # fmt: skip
    assert outcomes(owner, url, "q=load-time")["load-time"] == "pass"


def test_a_check_says_why_how_to_mend_it_and_where(owner, url, result):
    result("load-time", "fail", evidence="`p95` is > 2 s")
    page = owner.get(f"{url}checks/load-time/").content.decode()
    assert "Why it matters" in page
    assert "How to mend it" in page
    assert "<code>p95</code> is &gt; 2 s" in page
    assert "/books/{id}" in page


def test_switched_off_it_fails_nowhere_and_on_again_it_does(owner, project, url, book, result):
    result("load-time", "fail")
    owner.post(f"{url}checks/load-time/switch/", {"on": "no"})
    project.refresh_from_db()
    assert project.disabled_checks == ["load-time"]
    assert outcomes(owner, url, "q=load-time")["load-time"] == "off"
    endpoint = f"/projects/{project.uuid}/endpoints/{book.uuid}/"
    assert not owner.get(endpoint).context["checks"]
    owner.post(f"{url}checks/load-time/switch/", {"on": "yes"})
    assert outcomes(owner, url, "q=load-time")["load-time"] == "fail"


def test_a_check_nobody_knows_is_not_there(owner, url):
    assert owner.get(f"{url}checks/nothing/").status_code == 404
    assert owner.post(f"{url}checks/nothing/switch/", {"on": "no"}).status_code == 404


def test_the_lowest_scores_are_those_of_the_newest_day(owner, project, url, book):
    for days_ago, value in ((1, 10.0), (0, 66.0)):
        EndpointScore.objects.create(
            project=project, endpoint=book, bucket=midnight() - timedelta(days=days_ago),
            stage="run_time", value=value,
        )  # fmt: skip
    assert [score.value for score in owner.get(url).context["worst"]] == [66.0]


def test_seeded_checks_are_checks_of_the_catalogue():
    seeded = [*vocabulary.PROJECT_CHECKS, *vocabulary.ENDPOINT_CHECKS, *vocabulary.THREATS]
    assert [code for code, *_ in seeded if find_check(code) is None] == []


@pytest.fixture
def security(project):
    return f"/projects/{project.uuid}/security/"


def test_threats_are_counted_by_kind_worst_first(owner, project, security, book):
    for code, failed in (("accept-header", 90), ("sql-injection", 4), ("load-time", 50)):
        EndpointCheckDay.objects.create(
            project=project, endpoint=book, bucket=midnight(), code=code, passed=1, failed=failed
        )
    view = owner.get(security).context["view"]
    assert [(row.check.code, row.requests) for row in view.threats] == [
        ("sql-injection", 4), ("accept-header", 90),
    ]  # fmt: skip
    assert view.series["high"][-1] == 4
    assert view.threat_requests == 94


def test_anomalies_are_listed_and_lead_to_the_requests_of_their_time(
    owner, project, security, book
):
    begun = timezone.now() - timedelta(hours=2)
    for kind, ended in (("spike", begun + timedelta(hours=1)), ("attack", None)):
        Anomaly.objects.create(
            project=project, endpoint=book, kind=kind, severity="high", started_at=begun,
            ended_at=ended, observed=300, expected=20.5, evidence="<203.0.113.9>",
        )  # fmt: skip

    def kinds(query=""):
        return {a.kind for a in owner.get(f"{security}anomalies/?{query}").context["page"].rows}

    assert kinds() == {"spike", "attack"}
    assert kinds("kind=attack") == {"attack"}
    assert kinds("ended=over") == {"spike"}
    assert kinds("severity=low") == set()
    page = owner.get(f"{security}anomalies/").content.decode()
    assert f"/requests/?endpoint={book.uuid}&amp;from=" in page
    assert "&lt;203.0.113.9&gt;" in page
    view = owner.get(security).context["view"]
    assert (view.going_on, view.attacks, view.in_days) == (1, 1, 2)


def test_security_checks_that_do_not_pass_are_on_the_page_of_security(owner, security, result):
    result("mime-sniffing", "fail")
    result("load-time", "fail")
    failing = owner.get(security).context["view"].failing
    assert [row.check.code for row in failing] == ["mime-sniffing"]
