"""Webhooks of Stripe, applied: each once, in whatever order they come.

Only `customer.subscription.*` says what holds; Checkout's own event only tells whose customer it is.
Events come twice (`payment_events.event_id` knows them), late (`subscriptions.last_event_at` does),
and several within a second, which is all that Stripe's times tell apart: then what is made yields to
what is changed, and what has ended stays ended.
"""

import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.utils import timezone
from treblle_models.models import PaymentEvent, Plan, Subscription, UsageMonth, User

from treblle_platform.billing.gateway import ACCOUNT
from treblle_platform.billing.published_quota import publish_quota

logger = logging.getLogger(__name__)

CREATED: Final = "customer.subscription.created"
DELETED: Final = "customer.subscription.deleted"
CHANGES: Final = frozenset(
    {
        CREATED,
        DELETED,
        "customer.subscription.updated",
        "customer.subscription.paused",
        "customer.subscription.resumed",
    }
)
# docs.stripe.com/billing/subscriptions/overview#subscription-statuses
STATUSES: Final = {
    "trialing": Subscription.Status.TRIALING,
    "active": Subscription.Status.ACTIVE,
    "past_due": Subscription.Status.PAST_DUE,
    "unpaid": Subscription.Status.CANCELED,
    "canceled": Subscription.Status.CANCELED,
    "incomplete_expired": Subscription.Status.CANCELED,
    "paused": Subscription.Status.CANCELED,
}


class UnknownPrice(LookupError):
    """A subscription to a price that belongs to none of our plans: the operator's to mend."""


def take(event: Mapping[str, Any]) -> bool:
    """Apply an event; False where it was taken before. All of it, or, on an error, nothing.

    Raises `UnknownPrice`, `KeyError` where an event is not as Stripe documents it.
    """
    try:
        with transaction.atomic():
            user = _take(event)
    except IntegrityError:
        if PaymentEvent.objects.filter(event_id=event["id"]).exists():
            return False
        raise
    if user is not None:
        publish_quota(user, timezone.now())
    return True


def _take(event: Mapping[str, Any]) -> User | None:
    kind, thing = str(event["type"]), event["data"]["object"]
    made_at = _moment(event["created"])
    row = PaymentEvent.objects.create(
        event_id=event["id"], type=kind, occurred_at=made_at, payload=_kept(thing)
    )
    user = _apply(kind, thing, made_at) if kind in CHANGES else None
    if kind == "checkout.session.completed":
        _remember_customer(thing)
    PaymentEvent.objects.filter(pk=row.pk).update(processed_at=timezone.now())
    return user


def _apply(kind: str, thing: Mapping[str, Any], made_at: datetime) -> User | None:
    status = STATUSES.get(thing["status"])
    user = _account(thing)
    if status is None or user is None:
        # Not paid yet ("incomplete"), or of no account here.
        logger.info("event %s changes nothing: status %s", kind, thing["status"])
        return None
    subscription = Subscription.objects.select_for_update().filter(user=user).first()
    if subscription is not None and _is_past(subscription, kind, thing, made_at, status):
        return None
    plan = _plan(thing)
    values = {
        "plan": plan,
        "status": Subscription.Status.CANCELED if kind == DELETED else status,
        "stripe_customer_id": thing["customer"],
        "stripe_subscription_id": thing["id"],
        "current_period_start": _moment(_period(thing, "current_period_start")),
        "current_period_end": _moment(_period(thing, "current_period_end")),
        "cancels_at": _moment(thing.get("cancel_at")),
        "last_event_at": made_at,
    }
    Subscription.objects.update_or_create(user=user, defaults=values)
    # Another limit: who was warned of the old one is warned of the new one again.
    month = timezone.now().date().replace(day=1)
    if subscription is None or subscription.plan_id != plan.pk:
        marked = UsageMonth.objects.filter(user=user, month=month)
        marked.update(warned_at=None, limit_reached_at=None)
    fresh: User = User.objects.select_related("subscription__plan").get(pk=user.pk)
    return fresh


def _is_past(
    known: Subscription,
    kind: str,
    thing: Mapping[str, Any],
    made_at: datetime,
    status: Subscription.Status,
) -> bool:
    """Whether what is known is newer than the event, or of a subscription that took its place."""
    ended = known.status == Subscription.Status.CANCELED
    same = known.stripe_subscription_id == thing["id"]
    ends = kind == DELETED or status == Subscription.Status.CANCELED
    if ends and known.stripe_subscription_id and not same and not ended:
        # An older subscription ends while the next one runs.
        return True
    last = known.last_event_at
    if last is None or made_at > last:
        return False
    if made_at < last:
        return True
    return kind != DELETED and same and (ended or kind == CREATED)


def _account(thing: Mapping[str, Any]) -> User | None:
    uuid = (thing.get("metadata") or {}).get(ACCOUNT)
    if uuid:
        return User.find_by_uuid(uuid)
    payers = User.objects.filter(subscription__stripe_customer_id=thing["customer"])
    found: User | None = payers.first()
    return found


def _plan(thing: Mapping[str, Any]) -> Plan:
    price = thing["items"]["data"][0]["price"]["id"]
    plan = Plan.objects.filter(stripe_price_id=price).first()
    if plan is None:
        raise UnknownPrice(price)
    return plan


def _period(thing: Mapping[str, Any], name: str) -> Any:
    """On the item since the API of 2025-03-31, before that on the subscription."""
    return thing["items"]["data"][0].get(name) or thing.get(name)


def _remember_customer(session: Mapping[str, Any]) -> None:
    """So that the portal opens also where an event of the subscription named no account."""
    user = User.find_by_uuid(session.get("client_reference_id") or "")
    if user is not None and session.get("customer"):
        rows = Subscription.objects.filter(user=user, stripe_customer_id="")
        rows.update(stripe_customer_id=session["customer"])


def _kept(thing: Mapping[str, Any]) -> dict[str, Any]:
    """What explains the event later; names and addresses stay at Stripe."""
    return {name: thing[name] for name in ("id", "object", "customer", "status") if name in thing}


def _moment(seconds: Any) -> Any:
    return None if seconds is None else datetime.fromtimestamp(int(seconds), UTC)
