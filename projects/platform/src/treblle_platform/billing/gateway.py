"""Stripe, by its own library: a page to pay on, a page to manage what one pays.

Card data is entered at Stripe and never passes here. The library is imported where it is used: most
processes never need it.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.conf import settings
from treblle_models.models import Plan, Subscription, User

if TYPE_CHECKING:
    from stripe import StripeClient

TIMEOUT_S = 10
RETRIES = 2
# The name under which a subscription at Stripe carries our account.
ACCOUNT = "account"


class PaymentsUnavailable(Exception):
    """Stripe is away, refused, or is not set up, in words for whoever wanted to pay."""


def is_set_up() -> bool:
    return bool(settings.STRIPE_SECRET_KEY and settings.STRIPE_WEBHOOK_SECRET)


def checkout_url(user: User, plan: Plan, *, back: str) -> str:
    """Where the account pays for the plan; `back` is the page it comes back to."""
    subscription: Subscription | None = getattr(user, "subscription", None)
    customer = subscription.stripe_customer_id if subscription else ""
    account = str(user.uuid)
    params: dict[str, Any] = {
        "mode": "subscription",
        "line_items": [{"price": plan.stripe_price_id, "quantity": 1}],
        "client_reference_id": account,
        "subscription_data": {"metadata": {ACCOUNT: account}},
        "success_url": f"{back}?paid=1",
        "cancel_url": back,
    }
    params |= {"customer": customer} if customer else {"customer_email": user.email}
    return _url(lambda client: client.v1.checkout.sessions.create(params=params))


def portal_url(customer: str, *, back: str) -> str:
    """Where a customer changes plan and card, sees invoices, or ends the subscription."""
    params = {"customer": customer, "return_url": back}
    return _url(lambda client: client.v1.billing_portal.sessions.create(params=params))


def verified_event(payload: bytes, signature: str) -> Mapping[str, Any]:
    """The event of a webhook, its signature checked. Raises `ValueError` where it is not Stripe's."""
    import json

    from stripe import SignatureVerificationError, WebhookSignature

    text = payload.decode()
    try:
        WebhookSignature.verify_header(text, signature, settings.STRIPE_WEBHOOK_SECRET, 300)
    except SignatureVerificationError as error:
        raise ValueError(str(error)) from error
    event: Mapping[str, Any] = json.loads(text)
    return event


def _url(create: Any) -> str:
    import stripe

    if not is_set_up():
        raise PaymentsUnavailable("Payments are not set up on this installation.")
    try:
        return str(create(_client()).url)
    except stripe.APIConnectionError as error:
        raise PaymentsUnavailable("Stripe does not answer. Please try again shortly.") from error
    except stripe.StripeError as error:
        raise PaymentsUnavailable("Stripe refused this. Please write to us.") from error


def _client() -> "StripeClient":
    import stripe

    return stripe.StripeClient(
        settings.STRIPE_SECRET_KEY,
        base_addresses={"api": settings.STRIPE_API_URL},
        max_network_retries=RETRIES,
        http_client=stripe.RequestsClient(timeout=TIMEOUT_S),
    )
