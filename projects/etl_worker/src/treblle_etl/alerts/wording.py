"""What an alert says: the number, its window, and the limit it went over."""

from treblle_models.models import AlertRule
from treblle_service.check_catalog import whole_points

from treblle_etl.alerts.observation import Observation

Metric = AlertRule.Metric
MESSAGE_LENGTH = 1024
NAMED = 5
THINGS = {
    Metric.NEW_ENDPOINT: ("new endpoint", "new endpoints"),
    Metric.BREAKING_CHANGE: ("breaking change", "breaking changes"),
    Metric.NEW_PROBLEM: ("new problem", "new problems"),
}


def message_of(rule: AlertRule, seen: Observation) -> str:
    return _sentence(rule, seen)[:MESSAGE_LENGTH]


def _sentence(rule: AlertRule, seen: Observation) -> str:
    metric, value, limit = Metric(rule.metric), seen.value or 0.0, rule.threshold or 0.0
    within = f"in the last {_minutes(rule.window_minutes)}"
    scope = _scope(rule)
    if metric in THINGS:
        return _things(metric, seen.found)
    if metric == Metric.ERROR_RATE:
        return (
            f"{value:.1%} of {seen.requests:,} requests{scope} failed {within};"
            f" the limit is {limit * 100:.4g}%."
        )
    if metric == Metric.P95:
        return (
            f"The slowest 5% of {seen.requests:,} requests{scope} took {_duration(value)} or more"
            f" {within}; the limit is {_duration(limit)}."
        )
    if metric == Metric.SPIKE:
        return (
            f"{seen.requests:,} requests{scope} {within}: {value:.1f} times as many as is usual"
            f" at this hour ({seen.usual or 0:,.0f})."
        )
    if metric == Metric.DROP:
        return (
            f"{seen.requests:,} requests{scope} {within}: {value:.0%} of what is usual"
            f" at this hour ({seen.usual or 0:,.0f})."
        )
    if metric == Metric.SCORE:
        return f"The score is {whole_points(value)}, below {limit:.0f}."
    search = rule.saved_search.name if rule.saved_search else "a search that is gone"
    return f"{value:,.0f} requests match “{search}” {within}; the limit is {limit:,.0f}."


def _things(metric: Metric, found: list[str]) -> str:
    one, many = THINGS[metric]
    more = f" and {len(found) - NAMED} more" if len(found) > NAMED else ""
    head = f"A {one}" if len(found) == 1 else f"{len(found)} {many}"
    return f"{head}: {'; '.join(found[:NAMED])}{more}."


def _scope(rule: AlertRule) -> str:
    if rule.endpoint is not None:
        return f" to {rule.endpoint}"
    return f" in {rule.environment.name}" if rule.environment is not None else ""


def _minutes(count: int) -> str:
    if count % 60 == 0 and count > 60:
        return f"{count // 60} hours"
    return {1: "minute", 60: "hour"}.get(count, f"{count} minutes")


def _duration(ms: float) -> str:
    return f"{ms / 1000:.3g} s" if ms >= 1000 else f"{ms:.0f} ms"
