"""Plans and payment: signed webhooks in the form Stripe documents, and a double of Stripe's API."""

import json
import secrets
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar
from urllib.parse import parse_qs

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from stripe import WebhookSignature
from treblle_models.models import PaymentEvent, Plan, Project, Subscription, UsageMonth
from treblle_platform.billing.catalog import seed_plans
from treblle_service.quotas import Quotas, State

SECRET = f"whsec_{secrets.token_hex(16)}"
PRICES = {"team": "price_team", "business": "price_business"}
BILLING = "/account/billing/"
WEBHOOK = "/webhooks/stripe/"
NOON = 1_790_000_000


@pytest.fixture
def plans(db):
    seed_plans(PRICES)


@pytest.fixture
def stripe_keys(settings, valkey_url):
    settings.STRIPE_SECRET_KEY = "sk_test_" + secrets.token_hex(8)
    settings.STRIPE_WEBHOOK_SECRET = SECRET
    settings.CACHES = {"default": settings.CACHES["default"] | {"LOCATION": f"{valkey_url}/7"}}
    return settings


@pytest.fixture
def subscription_event(people):
    """An event of a subscription of the owner's, as docs.stripe.com/api/events has it."""

    def make(kind="updated", *, at=0, price="price_team", status="active", **more):
        thing = {
            "id": "sub_1",
            "object": "subscription",
            "customer": "cus_1",
            "status": status,
            "cancel_at": None,
            "metadata": {"account": str(people.owner.uuid)},
            "items": {
                "object": "list",
                "data": [
                    {
                        "object": "subscription_item",
                        "price": {"id": price, "object": "price"},
                        "current_period_start": NOON,
                        "current_period_end": NOON + 30 * 86400,
                    }
                ],
            },
        } | more
        return {
            "id": f"evt_{secrets.token_hex(8)}",
            "object": "event",
            "type": f"customer.subscription.{kind}",
            "created": NOON + at,
            "data": {"object": thing},
        }

    return make


def send(event, *, secret=SECRET, at=None):
    body = json.dumps(event)
    signature = WebhookSignature.generate_signature_header(
        body, secret, timestamp=at or int(time.time())
    )
    return Client().post(
        WEBHOOK,
        body,
        content_type="application/json",
        headers={"Stripe-Signature": signature},
    )


def state(people):
    row = Subscription.objects.select_related("plan").get(user=people.owner)
    return row.plan.code, row.status


def test_an_upgrade_holds_at_once_and_the_intake_knows(
    plans, stripe_keys, subscription_event, people
):
    now = timezone.now()
    used = UsageMonth.objects.create(
        user=people.owner, month=now.date().replace(day=1), requests=50_000, limit_reached_at=now
    )
    quotas = Quotas(stripe_keys.CACHES["default"]["LOCATION"])
    assert send(subscription_event("created")).status_code == 200
    assert state(people) == ("team", "active")
    quota = quotas.read(people.owner.api_key)
    assert (quota.state, quota.limit, quota.used) == (State.OK, 2_000_000, 50_000)
    used.refresh_from_db()
    assert used.limit_reached_at is None


def test_the_same_event_is_taken_once(plans, stripe_keys, subscription_event, people):
    event = subscription_event("created")
    assert send(event).content == b"taken\n"
    Subscription.objects.update(status="past_due")
    assert send(event).content == b"taken before\n"
    assert state(people) == ("team", "past_due")
    assert PaymentEvent.objects.count() == 1


def test_an_older_event_that_comes_late_changes_nothing(
    plans, stripe_keys, subscription_event, people
):
    send(subscription_event(at=60, price="price_business"))
    send(subscription_event(at=30, price="price_team"))
    send(subscription_event("created", at=0, price="price_team"))
    assert state(people) == ("business", "active")
    assert PaymentEvent.objects.filter(processed_at__isnull=False).count() == 3


@pytest.mark.parametrize("order", [("created", "updated"), ("updated", "created")])
def test_within_a_second_what_changed_wins_over_what_was_made(
    plans, stripe_keys, subscription_event, people, order
):
    prices = {"created": "price_team", "updated": "price_business"}
    for kind in order:
        send(subscription_event(kind, price=prices[kind]))
    assert state(people) == ("business", "active")


def test_what_has_ended_stays_ended_and_the_free_plan_holds(
    plans, stripe_keys, subscription_event, people, owner
):
    send(subscription_event("created"))
    send(subscription_event("deleted", at=9, status="canceled"))
    send(subscription_event("updated", at=9))
    assert state(people) == ("team", "canceled")
    quotas = Quotas(stripe_keys.CACHES["default"]["LOCATION"])
    assert quotas.read(people.owner.api_key).limit == 50_000
    assert "Free plan" in owner.get(BILLING).content.decode()


def test_the_end_of_an_older_subscription_does_not_end_the_next(
    plans, stripe_keys, subscription_event, people
):
    send(subscription_event("created", id="sub_1"))
    send(subscription_event("created", at=5, id="sub_2", price="price_business"))
    send(subscription_event("deleted", at=9, id="sub_1", status="canceled"))
    assert state(people) == ("business", "active")


def test_a_subscription_that_is_not_paid_yet_changes_nothing(
    plans, stripe_keys, subscription_event
):
    assert send(subscription_event("created", status="incomplete")).status_code == 200
    assert not Subscription.objects.exists()


def test_a_price_without_a_plan_is_sent_again_until_the_operator_says_whose_it_is(
    plans, stripe_keys, subscription_event, people
):
    event = subscription_event("created", price="price_new")
    assert send(event).status_code == 503
    assert not PaymentEvent.objects.exists()
    call_command("seed_plans", "--price", "team=price_new")
    assert send(event).status_code == 200
    assert state(people) == ("team", "active")


def test_what_stripe_did_not_sign_is_refused(plans, stripe_keys, subscription_event):
    event = subscription_event("created")
    assert send(event, secret="whsec_other").status_code == 400
    assert send(event, at=int(time.time()) - 3600).status_code == 400
    assert Client().post(WEBHOOK, "{}", content_type="application/json").status_code == 400
    assert not PaymentEvent.objects.exists()


def test_nothing_personal_of_an_event_is_kept(plans, stripe_keys, subscription_event):
    send(subscription_event("created", description="Ana, Rua 1"))
    assert "Ana" not in json.dumps(PaymentEvent.objects.get().payload)


def test_without_keys_the_page_says_so_and_the_free_plan_works(plans, owner):
    page = owner.get(BILLING).content.decode()
    assert "Free plan" in page
    assert "Payments are off on this installation" in page
    assert Client().post(WEBHOOK, "{}", content_type="application/json").status_code == 404
    answer = owner.post(f"{BILLING}checkout/", {"plan": "team"}, follow=True)
    assert "Payments are not set up" in answer.content.decode()


def test_without_plans_nothing_is_limited(owner):
    page = owner.get(BILLING).content.decode()
    assert "takes no payments: nothing is limited" in page


@pytest.mark.parametrize(
    ("used", "words"), [(40_000, "More than 80 % are used"), (50_000, "Used up")]
)
def test_the_page_warns_and_says_what_comes_next(plans, owner, people, used, words):
    month = timezone.now().date().replace(day=1)
    UsageMonth.objects.create(user=people.owner, month=month, requests=used)
    assert words in owner.get(BILLING).content.decode()


def test_the_way_out_of_a_used_up_plan_is_one_that_is_there(plans, owner, people, settings):
    month = timezone.now().date().replace(day=1)
    UsageMonth.objects.create(user=people.owner, month=month, requests=50_000)
    assert (
        "whoever runs this installation can raise the limit" in owner.get(BILLING).content.decode()
    )
    settings.STRIPE_SECRET_KEY, settings.STRIPE_WEBHOOK_SECRET = "sk_test_x", SECRET
    page = owner.get(BILLING).content.decode()
    assert "until you take a larger plan" in page
    assert 'aria-label="Choose Team"' in page


def test_who_did_not_pay_keeps_the_plan_and_is_told_what_to_do(
    plans, stripe_keys, subscription_event, owner
):
    send(subscription_event("created", status="past_due"))
    page = owner.get(BILLING).content.decode()
    assert "Team plan" in page
    assert "The last payment did not go through" in page
    assert "Renews on" not in page


def test_a_plan_holds_so_many_projects_and_those_that_are_there_stay(plans, owner, people):
    Plan.objects.filter(code="free").update(max_projects=1)
    Project.objects.create(user=people.owner, name="One")
    answer = owner.post("/projects/new/", {"name": "Two"})
    assert "Your plan holds no more projects" in answer.content.decode()
    assert Project.objects.filter(user=people.owner).count() == 1


def test_plans_are_made_once_and_stay_as_the_operator_has_them(plans, capsys):
    Plan.objects.filter(code="team").update(monthly_requests=5)
    call_command("seed_plans")
    assert "all plans are there" in capsys.readouterr().out
    assert Plan.objects.get(code="team").monthly_requests == 5
    for wrong in ("team", "gold=price_1"):
        with pytest.raises(CommandError):
            call_command("seed_plans", "--price", wrong)


class StripeDouble(BaseHTTPRequestHandler):
    """The two calls we make, as docs.stripe.com/api/checkout/sessions/create and
    …/customer_portal/sessions/create have them: form in, object out, errors as JSON."""

    asked: list[tuple[str, dict[str, list[str]], str]]
    ANSWERS: ClassVar = {
        "/v1/checkout/sessions": ("checkout.session", "https://checkout.stripe.com/c/pay/cs_1"),
        "/v1/billing_portal/sessions": (
            "billing_portal.session",
            "https://billing.stripe.com/p/session/1",
        ),
    }

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.asked.append((self.path, parse_qs(body), self.headers["Authorization"]))
        kind, url = self.ANSWERS[self.path]
        answer = json.dumps({"id": "cs_1", "object": kind, "url": url}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *args):
        pass


@pytest.fixture
def stripe_api(stripe_keys):
    handler = type("Handler", (StripeDouble,), {"asked": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    stripe_keys.STRIPE_API_URL = f"http://127.0.0.1:{server.server_port}"
    yield handler.asked
    server.shutdown()
    server.server_close()
    thread.join()


def test_checkout_happens_at_stripe_and_carries_the_account(
    plans, stripe_api, owner, people, settings
):
    answer = owner.post(f"{BILLING}checkout/", {"plan": "team"})
    assert answer["Location"] == "https://checkout.stripe.com/c/pay/cs_1"
    [(path, asked, authorization)] = stripe_api
    assert path == "/v1/checkout/sessions"
    assert authorization == f"Bearer {settings.STRIPE_SECRET_KEY}"
    assert asked["mode"] == ["subscription"]
    assert asked["line_items[0][price]"] == ["price_team"]
    assert asked["customer_email"] == [people.owner.email]
    assert asked["subscription_data[metadata][account]"] == [str(people.owner.uuid)]


def test_who_pays_already_changes_the_plan_in_the_portal(
    plans, stripe_api, subscription_event, owner
):
    send(subscription_event("created"))
    for path, form in (("portal/", {}), ("checkout/", {"plan": "business"})):
        answer = owner.post(f"{BILLING}{path}", form)
        assert answer["Location"] == "https://billing.stripe.com/p/session/1"
    assert [(path, asked["customer"]) for path, asked, _ in stripe_api] == [
        ("/v1/billing_portal/sessions", ["cus_1"])
    ] * 2


def test_stripe_away_is_said_and_nothing_breaks(plans, stripe_keys, owner, monkeypatch):
    monkeypatch.setattr("treblle_platform.billing.gateway.RETRIES", 0)
    stripe_keys.STRIPE_API_URL = "http://127.0.0.1:1"
    answer = owner.post(f"{BILLING}checkout/", {"plan": "team"}, follow=True)
    assert "Stripe does not answer" in answer.content.decode()
