"""Rules, alerts and deliveries of a project, with what is shown of them."""

from typing import Any

from django.db.models import Prefetch, QuerySet
from treblle_models.models import (
    Alert,
    AlertChannel,
    AlertDelivery,
    AlertRule,
    AlertRuleChannel,
    Project,
)

CHANNELS = Prefetch(
    "rule_channels", queryset=AlertRuleChannel.objects.select_related("channel").order_by("pk")
)
OF_RULES = ("endpoint", "environment", "saved_search")


def rules_of(project: Project) -> QuerySet[AlertRule]:
    rules = AlertRule.objects.for_project(project).select_related(*OF_RULES)
    return rules.prefetch_related(CHANNELS)


def alerts_of(
    project: Project, filters: dict[str, Any], *, with_rules: bool = False
) -> QuerySet[Alert]:
    alerts = Alert.objects.for_project(project).select_related("rule")
    if "is_open" in filters:
        alerts = alerts.filter(closed_at__isnull=filters["is_open"])
    if "rule" in filters:
        alerts = alerts.filter(rule__uuid=filters["rule"])
    if with_rules:
        channels = AlertRuleChannel.objects.select_related("channel").order_by("pk")
        alerts = alerts.select_related(*(f"rule__{name}" for name in OF_RULES)).prefetch_related(
            Prefetch("rule__rule_channels", queryset=channels)
        )
    return alerts


def deliveries_to(channel: AlertChannel) -> QuerySet[AlertDelivery]:
    return AlertDelivery.objects.filter(channel=channel).select_related("channel", "alert")


def deliveries_of(alert: Alert) -> QuerySet[AlertDelivery]:
    return AlertDelivery.objects.filter(alert=alert).select_related("channel")
