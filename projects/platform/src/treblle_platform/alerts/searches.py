"""Rules of saved searches: how many requests match, told to the ETL, which says what follows."""

from dataclasses import replace
from datetime import datetime, timedelta

from django.http import QueryDict
from treblle_models.models import AlertRule

from treblle_platform.celery import QUEUEING, app
from treblle_platform.requests.filters import asked_filter

TASK = "treblle_etl.settle_search"
ETL_QUEUE = "etl"
# A count that waited longer is about another window.
EXPIRES_S = 60


def count_all(now: datetime) -> int:
    """Count for each rule that is on; how many there were."""
    rules = AlertRule.objects.filter(
        is_enabled=True, metric=AlertRule.Metric.SEARCH, saved_search__isnull=False
    ).select_related("project", "saved_search")
    for rule in rules:
        arguments = {"rule": str(rule.uuid), "value": matching(rule, now)}
        app.send_task(
            TASK, kwargs=arguments, queue=ETL_QUEUE, expires=EXPIRES_S, retry_policy=QUEUEING
        )
    return len(rules)


def matching(rule: AlertRule, now: datetime) -> int:
    """Requests of the rule's window that the search finds; its own time and text in bodies, which
    only reading every body would find, count for nothing.
    """
    query = rule.saved_search.query if rule.saved_search else ""
    asked = asked_filter(rule.project, QueryDict(query), now)
    window = timedelta(minutes=rule.window_minutes)
    return replace(asked.filter, start=now - window, end=now).apply(rule.project).count()
