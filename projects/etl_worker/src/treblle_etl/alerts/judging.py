"""What a measured value means for a rule: pure, so that every case can be tried."""

from datetime import datetime, timedelta
from enum import Enum

from treblle_models.models import AlertRule

Metric = AlertRule.Metric
# Less is worse.
LOWER_BOUNDS = frozenset({Metric.DROP, Metric.SCORE})
# Tell of single things that happened; an alert of these is over when it was told.
EVENTS = frozenset({Metric.NEW_ENDPOINT, Metric.BREAKING_CHANGE, Metric.NEW_PROBLEM})


class Verdict(Enum):
    BREACHED = "breached"
    NORMAL = "normal"
    # Between the threshold and where it counts as good again, or nothing was measured.
    UNDECIDED = "undecided"


def judge(metric: str, value: float | None, threshold: float, hysteresis: float) -> Verdict:
    """Breached beyond the threshold; normal only `hysteresis` on the good side of it."""
    if value is None:
        return Verdict.UNDECIDED
    if metric in LOWER_BOUNDS:
        value, threshold = -value, -threshold
    if value > threshold:
        return Verdict.BREACHED
    return Verdict.NORMAL if value <= threshold - hysteresis else Verdict.UNDECIDED


def may_close(opened_at: datetime, now: datetime, window: timedelta) -> bool:
    """An alert stays for a window at least: what goes up and down within it is one alert."""
    return now - opened_at >= window
