"""A rule's metric, read from roll-ups and from what the insights of the ETL have written."""

from collections.abc import Callable
from datetime import datetime

from django.db.models import Q
from treblle_models.models import AlertRule, ApiChange, Endpoint, Problem, ProjectScore, Stage

from treblle_etl.alerts.observation import Observation
from treblle_etl.alerts.windows import totals, usual_requests

Metric = AlertRule.Metric
P95 = 0.95


def measure(rule: AlertRule, since: datetime, now: datetime) -> Observation:
    """`since` is when events of this rule were last looked for."""
    if rule.metric in _EVENTS:
        return _EVENTS[Metric(rule.metric)](rule, since, now)
    if rule.metric == Metric.SCORE:
        return _score(rule)
    return _traffic(rule, now)


def _traffic(rule: AlertRule, now: datetime) -> Observation:
    sums = totals(rule, now)
    if rule.metric in (Metric.SPIKE, Metric.DROP):
        return _against_the_usual(rule, sums.requests, now)
    if sums.requests < max(1, rule.min_requests):
        return Observation(None, sums.requests)
    if rule.metric == Metric.ERROR_RATE:
        return Observation(sums.errors / sums.requests, sums.requests)
    return Observation(sums.load_times.percentile(P95), sums.requests)


def _against_the_usual(rule: AlertRule, requests: int, now: datetime) -> Observation:
    """As a factor of the usual. Few requests swing widely: below `min_requests` they say nothing."""
    usual = usual_requests(rule, now)
    if usual is None:
        return Observation(None, requests)
    if rule.metric == Metric.DROP:
        if usual < max(1, rule.min_requests):
            return Observation(None, requests, usual)
        return Observation(requests / usual, requests, usual)
    if requests < rule.min_requests:
        # Too few for a spike, and surely none.
        return Observation(0.0, requests, usual)
    return Observation(requests / max(usual, 1.0), requests, usual)


def _score(rule: AlertRule) -> Observation:
    scores = ProjectScore.objects.filter(project_id=rule.project_id, stage=Stage.RUN_TIME)
    newest = scores.order_by("-bucket").first()
    return Observation(newest.value if newest else None, page="quality/")


def _new_endpoints(rule: AlertRule, since: datetime, now: datetime) -> Observation:
    rows = Endpoint.objects.filter(
        project_id=rule.project_id,
        created_at__gt=since,
        created_at__lte=now,
        merged_into=None,
        is_ignored=False,
    ).order_by("created_at")
    names = [f"{row.method} {row.template}" for row in rows]
    return Observation(len(names), found=names, page="endpoints/")


def _breaking_changes(rule: AlertRule, since: datetime, now: datetime) -> Observation:
    rows = ApiChange.objects.filter(
        project_id=rule.project_id, is_breaking=True, created_at__gt=since, created_at__lte=now
    ).order_by("created_at")
    if rule.endpoint_id is not None:
        rows = rows.filter(endpoint_id=rule.endpoint_id)
    texts = [row.description for row in rows]
    return Observation(len(texts), found=texts, page="docs/")


def _new_problems(rule: AlertRule, since: datetime, now: datetime) -> Observation:
    """Such as came back after they had been resolved, too."""
    fresh = Q(created_at__gt=since, created_at__lte=now)
    back = Q(regressed_at__gt=since, regressed_at__lte=now)
    rows = Problem.objects.filter(fresh | back, project_id=rule.project_id, merged_into=None)
    rows = rows.exclude(state=Problem.State.IGNORED).select_related("endpoint")
    if rule.endpoint_id is not None:
        rows = rows.filter(endpoint_id=rule.endpoint_id)
    texts = [_problem_in_words(row) for row in rows.order_by("created_at")]
    return Observation(len(texts), found=texts, page="problems/")


def _problem_in_words(problem: Problem) -> str:
    where = f" on {problem.endpoint}" if problem.endpoint else ""
    return f"{problem}{where}"


_EVENTS: dict[Metric, Callable[[AlertRule, datetime, datetime], Observation]] = {
    Metric.NEW_ENDPOINT: _new_endpoints,
    Metric.BREAKING_CHANGE: _breaking_changes,
    Metric.NEW_PROBLEM: _new_problems,
}
