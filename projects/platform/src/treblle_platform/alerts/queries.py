"""What the pages of alerts show."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from treblle_models.models import Alert, AlertChannel, AlertDelivery, AlertRule, Project

from treblle_platform.alerts.forms import IN_PERCENT, UNITS, Metric, shown_target

PAGE_SIZE = 50
MAX_RULES = 200


@dataclass(frozen=True)
class AlertPage:
    """Open ones all, closed ones newest first; `next` is the `before` of the page after."""

    open: list[Alert]
    closed: list[Alert]
    next: str


@dataclass(frozen=True)
class RuleLine:
    rule: AlertRule
    condition: str
    channels: int
    is_open: bool


@dataclass(frozen=True)
class ChannelLine:
    channel: AlertChannel
    shown_target: str
    failed: int


@dataclass(frozen=True)
class DeliveryPage:
    deliveries: list[AlertDelivery]
    next: str


def alert_page(project: Project, *, before: str) -> AlertPage:
    alerts = Alert.objects.filter(project=project).select_related("rule")
    closed = alerts.filter(closed_at__isnull=False)
    last = Alert.find_by_uuid(before) if before else None
    if last is not None:
        same = Q(opened_at=last.opened_at, pk__lt=last.pk)
        closed = closed.filter(Q(opened_at__lt=last.opened_at) | same)
    found = list(closed.order_by("-opened_at", "-pk")[: PAGE_SIZE + 1])
    shown = found[:PAGE_SIZE]
    following = str(shown[-1].uuid) if len(found) > PAGE_SIZE else ""
    still_open = [] if last else list(alerts.filter(closed_at=None).order_by("-opened_at", "-pk"))
    return AlertPage(still_open, shown, following)


def rule_lines(project: Project) -> list[RuleLine]:
    rules = AlertRule.objects.filter(project=project).select_related(
        "endpoint", "environment", "saved_search"
    )
    counted = rules.annotate(
        channel_count=Count("rule_channels", distinct=True),
        open_count=Count("alerts", filter=Q(alerts__closed_at=None), distinct=True),
    )
    return [
        RuleLine(rule, condition(rule), rule.channel_count, rule.open_count > 0)
        for rule in counted.order_by("name", "pk")[:MAX_RULES]
    ]


def condition(rule: AlertRule) -> str:
    """A rule in a sentence: `Error rate above 5% within 15 minutes, GET /books/{id}`."""
    metric = Metric(rule.metric)
    text = metric.label
    if metric in UNITS:
        text = f"{text}: {_limit(metric, rule.threshold or 0)}"
    if metric != Metric.SCORE:
        text += f", within {window_in_words(rule.window_minutes)}"
    scope = rule.endpoint or rule.environment or rule.saved_search
    return f"{text}, {scope}" if scope else text


def window_in_words(minutes: int) -> str:
    if minutes % 1440 == 0:
        return "a day" if minutes == 1440 else f"{minutes // 1440} days"
    if minutes % 60 == 0:
        return "an hour" if minutes == 60 else f"{minutes // 60} hours"
    return f"{minutes} minutes"


def initial_of(rule: AlertRule) -> dict[str, Any]:
    """As the form shows the rule."""
    fields = (
        *("name", "threshold", "window_minutes", "min_requests", "endpoint", "environment"),
        *("saved_search", "quiet_from", "quiet_until", "time_zone", "is_enabled"),
    )
    initial = {name: getattr(rule, name) for name in fields}
    for name in ("endpoint", "environment", "saved_search"):
        initial[name] = initial[name].uuid if initial[name] else None
    if rule.threshold is not None and rule.metric in IN_PERCENT:
        initial["threshold"] = round(rule.threshold * 100, 6)
    initial["channels"] = list(rule.rule_channels.values_list("channel__uuid", flat=True))
    return initial


def channel_lines(project: Project) -> list[ChannelLine]:
    failed = Count("deliveries", filter=Q(deliveries__status=AlertDelivery.Status.FAILED))
    channels = AlertChannel.objects.filter(project=project).annotate(failed=failed)
    return [
        ChannelLine(channel, shown_target(channel), channel.failed)
        for channel in channels.order_by("kind", "name", "pk")
    ]


def delivery_page(project: Project, *, before: str) -> DeliveryPage:
    deliveries = AlertDelivery.objects.filter(channel__project=project)
    last = AlertDelivery.find_by_uuid(before) if before else None
    if last is not None:
        deliveries = deliveries.filter(pk__lt=last.pk)
    related = deliveries.select_related("alert__rule", "channel")
    found = list(related.order_by("-pk")[: PAGE_SIZE + 1])
    shown = found[:PAGE_SIZE]
    return DeliveryPage(shown, str(shown[-1].uuid) if len(found) > PAGE_SIZE else "")


def _limit(metric: Metric, threshold: float) -> str:
    sign = "below" if metric in (Metric.DROP, Metric.SCORE) else "above"
    if metric in IN_PERCENT:
        return f"{sign} {threshold * 100:g}%"
    units = {Metric.P95: " ms", Metric.SPIKE: " times the usual"}
    return f"{sign} {threshold:g}{units.get(metric, '')}"
