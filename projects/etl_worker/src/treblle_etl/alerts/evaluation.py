"""Every rule that is on, once a minute: alerts open and close, deliveries wait for the platform."""

import logging
from datetime import datetime, timedelta
from functools import partial

from celery import current_app
from django.db import transaction
from treblle_models.models import Alert, AlertDelivery, AlertRule

from treblle_etl.alerts.judging import EVENTS, Verdict, judge, may_close
from treblle_etl.alerts.measuring import measure
from treblle_etl.alerts.observation import Observation
from treblle_etl.alerts.pages import page_of
from treblle_etl.alerts.quiet_hours import sent_from
from treblle_etl.alerts.wording import message_of

logger = logging.getLogger(__name__)

DELIVERY_TASK = "treblle_platform.deliver_alert"
SEARCHES_TASK = "treblle_platform.count_searches"
PLATFORM_QUEUE = "platform"
MAX_DUE = 500
LINK_LENGTH = 1024
Event = AlertDelivery.Event


def evaluate(now: datetime) -> int:
    """All rules but those of searches, which only the platform can read; how many were looked at.

    A rule that cannot be evaluated is logged and takes no other down.
    """
    rules = AlertRule.objects.filter(is_enabled=True).exclude(metric=AlertRule.Metric.SEARCH)
    related = ("project", "endpoint", "environment", "saved_search")
    looked_at = 0
    for rule in rules.select_related(*related).order_by("project_id", "pk").iterator():
        since = rule.evaluated_at or rule.created_at
        if not _is_due(rule, since, now) or not _claim(rule, now):
            continue
        looked_at += 1
        try:
            settle(rule, measure(rule, since, now), now)
        except (ArithmeticError, ValueError):
            logger.exception("alert rule %s cannot be evaluated", rule.uuid)
    if AlertRule.objects.filter(is_enabled=True, metric=AlertRule.Metric.SEARCH).exists():
        current_app.send_task(SEARCHES_TASK, queue=PLATFORM_QUEUE, expires=60)
    hand_on_due(now)
    return looked_at


def settle(rule: AlertRule, seen: Observation, now: datetime) -> None:
    """Open or close the rule's alert by what was seen; within its quiet hours without a word."""
    if rule.metric in EVENTS:
        if seen.found:
            _open(rule, seen, now, closed_at=now)
        return
    verdict = judge(rule.metric, seen.value, rule.threshold or 0.0, rule.hysteresis)
    alert = Alert.objects.filter(rule=rule, closed_at=None).first()
    if alert is None and verdict == Verdict.BREACHED:
        _open(rule, seen, now)
    elif (
        alert is not None
        and verdict == Verdict.NORMAL
        and may_close(alert.opened_at, now, timedelta(minutes=rule.window_minutes))
    ):
        _close(rule, alert, now)


def hand_on_due(now: datetime) -> int:
    """Give deliveries to the platform whose time has come: retries, quiet hours, lost tasks."""
    due = AlertDelivery.objects.filter(
        status=AlertDelivery.Status.PENDING, next_attempt_at__lte=now
    ).order_by("next_attempt_at")[:MAX_DUE]
    for delivery in due:
        _hand_on(delivery)
    return len(due)


def _is_due(rule: AlertRule, since: datetime, now: datetime) -> bool:
    """What happens one by one is told of once a window, not every minute."""
    return rule.metric not in EVENTS or now - since >= timedelta(minutes=rule.window_minutes)


def _claim(rule: AlertRule, now: datetime) -> bool:
    """Whether this run and no other has the rule."""
    same = AlertRule.objects.filter(pk=rule.pk, evaluated_at=rule.evaluated_at)
    return bool(same.update(evaluated_at=now))


@transaction.atomic
def _open(
    rule: AlertRule, seen: Observation, now: datetime, closed_at: datetime | None = None
) -> None:
    alert = Alert.objects.create(
        project_id=rule.project_id,
        rule=rule,
        opened_at=now,
        closed_at=closed_at,
        value=seen.value,
        message=message_of(rule, seen),
        link=page_of(rule, seen, now)[:LINK_LENGTH],
    )
    _deliver(rule, alert, Event.OPENED, now)


@transaction.atomic
def _close(rule: AlertRule, alert: Alert, now: datetime) -> None:
    Alert.objects.filter(pk=alert.pk).update(closed_at=now, updated_at=now)
    # Whom nobody told that it opened, nobody tells that it closed.
    untold = alert.deliveries.filter(
        event=Event.OPENED, status=AlertDelivery.Status.PENDING, attempts=0, next_attempt_at__gt=now
    )
    channels = set(untold.values_list("channel_id", flat=True))
    untold.delete()
    _deliver(rule, alert, Event.CLOSED, now, but_not=channels)


def _deliver(
    rule: AlertRule, alert: Alert, event: str, now: datetime, but_not: set[int] | None = None
) -> None:
    at = sent_from(rule, now)
    chosen = rule.rule_channels.filter(channel__is_enabled=True)
    for channel_id in chosen.order_by("pk").values_list("channel_id", flat=True):
        if channel_id in (but_not or ()):
            continue
        # A delivery that is handed on now need not be handed on by the next run as well.
        later = at if at > now else now + AlertDelivery.HANDED_ON_AGAIN_AFTER
        delivery = AlertDelivery.objects.create(
            alert=alert, channel_id=channel_id, event=event, next_attempt_at=later
        )
        if at <= now:
            transaction.on_commit(partial(_hand_on, delivery))


def _hand_on(delivery: AlertDelivery) -> None:
    current_app.send_task(
        DELIVERY_TASK, kwargs={"delivery": str(delivery.uuid)}, queue=PLATFORM_QUEUE
    )
