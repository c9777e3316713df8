"""Making and changing rules, closing alerts, trying channels out."""

from collections.abc import Iterable
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from treblle_models.models import (
    Alert,
    AlertChannel,
    AlertDelivery,
    AlertRule,
    AlertRuleChannel,
    Project,
    User,
)

from treblle_api import limits, queue

DELIVERY_TASK: Final = "treblle_platform.deliver_alert"
QUEUE: Final = "platform"
TESTS_A_MINUTE: Final = 6
MINUTE_S: Final = 60

# How far on the good side a value must be for an alert to close, as a share of the threshold.
HYSTERESIS_SHARE: Final = 0.1


@transaction.atomic
def make_rule(project: Project, user: User, given: dict[str, Any]) -> AlertRule:
    channels = given.pop("channels", ())
    rule = AlertRule(project=project, user=user, **given)
    rule.hysteresis = (rule.threshold or 0) * HYSTERESIS_SHARE
    rule.save()
    _send_to(rule, channels)
    return rule


@transaction.atomic
def change_rule(rule: AlertRule, given: dict[str, Any]) -> None:
    """What a rule that is switched off had open is closed, without a word."""
    channels = given.pop("channels", None)
    for name, value in given.items():
        setattr(rule, name, value)
    rule.hysteresis = (rule.threshold or 0) * HYSTERESIS_SHARE
    rule.save()
    if channels is not None:
        _send_to(rule, channels)
    if not rule.is_enabled:
        now = timezone.now()
        Alert.objects.filter(rule=rule, closed_at=None).update(closed_at=now, updated_at=now)


def close_alert(alert: Alert) -> None:
    """By hand; one that is closed stays as it is."""
    now = timezone.now()
    Alert.objects.filter(pk=alert.pk, closed_at=None).update(closed_at=now, updated_at=now)
    alert.refresh_from_db()


def send_test(channel: AlertChannel, user: User) -> AlertDelivery:
    """Raises `Throttled` after TESTS_A_MINUTE. The platform sends it, as it sends alerts."""
    limits.spend(f"channel-test:{user.pk}", times=TESTS_A_MINUTE, per_s=MINUTE_S)
    with transaction.atomic():
        delivery = AlertDelivery.of_test(channel, timezone.now())
        queue.send(DELIVERY_TASK, queue=QUEUE, delivery=str(delivery.uuid))
    return delivery


def _send_to(rule: AlertRule, channels: Iterable[AlertChannel]) -> None:
    wanted = {channel.pk for channel in channels}
    held = set(rule.rule_channels.values_list("channel_id", flat=True))
    rule.rule_channels.filter(channel_id__in=held - wanted).delete()
    AlertRuleChannel.objects.bulk_create(
        AlertRuleChannel(rule=rule, channel_id=pk) for pk in sorted(wanted - held)
    )
