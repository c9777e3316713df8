"""Alert rules over roll-ups: they open, stay without flapping, close, and keep quiet hours."""

from datetime import UTC, datetime, time, timedelta
from uuid import UUID

import pytest
from treblle_etl.alerts import evaluation, searches
from treblle_etl.alerts.judging import Verdict, judge
from treblle_etl.alerts.quiet_hours import sent_from
from treblle_models.histogram import Histogram
from treblle_models.models import (
    Alert,
    AlertChannel,
    AlertDelivery,
    AlertRule,
    AlertRuleChannel,
    ApiChange,
    ApiDocument,
    DimensionHour,
    Endpoint,
    EndpointMinute,
    Problem,
    Project,
    ProjectHour,
    ProjectMinute,
    ProjectScore,
    SavedSearch,
    User,
)

NOW = datetime(2026, 3, 10, 12, 0, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def sent(monkeypatch):
    """Names and arguments of tasks handed on."""
    found = []

    def send_task(name, kwargs=None, **_):
        found.append((name, kwargs or {}))

    monkeypatch.setattr("celery.current_app.send_task", send_task)
    return found


@pytest.fixture
def project(db):
    owner = User.objects.create_user("owner@example.com")
    began = NOW - timedelta(days=30)
    return Project.objects.create(user=owner, name="Bookshop API", first_request_at=began)


@pytest.fixture
def channel(project):
    return AlertChannel.objects.create(project=project, kind="email", target="owner@example.com")


@pytest.fixture
def make_rule(project, channel):
    def make(metric="error_rate", **fields):
        rule = AlertRule.objects.create(
            **{
                "project": project,
                "metric": metric,
                "name": metric,
                "threshold": 0.05,
                "hysteresis": 0.005,
                "window_minutes": 5,
                "evaluated_at": NOW - timedelta(hours=1),
            }
            | fields
        )
        AlertRuleChannel.objects.create(rule=rule, channel=channel)
        return rule

    return make


@pytest.fixture
def minute(project):
    """A minute of traffic before `at`."""

    def add(at, requests, errors=0, load_time_ms=100.0):
        ProjectMinute.objects.create(
            project=project,
            bucket=at.replace(second=0) - MINUTE,
            requests=requests,
            server_errors=errors,
            load_times=Histogram([load_time_ms] * requests).to_bytes(),
        )

    return add


@pytest.fixture
def evaluate(sent, django_capture_on_commit_callbacks):
    def run(at):
        with django_capture_on_commit_callbacks(execute=True):
            return evaluation.evaluate(at)

    return run


def test_too_many_errors_open_an_alert_that_is_sent(make_rule, minute, evaluate, sent, channel):
    rule = make_rule()
    minute(NOW, 200, errors=25)
    evaluate(NOW)
    alert = Alert.objects.get(rule=rule)
    assert alert.message == "12.5% of 200 requests failed in the last 5 minutes; the limit is 5%."
    assert alert.value == 0.125
    delivery = AlertDelivery.objects.get(alert=alert)
    assert (delivery.channel, delivery.event, delivery.status) == (channel, "opened", "pending")
    assert sent == [("treblle_platform.deliver_alert", {"delivery": str(delivery.uuid)})]


def test_an_alert_that_stays_is_told_once(make_rule, minute, evaluate, sent):
    make_rule()
    for number in range(10):
        minute(NOW + number * MINUTE, 100, errors=20)
        evaluate(NOW + number * MINUTE)
    assert Alert.objects.count() == 1
    assert len({arguments["delivery"] for _, arguments in sent}) == 1


def test_what_swings_around_the_limit_is_one_alert(make_rule, minute, evaluate):
    """Just below the limit is not good yet; good for less than a window is not yet over."""
    rule = make_rule(window_minutes=1)
    for number in range(20):
        minute(NOW + number * MINUTE, 1000, errors=52 if number % 2 else 48)
        evaluate(NOW + number * MINUTE)
    assert Alert.objects.filter(rule=rule).count() == 1
    assert Alert.objects.get(rule=rule).closed_at is None


def test_an_alert_closes_and_says_so_once_all_is_well(make_rule, minute, evaluate, sent):
    make_rule()
    minute(NOW, 100, errors=20)
    evaluate(NOW)
    later = NOW + timedelta(minutes=6)
    minute(later, 100)
    evaluate(later)
    alert = Alert.objects.get()
    assert alert.closed_at == later
    assert [d.event for d in alert.deliveries.order_by("pk")] == ["opened", "closed"]
    evaluate(later + MINUTE)
    assert Alert.objects.count() == 1


def test_few_requests_say_nothing(make_rule, minute, evaluate):
    make_rule(min_requests=50)
    minute(NOW, 49, errors=49)
    evaluate(NOW)
    assert not Alert.objects.exists()


def test_no_requests_neither_open_nor_close(make_rule, minute, evaluate):
    make_rule()
    minute(NOW, 100, errors=100)
    evaluate(NOW)
    evaluate(NOW + timedelta(hours=2))
    assert Alert.objects.get().closed_at is None


def test_slow_answers(make_rule, minute, evaluate):
    make_rule("p95_ms", threshold=500, hysteresis=50)
    minute(NOW, 100, load_time_ms=1300)
    evaluate(NOW)
    message = Alert.objects.get().message
    assert message.startswith("The slowest 5% of 100 requests took 1.")
    assert message.endswith("or more in the last 5 minutes; the limit is 500 ms.")


@pytest.fixture
def usual(project):
    """600 requests an hour at this hour, on each of the last seven days."""
    for day in range(1, 8):
        ProjectHour.objects.create(
            project=project,
            bucket=NOW.replace(hour=11, minute=0, second=0) - timedelta(days=day),
            requests=600,
        )


@pytest.mark.parametrize(
    ("metric", "threshold", "requests", "words"),
    [
        ("spike", 3, 400, "400 requests in the last 10 minutes: 4.0 times as many as is usual"),
        ("drop", 0.3, 10, "10 requests in the last 10 minutes: 10% of what is usual"),
    ],
)
def test_traffic_unlike_the_last_week(
    make_rule, minute, usual, evaluate, metric, threshold, requests, words
):
    make_rule(metric, threshold=threshold, window_minutes=10)
    minute(NOW, requests)
    evaluate(NOW)
    assert Alert.objects.get().message.startswith(words)


@pytest.mark.parametrize(("metric", "threshold"), [("spike", 3), ("drop", 0.3)])
def test_traffic_as_usual_opens_nothing(make_rule, minute, usual, evaluate, metric, threshold):
    make_rule(metric, threshold=threshold, window_minutes=10)
    minute(NOW, 110)
    evaluate(NOW)
    assert not Alert.objects.exists()


def test_a_young_project_has_no_usual(make_rule, minute, evaluate, project):
    project.first_request_at = NOW - timedelta(hours=20)
    project.save()
    make_rule("spike", threshold=3)
    minute(NOW, 5000)
    evaluate(NOW)
    assert not Alert.objects.exists()


def endpoint_of(project, template="/books/{id}", **fields):
    return Endpoint.objects.create(
        project=project,
        method="GET",
        template=template,
        template_digest=template.ljust(64, "0")[:64],
        source="traffic",
        first_seen_at=NOW,
        **fields,
    )


def test_one_endpoint_alone_is_watched(make_rule, minute, evaluate, project):
    slow = endpoint_of(project)
    make_rule(endpoint=slow)
    minute(NOW, 1000)
    EndpointMinute.objects.create(
        project=project,
        endpoint=slow,
        bucket=NOW.replace(second=0) - MINUTE,
        requests=10,
        server_errors=5,
    )
    evaluate(NOW)
    alert = Alert.objects.get()
    assert alert.message.startswith("50.0% of 10 requests to GET /books/{id} failed")
    assert alert.link == (
        f"/projects/{project.uuid}/requests/?from=2026-03-10T11:55:30Z&to=2026-03-10T12:00:30Z"
        f"&status=4xx,5xx&endpoint={slow.uuid}"
    )


def test_one_environment_alone_is_watched_by_the_hour(make_rule, evaluate, project):
    staging = project.environments.create(name="staging")
    make_rule(environment=staging, window_minutes=60)
    DimensionHour.objects.create(
        project=project,
        dimension="environment",
        value=str(staging.uuid),
        bucket=NOW.replace(hour=11, minute=0, second=0),
        requests=10,
        server_errors=5,
    )
    evaluate(NOW)
    assert "10 requests in staging failed in the last hour" in Alert.objects.get().message


def test_news_is_told_once_and_over_at_once(make_rule, evaluate, project):
    rule = make_rule("new_endpoint", threshold=None)
    made = endpoint_of(project)
    Endpoint.objects.filter(pk=made.pk).update(created_at=NOW - MINUTE)
    evaluate(NOW)
    evaluate(NOW + timedelta(minutes=6))
    alert = Alert.objects.get(rule=rule)
    assert alert.message == "A new endpoint: GET /books/{id}."
    assert alert.closed_at == alert.opened_at
    assert [d.event for d in alert.deliveries.all()] == ["opened"]


def test_news_within_a_window_comes_together(make_rule, evaluate, project):
    make_rule("new_endpoint", threshold=None, window_minutes=15, evaluated_at=NOW)
    for number in range(8):
        at = NOW + number * MINUTE
        made = endpoint_of(project, f"/n{number}")
        Endpoint.objects.filter(pk=made.pk).update(created_at=at + timedelta(seconds=1))
        evaluate(at + timedelta(seconds=2))
    evaluate(NOW + timedelta(minutes=15))
    assert Alert.objects.get().message == (
        "8 new endpoints: GET /n0; GET /n1; GET /n2; GET /n3; GET /n4 and 3 more."
    )


def test_a_new_problem_and_one_that_came_back(make_rule, evaluate, project):
    make_rule("new_problem", threshold=None)
    for number, fields in enumerate(
        ({"status": 500}, {"status": 503, "regressed_at": NOW - MINUTE})
    ):
        made = Problem.objects.create(
            project=project,
            fingerprint=str(number) * 64,
            kind="server_error",
            first_seen_at=NOW,
            last_seen_at=NOW,
            error_type="KeyError",
            **fields,
        )
        at = NOW - MINUTE if number == 0 else NOW - timedelta(days=3)
        Problem.objects.filter(pk=made.pk).update(created_at=at)
    evaluate(NOW)
    assert Alert.objects.get().message == "2 new problems: 503 KeyError; 500 KeyError."


def test_a_breaking_change(make_rule, evaluate, project):
    make_rule("breaking_change", threshold=None)
    document = ApiDocument.objects.create(
        project=project, source="traffic", version=2, content={}, digest="0" * 64
    )
    for is_breaking in (True, False):
        made = ApiChange.objects.create(
            project=project,
            document=document,
            code="x",
            is_breaking=is_breaking,
            description=f"breaking: {is_breaking}",
            detected_at=NOW,
        )
        ApiChange.objects.filter(pk=made.pk).update(created_at=NOW - MINUTE)
    evaluate(NOW)
    assert Alert.objects.get().message == "A breaking change: breaking: True."


def test_a_score_that_falls(make_rule, evaluate, project):
    make_rule("score", threshold=70, hysteresis=7)
    for day, value in ((2, 90.0), (1, 61.0)):
        ProjectScore.objects.create(
            project=project, stage="run_time", value=value, bucket=NOW - timedelta(days=day)
        )
    evaluate(NOW)
    assert Alert.objects.get().message == "The score is 61, below 70."


def test_searches_are_counted_by_the_platform_and_judged_here(
    make_rule, evaluate, sent, project, django_capture_on_commit_callbacks
):
    search = SavedSearch.objects.create(
        project=project, user=project.user, name="Refunds", query="path=refund"
    )
    rule = make_rule("search", threshold=3, hysteresis=0, saved_search=search)
    evaluate(NOW)
    assert sent == [("treblle_platform.count_searches", {})]
    with django_capture_on_commit_callbacks(execute=True):
        searches.settle(str(rule.uuid), 3)
        searches.settle(str(rule.uuid), 4)
    alert = Alert.objects.get()
    assert alert.message == "4 requests match “Refunds” in the last 5 minutes; the limit is 3."
    assert alert.link.endswith("/requests/?path=refund")


def test_in_quiet_hours_an_alert_waits_and_vanishes_if_it_is_over_by_then(
    make_rule, minute, evaluate, sent
):
    make_rule(quiet_from=time(11), quiet_until=time(14))
    minute(NOW, 100, errors=20)
    evaluate(NOW)
    delivery = AlertDelivery.objects.get()
    assert delivery.next_attempt_at == NOW.replace(hour=14, minute=0, second=0)
    assert sent == []
    minute(NOW + timedelta(minutes=10), 100)
    evaluate(NOW + timedelta(minutes=10))
    assert Alert.objects.get().closed_at is not None
    assert not AlertDelivery.objects.exists()
    evaluate(NOW + timedelta(hours=3))
    assert sent == []


def test_after_quiet_hours_what_is_still_open_is_sent(make_rule, minute, evaluate, sent):
    make_rule(quiet_from=time(11), quiet_until=time(14))
    minute(NOW, 100, errors=20)
    evaluate(NOW)
    evaluate(NOW + timedelta(hours=2))
    uuid = UUID(sent[0][1]["delivery"])
    assert AlertDelivery.objects.get().uuid == uuid


@pytest.mark.parametrize(
    ("at", "hours", "zone", "sent_at"),
    [
        (
            datetime(2026, 3, 10, 23, tzinfo=UTC),
            (22, 7),
            "UTC",
            datetime(2026, 3, 11, 7, tzinfo=UTC),
        ),
        (
            datetime(2026, 3, 11, 3, tzinfo=UTC),
            (22, 7),
            "UTC",
            datetime(2026, 3, 11, 7, tzinfo=UTC),
        ),
        (datetime(2026, 3, 10, 12, tzinfo=UTC), (22, 7), "UTC", None),
        (
            datetime(2026, 3, 10, 13, tzinfo=UTC),
            (22, 7),
            "Asia/Tokyo",
            datetime(2026, 3, 10, 22, tzinfo=UTC),
        ),
        # The night in which clocks go forward.
        (
            datetime(2026, 3, 28, 23, tzinfo=UTC),
            (22, 7),
            "Europe/Berlin",
            datetime(2026, 3, 29, 5, tzinfo=UTC),
        ),
    ],
)
def test_quiet_hours_are_those_of_the_rules_zone(at, hours, zone, sent_at):
    rule = AlertRule(quiet_from=time(hours[0]), quiet_until=time(hours[1]), time_zone=zone)
    assert sent_from(rule, at) == (sent_at or at)


def test_a_rule_that_is_off_is_not_looked_at(make_rule, minute, evaluate):
    make_rule(is_enabled=False)
    minute(NOW, 100, errors=100)
    assert evaluate(NOW) == 0


def test_a_delivery_whose_task_was_lost_is_handed_on_again(make_rule, minute, evaluate, sent):
    make_rule()
    minute(NOW, 100, errors=20)
    evaluate(NOW)
    evaluate(NOW + MINUTE)
    assert len(sent) == 1
    evaluate(NOW + timedelta(minutes=3))
    assert [name for name, _ in sent] == ["treblle_platform.deliver_alert"] * 2


def test_two_runs_at_once_open_one_alert(make_rule, minute, evaluate, monkeypatch):
    rule = make_rule()
    minute(NOW, 100, errors=20)
    monkeypatch.setattr(evaluation, "_claim", lambda rule, now: False)
    assert evaluate(NOW) == 0
    monkeypatch.undo()
    stale = AlertRule.objects.get(pk=rule.pk)
    assert evaluation._claim(stale, NOW)
    assert not evaluation._claim(rule, NOW + MINUTE)


@pytest.mark.parametrize(
    ("metric", "value", "verdict"),
    [
        ("error_rate", 0.0500001, Verdict.BREACHED),
        ("error_rate", 0.05, Verdict.UNDECIDED),
        ("error_rate", 0.046, Verdict.UNDECIDED),
        ("error_rate", 0.045, Verdict.NORMAL),
        ("drop", 0.04, Verdict.BREACHED),
        ("drop", 0.052, Verdict.UNDECIDED),
        ("drop", 0.055, Verdict.NORMAL),
        ("drop", None, Verdict.UNDECIDED),
    ],
)
def test_between_bad_and_good_again_lies_a_gap(metric, value, verdict):
    assert judge(metric, value, 0.05, 0.005) == verdict
