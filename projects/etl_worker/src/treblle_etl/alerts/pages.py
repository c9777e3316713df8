"""The platform's page behind an alert: the requests it is about, by the filters of their list."""

from datetime import datetime, timedelta
from urllib.parse import urlencode

from treblle_models.models import AlertRule

from treblle_etl.alerts.observation import Observation

Metric = AlertRule.Metric
TRAFFIC = frozenset({Metric.ERROR_RATE, Metric.P95, Metric.SPIKE, Metric.DROP})


def page_of(rule: AlertRule, seen: Observation, now: datetime) -> str:
    """Its path. `seen.page` is below the project's, where it is not about requests."""
    lead = f"/projects/{rule.project.uuid}/"
    if rule.metric not in TRAFFIC:
        return lead + seen.page
    wanted = {
        "from": _moment(now - timedelta(minutes=rule.window_minutes)),
        "to": _moment(now),
    }
    if rule.metric == Metric.ERROR_RATE:
        wanted["status"] = "4xx,5xx"
    if rule.metric == Metric.P95:
        wanted["min_ms"] = f"{rule.threshold or 0:g}"
    if rule.endpoint is not None:
        wanted["endpoint"] = str(rule.endpoint.uuid)
    if rule.environment is not None:
        wanted["environment"] = rule.environment.name
    return f"{lead}requests/?{urlencode(wanted, safe=',:')}"


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
