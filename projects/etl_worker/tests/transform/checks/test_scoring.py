"""Outcomes, scores, inventory and what counts as unusual: arithmetic with given numbers."""

from datetime import UTC, datetime, timedelta

import pytest
from treblle_etl.transform.checks.inventory import shape_of, undocumented, zombie
from treblle_etl.transform.checks.scoring import mean_credits, outcome_of, score_of
from treblle_etl.transform.checks.unusual import Usual, attack_level, drop_level, spike_level
from treblle_service.check_catalog import CATALOG

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("code", "share", "outcome"),
    [
        ("load-time", 0.05, "pass"),
        ("load-time", 0.06, "warning"),
        ("load-time", 0.26, "fail"),
        ("stack-trace", 0.0, "pass"),
        ("stack-trace", 0.0001, "fail"),
        ("mime-sniffing", 0.04, "warning"),
    ],
)
def test_outcome_follows_the_limits_of_the_check(code: str, share: float, outcome: str) -> None:
    assert outcome_of(CATALOG[code], share) == outcome


def test_score_weighs_checks_by_severity() -> None:
    # low 1, high 6: of 7 possible 6 are reached
    score = score_of({"mime-sniffing": 0.0, "secure-connection": 1.0, "load-time": 0.5})
    assert score is not None
    assert score.groups == {"run_time": 50.0, "security": 85.71}
    assert score.value == 75.0


def test_what_clients_send_lowers_no_score() -> None:
    assert score_of({"sql-injection": 0.0}) is None
    assert score_of({"sql-injection": 0.0, "load-time": 1.0}) == score_of({"load-time": 1.0})


def test_check_counts_in_a_project_with_its_mean_over_endpoints() -> None:
    assert mean_credits([{"http2": 1.0, "cdn": 1.0}, {"http2": 0.0}]) == {"http2": 0.5, "cdn": 1.0}


@pytest.mark.parametrize(
    ("observed", "level"),
    [(179, None), (180, "low"), (249, "low"), (250, "medium"), (449, "medium"), (450, "high")],
)
def test_spike_levels(observed: float, level: str | None) -> None:
    assert spike_level(observed, Usual(recently=100)) == level


def test_peaks_of_every_day_or_monday_are_no_spike_and_a_quiet_night_no_drop() -> None:
    busy_mornings = Usual(recently=100, days=(290.0,) * 7)
    assert spike_level(300, busy_mornings) is None
    busy_mondays = Usual(recently=100, days=(100.0,) * 6 + (290.0,), weeks=(290.0, 280.0))
    assert spike_level(300, busy_mondays) is None
    quiet_nights = Usual(recently=400, days=(6.0,) * 7)
    assert drop_level(5, quiet_nights) is None
    assert spike_level(300, quiet_nights) == "high"


def test_one_odd_day_is_not_the_usual() -> None:
    days = (100.0, 95.0, 105.0, 100.0, 98.0, 102.0)
    assert spike_level(200, Usual(recently=100, days=(*days, 2000.0))) == "low"
    assert spike_level(120, Usual(recently=100, days=(*days, 0.0))) is None
    assert drop_level(0, Usual(recently=100, days=(*days, 0.0))) == "high"


def test_what_days_differ_by_is_no_spike() -> None:
    steady = Usual(recently=100, days=(100.0, 90.0, 110.0, 100.0, 95.0))
    restless = Usual(recently=100, days=(100.0, 20.0, 300.0, 60.0, 260.0))
    assert spike_level(220, steady) == "low"
    assert spike_level(220, restless) is None
    assert spike_level(900, restless) == "high"


def test_of_few_days_any_may_be_usual() -> None:
    assert spike_level(300, Usual(recently=100, days=(290.0, 100.0))) is None
    assert spike_level(300, Usual(recently=100, days=(100.0, 100.0))) == "medium"


def test_few_requests_say_nothing() -> None:
    assert spike_level(89, Usual(recently=0, days=(0.0,) * 7)) is None
    assert spike_level(90, Usual(recently=0, days=(0.0,) * 7)) == "low"
    assert drop_level(0, Usual(recently=20)) is None


@pytest.mark.parametrize(
    ("observed", "level"), [(30, None), (29, "low"), (9, "medium"), (0, "high")]
)
def test_drop_levels(observed: float, level: str | None) -> None:
    assert drop_level(observed, Usual(recently=100)) == level


@pytest.mark.parametrize(
    ("pattern", "requests", "level"),
    [
        ("refused", 19, None),
        ("refused", 20, "low"),
        ("refused", 100, "medium"),
        ("malicious", 5, "low"),
        ("malicious", 125, "high"),
        ("scan", 49, None),
    ],
)
def test_attack_levels(pattern: str, requests: int, level: str | None) -> None:
    assert attack_level(pattern, requests) == level


def test_what_an_address_does_each_day_is_no_attack_but_an_injection_is() -> None:
    assert attack_level("refused", 40, before=(38, 41, 40, 0, 42)) is None
    assert attack_level("refused", 40, before=(0, 0, 40, 0, 0)) == "low"
    assert attack_level("refused", 120, before=(38, 41, 40)) == "medium"
    assert attack_level("malicious", 5, before=(5, 5, 5)) == "low"


def test_undocumented_is_what_the_document_does_not_know() -> None:
    known = frozenset([("GET", shape_of("/v1/users/{id}"))])
    assert undocumented("GET", "/v1/users/{user_id}/", known) == ""
    assert undocumented("POST", "/v1/users/{user_id}", known)
    assert undocumented("OPTIONS", "/v1/users/{user_id}", known) is None
    assert undocumented("POST", "/v1/users", frozenset()) is None


@pytest.mark.parametrize(
    ("is_deprecated", "age_days", "days_called", "is_zombie"),
    [
        (True, 1, 30, True),
        (False, 100, 3, True),
        (False, 100, 4, False),
    ],
)
def test_zombies(is_deprecated: bool, age_days: int, days_called: int, is_zombie: bool) -> None:
    found = zombie(
        is_deprecated=is_deprecated,
        first_seen_at=NOW - timedelta(days=age_days),
        days_called=days_called,
        now=NOW,
    )
    assert bool(found) is is_zombie


def test_young_endpoints_are_no_zombies_yet() -> None:
    young = zombie(is_deprecated=False, first_seen_at=NOW, days_called=1, now=NOW)
    assert young is None
