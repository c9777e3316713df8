"""What a person does to alert rules and alerts, on the platform or through the API."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from treblle_models.models import Alert, AlertChannel, AlertRule, AlertRuleChannel, Project, User

# How far on the good side a value must be for an alert to close, as a share of the threshold.
HYSTERESIS_SHARE: Final = 0.1


@transaction.atomic
def make_rule(
    project: Project, user: User, *, channels: Iterable[AlertChannel] = (), **fields: Any
) -> AlertRule:
    """`fields` are columns of the rule."""
    rule = AlertRule(project=project, user=user)
    _set(rule, fields)
    _send_to(rule, channels)
    return rule


@transaction.atomic
def change_rule(
    rule: AlertRule, *, channels: Iterable[AlertChannel] | None = None, **fields: Any
) -> None:
    """What is not given stays. What a rule that is switched off had open is closed, without a word."""
    _set(rule, fields)
    if channels is not None:
        _send_to(rule, channels)
    if not rule.is_enabled:
        now = timezone.now()
        Alert.objects.filter(rule=rule, closed_at=None).update(closed_at=now, updated_at=now)


def close_alert(alert: Alert, now: datetime) -> bool:
    """By hand; False where it is closed already, which stays as it is. The row in hand is not renewed."""
    is_open = Alert.objects.filter(pk=alert.pk, closed_at=None)
    return bool(is_open.update(closed_at=now, updated_at=now))


def _set(rule: AlertRule, fields: dict[str, Any]) -> None:
    for name, value in fields.items():
        setattr(rule, name, value)
    rule.hysteresis = (rule.threshold or 0) * HYSTERESIS_SHARE
    rule.save()


def _send_to(rule: AlertRule, channels: Iterable[AlertChannel]) -> None:
    wanted = {channel.pk for channel in channels}
    held = set(rule.rule_channels.values_list("channel_id", flat=True))
    rule.rule_channels.filter(channel_id__in=held - wanted).delete()
    AlertRuleChannel.objects.bulk_create(
        AlertRuleChannel(rule=rule, channel_id=pk) for pk in sorted(wanted - held)
    )
