"""What goes to a webhook and to Slack."""

import json
from datetime import datetime
from typing import Any

from django.conf import settings
from standardwebhooks import Webhook
from treblle_models.models import Alert, AlertChannel

TEST = "This is a test: alerts of this project will arrive like this."


def payload(
    event: str, channel: AlertChannel, alert: Alert | None, now: datetime
) -> dict[str, Any]:
    """`type`, `timestamp`, `data`, as Standard Webhooks advises; documented in docs/webhooks.md.

    A test has no alert.
    """
    about = {"project": {"id": str(channel.project.uuid), "name": channel.project.name}}
    data = _alert(alert) if alert else {"message": TEST}
    return {"type": f"alert.{event}", "timestamp": now.isoformat(), "data": about | data}


def signed(channel: AlertChannel, message_id: str, body: str, now: datetime) -> dict[str, str]:
    """The headers of Standard Webhooks: the receiver checks with the channel's secret."""
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(channel.secret).sign(message_id, now, body),
    }


def slack_message(event: str, channel: AlertChannel, alert: Alert | None) -> dict[str, Any]:
    """Text for notifications, a block with the link for the channel; a test has no alert."""
    if alert is None:
        text = f"This is a test: alerts of {channel.project.name} will arrive here."
        return _slack(text, _escaped(text))
    head = {"opened": ":red_circle: *Alert*", "closed": ":large_green_circle: *Back to normal*"}
    link = settings.PLATFORM_URL + alert.link
    rule, project = _escaped(alert.rule.name), _escaped(alert.project.name)
    text = f"{head[event]}: <{link}|{rule}>\n{_escaped(alert.message)}\n_{project}_"
    return _slack(f"{alert.rule.name}: {alert.message}", text)


def compact(value: dict[str, Any]) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _alert(alert: Alert) -> dict[str, Any]:
    rule = alert.rule
    return {
        "alert": str(alert.uuid),
        "rule": {"id": str(rule.uuid), "name": rule.name, "metric": rule.metric},
        "message": alert.message,
        "value": alert.value,
        "threshold": rule.threshold,
        "opened_at": alert.opened_at.isoformat(),
        "closed_at": alert.closed_at.isoformat() if alert.closed_at else None,
        "link": settings.PLATFORM_URL + alert.link,
    }


def _slack(plain: str, text: str) -> dict[str, Any]:
    section = {"type": "section", "text": {"type": "mrkdwn", "text": text}}
    return {"text": plain, "blocks": [section]}


def _escaped(text: str) -> str:
    """As Slack asks for text (api.slack.com/reference/surfaces/formatting#escaping)."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
