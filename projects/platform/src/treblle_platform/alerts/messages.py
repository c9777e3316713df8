"""What goes to a webhook and to Slack."""

import json
from datetime import datetime
from typing import Any

from django.conf import settings
from standardwebhooks import Webhook
from treblle_models.models import Alert, AlertChannel


def payload(event: str, alert: Alert, now: datetime) -> dict[str, Any]:
    """`type`, `timestamp`, `data`, as Standard Webhooks advises; documented in docs/webhooks.md."""
    rule = alert.rule
    return {
        "type": f"alert.{event}",
        "timestamp": now.isoformat(),
        "data": {
            "alert": str(alert.uuid),
            "rule": {"id": str(rule.uuid), "name": rule.name, "metric": rule.metric},
            "project": {"id": str(alert.project.uuid), "name": alert.project.name},
            "message": alert.message,
            "value": alert.value,
            "threshold": rule.threshold,
            "opened_at": alert.opened_at.isoformat(),
            "closed_at": alert.closed_at.isoformat() if alert.closed_at else None,
            "link": settings.PLATFORM_URL + alert.link,
        },
    }


def test_payload(channel: AlertChannel, now: datetime) -> dict[str, Any]:
    return {
        "type": "alert.test",
        "timestamp": now.isoformat(),
        "data": {
            "project": {"id": str(channel.project.uuid), "name": channel.project.name},
            "message": "This is a test: alerts of this project will arrive like this.",
        },
    }


def signed(channel: AlertChannel, message_id: str, body: str, now: datetime) -> dict[str, str]:
    """The headers of Standard Webhooks: the receiver checks with the channel's secret."""
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(channel.secret).sign(message_id, now, body),
    }


def slack_message(event: str, alert: Alert) -> dict[str, Any]:
    """Text for notifications, a block with the link for the channel."""
    head = {"opened": ":red_circle: *Alert*", "closed": ":large_green_circle: *Back to normal*"}
    link = settings.PLATFORM_URL + alert.link
    rule, project = _escaped(alert.rule.name), _escaped(alert.project.name)
    text = f"{head[event]}: <{link}|{rule}>\n{_escaped(alert.message)}\n_{project}_"
    return _slack(f"{alert.rule.name}: {alert.message}", text)


def slack_test(channel: AlertChannel) -> dict[str, Any]:
    text = f"This is a test: alerts of {channel.project.name} will arrive here."
    return _slack(text, _escaped(text))


def compact(value: dict[str, Any]) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _slack(plain: str, text: str) -> dict[str, Any]:
    section = {"type": "section", "text": {"type": "mrkdwn", "text": text}}
    return {"text": plain, "blocks": [section]}


def _escaped(text: str) -> str:
    """As Slack asks for text (api.slack.com/reference/surfaces/formatting#escaping)."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
