"""Spikes, drops and attacks, with a given clock."""

from datetime import UTC, datetime, timedelta
from typing import Any

from treblle_etl.quality.anomalies import detect
from treblle_models.identity import uuid7
from treblle_models.models import (
    Anomaly,
    Project,
    ProjectCheckResult,
    ProjectHour,
    ProjectMinute,
    Request,
)

# A window has just ended, grace included.
NOW = datetime(2026, 3, 10, 12, 2, tzinfo=UTC)
WINDOW = datetime(2026, 3, 10, 11, 45, tzinfo=UTC)
QUARTER = timedelta(minutes=15)


def past(project: Project, a_window: int, hours: int = 200) -> None:
    """Even traffic until an hour ago, and in the windows of the last hour as well."""
    first = WINDOW.replace(minute=0)
    ProjectHour.objects.bulk_create(
        ProjectHour(project=project, bucket=first - timedelta(hours=n), requests=4 * a_window)
        for n in range(hours)
    )
    for back in range(1, 4):
        window(project, a_window, WINDOW - back * QUARTER)


def window(project: Project, requests: int, start: datetime = WINDOW, **fields: Any) -> None:
    ProjectMinute.objects.create(project=project, bucket=start, requests=requests, **fields)


def send(project: Project, number: int, ip: str, start: datetime = WINDOW, **fields: Any) -> None:
    usual = {"method": "GET", "host": "x", "path": "/", "status": 401, "load_time_ms": 1.0}
    at = start + timedelta(minutes=1)
    Request.objects.bulk_create(
        Request(
            project=project,
            uuid=uuid7(),
            received_at=at,
            requested_at=at,
            loaded_at=at,
            ip=ip,
            **{**usual, **fields},
        )
        for _ in range(number)
    )


def test_spike_is_found_and_told_once(project: Project) -> None:
    past(project, 100)
    window(project, 300)
    begun = detect(project, NOW)
    assert [(a.kind, a.severity) for a in begun] == [("spike", "medium")]
    assert detect(project, NOW) == []
    spike = Anomaly.objects.get()
    assert (spike.started_at, spike.ended_at) == (WINDOW, None)
    assert (spike.observed, spike.expected) == (300, 100)


def test_spike_grows_with_its_worst_window_and_ends(project: Project) -> None:
    past(project, 100)
    window(project, 200)
    detect(project, NOW)
    window(project, 900, WINDOW + QUARTER)
    assert detect(project, NOW + QUARTER) == []
    window(project, 100, WINDOW + 2 * QUARTER)
    detect(project, NOW + 2 * QUARTER)
    spike = Anomaly.objects.get()
    assert (spike.severity, spike.observed) == ("high", 900)
    assert spike.ended_at == WINDOW + 2 * QUARTER
    detect(project, NOW + 2 * QUARTER)
    assert Anomaly.objects.count() == 1


def test_usual_traffic_is_nothing(project: Project) -> None:
    past(project, 100)
    window(project, 150)
    assert detect(project, NOW) == []


def test_job_of_each_day_is_compared_with_its_own_quarter_of_an_hour(project: Project) -> None:
    """It makes 400 requests in a quarter of an hour, and nobody asks anything in the others."""
    past(project, 100)
    for days in range(1, 8):
        window(project, 400, WINDOW - timedelta(days=days))
    window(project, 400)
    assert [a.kind for a in detect(project, NOW) if a.started_at == WINDOW] == []
    window(project, 1000, WINDOW + timedelta(minutes=1))
    assert [a.expected for a in detect(project, NOW) if a.started_at == WINDOW] == [400]


def test_outage_and_spike_of_another_day_do_not_change_the_usual(project: Project) -> None:
    past(project, 100)
    for days, requests in ((1, 40), (3, 4000)):
        then = WINDOW.replace(minute=0) - timedelta(days=days)
        ProjectHour.objects.filter(bucket=then).update(requests=requests)
    window(project, 250)
    assert [(a.kind, a.severity) for a in detect(project, NOW)] == [("spike", "medium")]


def test_little_traffic_alarms_nobody(project: Project) -> None:
    past(project, 2)
    window(project, 80)
    assert detect(project, NOW) == []


def test_requests_that_were_loaded_make_a_spike_and_an_attack(
    project: Project, payload: Any, put_raw: Any, pipeline: Any
) -> None:
    """From what SDKs send to what the page of the project's security shows."""
    noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    ProjectHour.objects.bulk_create(
        ProjectHour(project=project, bucket=noon - timedelta(hours=n), requests=160)
        for n in range(1, 200)
    )
    refused = payload(**{"data.response.code": 401, "data.request.ip": "203.0.113.66"})
    pipeline.process([put_raw(*[payload()] * 100, *[refused] * 30)])
    begun = detect(project, noon + QUARTER + timedelta(minutes=2))
    at_noon = {a.kind: a for a in begun if a.started_at == noon}
    assert at_noon.keys() == {"spike", "attack"}
    spike, attack = at_noon["spike"], at_noon["attack"]
    assert (spike.severity, spike.observed, spike.expected) == ("medium", 130, 40)
    assert attack.evidence == "203.0.113.66: 30 requests refused with 401 or 403"


def test_young_project_has_no_usual(project: Project) -> None:
    past(project, 100, hours=5)
    window(project, 900)
    assert detect(project, NOW) == []


def test_drop_is_found_when_traffic_stops(project: Project) -> None:
    past(project, 100)
    begun = detect(project, NOW)
    assert [(a.kind, a.severity, a.observed) for a in begun] == [("drop", "high", 0)]


def test_many_refused_requests_of_one_address_are_an_attack(project: Project) -> None:
    window(project, 120, client_errors=120)
    send(project, 100, "203.0.113.9")
    send(project, 19, "203.0.113.10", status=403)
    begun = detect(project, NOW)
    assert [(a.kind, a.severity, a.started_at) for a in begun] == [("attack", "medium", WINDOW)]
    assert begun[0].evidence == "203.0.113.9: 100 requests refused with 401 or 403"
    assert detect(project, NOW) == []


def test_address_that_is_refused_each_day_is_no_attack(project: Project) -> None:
    past(project, 20)
    for days in range(1, 8):
        send(project, 40, "203.0.113.9", WINDOW - timedelta(days=days))
    window(project, 80, client_errors=80)
    send(project, 40, "203.0.113.9")
    send(project, 40, "203.0.113.10")
    begun = detect(project, NOW)
    assert [(a.evidence.partition(": ")[0], a.expected) for a in begun] == [("203.0.113.10", 0)]


def test_attack_that_goes_on_is_one(project: Project) -> None:
    for start, number in ((WINDOW, 30), (WINDOW + QUARTER, 600)):
        window(project, number, start, client_errors=number)
        send(project, number, "203.0.113.9", start)
        detect(project, start + QUARTER + timedelta(minutes=2))
    detect(project, NOW + 3 * QUARTER)
    attack = Anomaly.objects.get()
    assert (attack.severity, attack.observed) == ("high", 600)
    assert attack.ended_at == WINDOW + 2 * QUARTER


def test_injections_of_one_address_are_an_attack(project: Project) -> None:
    window(project, 10)
    send(project, 6, "203.0.113.9", status=200, threat_level=3)
    _seen(project, "sql-injection")
    begun = detect(project, NOW)
    assert [a.evidence.partition(": ")[0] for a in begun] == ["203.0.113.9"]


def test_plain_http_is_no_attack(project: Project) -> None:
    window(project, 10)
    send(project, 600, "203.0.113.9", status=200, threat_level=3)
    _seen(project, "sql-injection")
    _seen(project, "secure-connection")
    assert detect(project, NOW) == []


def test_scan_for_what_is_not_there_is_an_attack(project: Project) -> None:
    window(project, 60, client_errors=60)
    send(project, 60, "203.0.113.9", status=404)
    assert "what is not there" in detect(project, NOW)[0].evidence


def _seen(project: Project, code: str) -> None:
    ProjectCheckResult.objects.create(
        project=project,
        code=code,
        stage="run_time",
        outcome="fail",
        since=WINDOW,
        last_seen_at=WINDOW + timedelta(minutes=1),
    )
