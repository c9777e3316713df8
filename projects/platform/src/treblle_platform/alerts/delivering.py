"""One delivery to one channel, its answer written down; again later where it failed."""

import random
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import F
from treblle_models.models import Alert, AlertChannel, AlertDelivery, EmailPreference, User
from treblle_service.django import outbound

from treblle_platform.accounts.middleware import zone
from treblle_platform.alerts import messages, pushing
from treblle_platform.mail import outbox

Kind = AlertChannel.Kind
Event = AlertDelivery.Event
# The pauses after each failed try; after the last there is no other. Together some 13 hours.
PAUSES = (
    timedelta(seconds=20),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(hours=1),
    timedelta(hours=4),
    timedelta(hours=8),
)
MAX_ATTEMPTS = len(PAUSES) + 1
# Nobody else takes a delivery that is under way for so long.
LEASE = timedelta(minutes=2)
# "Gone": the receiver wants no more (as Standard Webhooks has it).
GONE = 410
REDIRECTS, CLIENT_ERRORS = 300, 400
ERROR_LENGTH = 1024


def deliver(uuid: str, now: datetime) -> None:
    """Try once. A delivery that is done, given up or under way is left alone."""
    claimed = AlertDelivery.objects.filter(uuid=uuid, status=AlertDelivery.Status.PENDING)
    delivery = claimed.select_related("alert__rule", "alert__project", "channel__project").first()
    if delivery is None or not _claim(delivery, now):
        return
    channel = delivery.channel
    try:
        status = _send(delivery, channel, now)
    except outbound.Refused as error:
        _give_up(delivery, str(error), None)
    except outbound.NotDelivered as error:
        _failed(delivery, str(error), None, now)
    else:
        if status is None or status < REDIRECTS:
            AlertDelivery.objects.filter(pk=delivery.pk).update(
                status=AlertDelivery.Status.DELIVERED,
                delivered_at=now,
                response_status=status,
                next_attempt_at=None,
                error="",
                updated_at=now,
            )
        else:
            _answered_badly(delivery, status, now)


def send_test(channel: AlertChannel, now: datetime) -> AlertDelivery:
    """Try a channel out, at once and only once; how that went is in the row."""
    delivery = AlertDelivery.of_test(channel, now)
    deliver(str(delivery.uuid), now)
    delivery.refresh_from_db()
    return delivery


def in_words(delivery: AlertDelivery) -> str:
    """How a test went that was delivered."""
    channel = delivery.channel
    if channel.kind == Kind.EMAIL:
        return f"A mail is on its way to {channel.target}."
    if channel.kind == Kind.PUSH:
        return "It went to the devices of the team."
    return f"It answered with {delivery.response_status}."


def pause_after(attempts: int) -> timedelta | None:
    """How long to wait after that many tries, a fifth more or less; None: give up."""
    if attempts > len(PAUSES):
        return None
    return PAUSES[attempts - 1] * random.uniform(0.8, 1.2)  # noqa: S311 (only spreads load)


def _claim(delivery: AlertDelivery, now: datetime) -> bool:
    same = AlertDelivery.objects.filter(
        pk=delivery.pk, status=AlertDelivery.Status.PENDING, attempts=delivery.attempts
    )
    claimed = same.update(attempts=F("attempts") + 1, next_attempt_at=now + LEASE)
    delivery.attempts += claimed
    return bool(claimed)


def _send(delivery: AlertDelivery, channel: AlertChannel, now: datetime) -> int | None:
    """The status of the answer; None for mail, which went into a queue, and push messages."""
    alert = delivery.alert
    if alert is not None and not channel.is_enabled:
        raise outbound.Refused("The channel was switched off.")
    if channel.kind == Kind.EMAIL:
        if alert is None:
            _test_mail(delivery, channel)
        else:
            _mail(delivery, channel, alert)
        return None
    if channel.kind == Kind.PUSH:
        pushing.push(channel.project, pushing.message_of(delivery.event, channel.project, alert))
        return None
    headers: dict[str, str] = {}
    if channel.kind == Kind.SLACK:
        body = messages.compact(messages.slack_message(delivery.event, channel, alert))
    else:
        body = messages.compact(messages.payload(delivery.event, channel, alert, now))
        headers = messages.signed(channel, str(delivery.uuid), body, now)
    return outbound.post(outbound.parse(channel.target), body.encode(), headers).status


def _test_mail(delivery: AlertDelivery, channel: AlertChannel) -> None:
    outbox.send(
        kind="test",
        to=channel.target,
        subject=f"Test: alerts of {channel.project.name}",
        template="alert_test",
        context={"project": channel.project},
        dedupe_key=f"alert-test/{delivery.uuid}",
    )


def _mail(delivery: AlertDelivery, channel: AlertChannel, alert: Alert) -> None:
    is_open = delivery.event == Event.OPENED
    user = User.objects.filter(email=channel.target, is_active=True).first()
    own_zone = zone(user.time_zone if user else "UTC")
    lead = "Alert" if is_open else "Back to normal"
    outbox.send(
        kind=EmailPreference.Kind.ALERT,
        to=channel.target,
        user=user,
        subject=f"{lead}: {alert.rule.name} ({alert.project.name})",
        template="alert",
        context={
            "alert": alert,
            "rule": alert.rule,
            "project": alert.project,
            "is_open": is_open,
            "opened_at": _moment(alert.opened_at, own_zone),
            "closed_at": _moment(alert.closed_at, own_zone) if alert.closed_at else "",
            "link": settings.PLATFORM_URL + alert.link,
        },
        dedupe_key=f"alert/{delivery.uuid}",
    )


def _moment(moment: datetime, own_zone: ZoneInfo) -> str:
    return f"{moment.astimezone(own_zone):%-d %B, %H:%M} ({own_zone.key})"


def _answered_badly(delivery: AlertDelivery, status: int, now: datetime) -> None:
    """Asked again later, unless the receiver is gone or leads elsewhere."""
    words = _status_in_words(status)
    if status == GONE:
        AlertChannel.objects.filter(pk=delivery.channel_id).update(is_enabled=False)
        _give_up(delivery, f"{words}: the channel is switched off", status)
    elif status < CLIENT_ERRORS:
        _give_up(delivery, f"{words}: redirects are not followed", status)
    else:
        _failed(delivery, words, status, now)


def _status_in_words(status: int) -> str:
    return f"it answered with {status}"


def _failed(delivery: AlertDelivery, error: str, status: int | None, now: datetime) -> None:
    pause = pause_after(delivery.attempts)
    if pause is None or delivery.event == Event.TEST:
        _give_up(delivery, error, status)
        return
    AlertDelivery.objects.filter(pk=delivery.pk).update(
        error=error[:ERROR_LENGTH],
        response_status=status,
        next_attempt_at=now + pause,
        updated_at=now,
    )


def _give_up(delivery: AlertDelivery, error: str, status: int | None) -> None:
    AlertDelivery.objects.filter(pk=delivery.pk).update(
        status=AlertDelivery.Status.FAILED,
        error=error[:ERROR_LENGTH],
        response_status=status,
        next_attempt_at=None,
    )
