"""Making and changing rules and channels."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from treblle_models.models import Alert, AlertChannel, AlertRule, AlertRuleChannel, Project, User


@transaction.atomic
def make_rule(
    project: Project,
    user: User,
    *,
    metric: str,
    channels: Iterable[AlertChannel],
    **fields: Any,
) -> AlertRule:
    rule = AlertRule.objects.create(project=project, user=user, metric=metric, **fields)
    _send_to(rule, channels)
    return rule


@transaction.atomic
def change_rule(rule: AlertRule, *, channels: Iterable[AlertChannel], **fields: Any) -> None:
    """What a rule that is switched off had open is closed, without a word."""
    for name, value in fields.items():
        setattr(rule, name, value)
    rule.save()
    _send_to(rule, channels)
    if not rule.is_enabled:
        now = rule.updated_at
        Alert.objects.filter(rule=rule, closed_at=None).update(closed_at=now, updated_at=now)


def close_alert(alert: Alert, now: datetime) -> bool:
    """By hand; False where it is closed already."""
    is_open = Alert.objects.filter(pk=alert.pk, closed_at=None)
    return bool(is_open.update(closed_at=now, updated_at=now))


def _send_to(rule: AlertRule, channels: Iterable[AlertChannel]) -> None:
    wanted = {channel.pk for channel in channels}
    held = set(rule.rule_channels.values_list("channel_id", flat=True))
    rule.rule_channels.filter(channel_id__in=held - wanted).delete()
    AlertRuleChannel.objects.bulk_create(
        AlertRuleChannel(rule=rule, channel_id=pk) for pk in sorted(wanted - held)
    )
