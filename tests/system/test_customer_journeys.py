"""What marketing and customers do across website, platform and intake, in a browser, all processes real.

Stripe is played by its documented part of the protocol: the events it signs and sends.
"""

import json
import secrets
import shutil
import time
from collections.abc import Iterator
from email import message_from_bytes, policy
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from bs4 import BeautifulSoup
from celery import Celery
from stripe import WebhookSignature

from embedded.ports import Ports
from embedded.surroundings import EDITOR_EMAIL, Choices
from embedded.system import System
from tests.support.accessibility import DESKTOP, PHONE
from tests.support.conditions import wait_until
from tests.support.payloads import django_payload
from tests.support.watching import ROW, Account, log_in, make_account, rows_of

if TYPE_CHECKING:
    from playwright.sync_api import Page, ViewportSize

WEBHOOK_SECRET = f"whsec_{secrets.token_hex(16)}"
HEADLINE = "Watch your API work"
PASSPHRASE = "a-long-enough-passphrase-42"
FREE_LIMIT = 10
LOW, USED_UP = "Your monthly requests run low", "Your monthly requests are used up"
TOKEN = "csrfmiddlewaretoken"
# A worker that works on other things first, and an intake that remembers an answer for seconds.
PATIENCE_S = 60


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    folder = tmp_path_factory.mktemp("journeys")
    stripe = {
        "STRIPE_SECRET_KEY": f"sk_test_{secrets.token_hex(8)}",
        "STRIPE_WEBHOOK_SECRET": WEBHOOK_SECRET,
    }
    choices = Choices(log_level="warning", more=stripe)
    parts = ("intake", "etl", "platform", "website")
    with System(folder / "data", Ports.free(), choices, parts=parts) as system:
        system.run("platform", "seed_plans", "--price", "team=price_team")
        yield system
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def visitor(page: "Page") -> Iterator["Page"]:
    """A second browser, which knows nothing of the first: no cookie, no cache."""
    context = page.context.browser.new_context()
    yield context.new_page()
    context.close()


def home_page(system: System) -> int:
    with rows_of(system.environment("website")) as rows:
        return rows.number("SELECT id FROM wagtailcore_page WHERE url_path = '/treblle/'")


def headline(page: "Page", system: System) -> str:
    page.goto(f"{system.url('website')}/")
    return page.locator("h1").inner_text()


def test_an_editor_changes_the_home_page_and_a_visitor_sees_it(
    page: "Page", visitor: "Page", system: System
) -> None:
    before = headline(visitor, system)
    page.goto(f"{system.url('website')}/cms/")
    page.locator("[name=username]").fill(EDITOR_EMAIL)
    page.locator("[name=password]").fill(system.around.editor_password())
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name="Pages").first.wait_for()
    page.goto(f"{system.url('website')}/cms/pages/{home_page(system)}/edit/")
    page.locator("[name=body-0-value-headline]").fill(HEADLINE)
    assert headline(visitor, system) == before
    page.locator("footer").get_by_role("button", name="More actions").click()
    page.get_by_role("button", name="Publish", exact=True).click()
    page.get_by_text("published").first.wait_for()
    # Pages are kept for a second without asking whether they are old.
    wait_until(lambda: headline(visitor, system) == HEADLINE, within_s=PATIENCE_S)


@pytest.mark.parametrize("screen", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_visitor_goes_from_home_to_a_first_project_and_its_first_request(
    page: "Page", system: System, screen: "ViewportSize"
) -> None:
    email = f"ana-{screen['width']}@shop.example"
    page.set_viewport_size(screen)
    page.goto(f"{system.url('website')}/")
    page.get_by_role("link", name="Start free").first.click()
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(PASSPHRASE)
    page.get_by_role("button", name="Create account").click()
    page.get_by_role("link", name="New project").first.click()
    page.get_by_label("Name").fill("Shop")
    page.get_by_role("button", name="Create project").click()
    page.wait_for_url("**/setup/")
    with rows_of(system.environment("platform")) as rows:
        [made] = rows.all(
            "SELECT u.api_key, p.custom_id FROM users u JOIN projects p ON p.user_id = u.id"
            f" WHERE u.email = '{email}'"
        )
    assert made["custom_id"] in page.content()
    assert send(system, made["api_key"], made["custom_id"]).status_code == 202
    page.get_by_role("link", name="Watch requests live").click()
    page.wait_for_selector(ROW)


def test_an_upgrade_by_webhook_lifts_the_quota_of_which_two_mails_told(
    page: "Page", system: System
) -> None:
    limit = f"Plan.objects.filter(code='free').update(monthly_requests={FREE_LIMIT})"
    system.run("platform", "shell", "-c", f"from treblle_models.models import Plan; {limit}")
    account = make_account(system, "paying@shop.example")

    fill(system, account, up_to=8)
    wait_until(lambda: told(system, account) == [LOW], within_s=PATIENCE_S)
    fill(system, account, up_to=FREE_LIMIT)
    wait_until(lambda: told(system, account) == [USED_UP, LOW], within_s=PATIENCE_S)
    refused = wait_until(lambda: refusal(system, account), within_s=PATIENCE_S)
    assert int(refused.headers["Retry-After"]) > 0
    assert "larger plan" in refused.text
    ask_again_and_wait(system, account)
    assert told(system, account) == [USED_UP, LOW]

    log_in(page, system, account)
    page.goto(f"{system.url('platform')}/account/billing/")
    assert page.get_by_text("Used up").is_visible()
    assert webhook(system, user_uuid(system, account)).status_code == 200
    page.reload()
    page.get_by_role("heading", name="Team plan").wait_for()
    wait_until(lambda: accepts(system, account), within_s=PATIENCE_S)


def send(system: System, api_key: str, project_id: str) -> httpx.Response:
    payload = django_payload() | {"api_key": api_key, "project_id": project_id}
    headers = {"x-api-key": api_key}
    return httpx.post(system.url("intake"), json=payload, headers=headers, timeout=30)


def accepts(system: System, account: Account) -> bool:
    return send(system, account.api_key, account.project_id).status_code == 202


def refusal(system: System, account: Account) -> httpx.Response | None:
    answer = send(system, account.api_key, account.project_id)
    return answer if answer.status_code == 429 else None


def fill(system: System, account: Account, *, up_to: int) -> None:
    """Send until so many requests of this month are counted, then let the ETL say so."""
    query = (
        "SELECT SUM(m.requests) FROM usage_months m JOIN users u ON u.id = m.user_id"
        f" WHERE u.email = '{account.email}'"
    )
    with rows_of(system.environment("platform")) as rows:
        for _ in range(up_to - rows.number(query)):
            assert send(system, account.api_key, account.project_id).status_code == 202
        wait_until(lambda: rows.number(query) == up_to, within_s=PATIENCE_S)
    ask(system, "treblle_etl.publish_quotas", "etl-background")
    mark = "warned_at" if up_to < FREE_LIMIT else "limit_reached_at"
    with rows_of(system.environment("platform")) as rows:
        marked = query.replace("SUM(m.requests)", f"COUNT(m.{mark})")
        wait_until(lambda: rows.number(marked) == 1, within_s=PATIENCE_S)
    ask(system, "treblle_platform.send_limit_mails", "platform")


def told(system: System, account: Account) -> list[str]:
    """Subjects of the mails about its limit that went out to the account, in the alphabet's order."""
    return [subject for subject in subjects(system, account) if subject in (LOW, USED_UP)]


def subjects(system: System, account: Account) -> list[str]:
    files = system.folder.subfolder("mail").iterdir()
    found = [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]
    return sorted(str(m["subject"]) for m in found if account.email in str(m["to"]))


def ask_again_and_wait(system: System, account: Account) -> None:
    """Until mails that were ordered after asking are out: the worker does one thing after another."""
    ask(system, "treblle_platform.send_limit_mails", "platform")
    for _ in range(2):
        before = len(subjects(system, account))
        with httpx.Client(base_url=system.url("platform")) as browser:
            page = browser.get("/accounts/password/reset/")
            token = BeautifulSoup(page.content, "html.parser").find(attrs={"name": TOKEN})["value"]
            form = {TOKEN: token, "email": account.email}
            assert browser.post("/accounts/password/reset/", data=form).status_code == 302
        wait_until(lambda sent=before: len(subjects(system, account)) > sent, within_s=PATIENCE_S)


def ask(system: System, task: str, queue: str) -> None:
    with Celery(broker=system.environment("platform")["BROKER_URL"]) as app:
        app.send_task(task, queue=queue)


def user_uuid(system: System, account: Account) -> str:
    with rows_of(system.environment("platform")) as rows:
        [row] = rows.all(f"SELECT uuid FROM users WHERE email = '{account.email}'")
    return str(row["uuid"])


def webhook(system: System, account: str) -> httpx.Response:
    """As docs.stripe.com/api/events and …/webhooks/signature have it."""
    now = int(time.time())
    price = {"id": "price_team", "object": "price"}
    item = {"object": "subscription_item", "price": price}
    item |= {"current_period_start": now, "current_period_end": now + 30 * 86400}
    subscription: dict[str, Any] = {
        **{"id": "sub_1", "object": "subscription", "customer": "cus_1", "status": "active"},
        **{"cancel_at": None, "metadata": {"account": account}},
        "items": {"object": "list", "data": [item]},
    }
    event = {
        **{"id": f"evt_{secrets.token_hex(8)}", "object": "event", "created": now},
        **{"type": "customer.subscription.created", "data": {"object": subscription}},
    }
    body = json.dumps(event)
    signature = WebhookSignature.generate_signature_header(body, WEBHOOK_SECRET, timestamp=now)
    return httpx.post(
        f"{system.url('platform')}/webhooks/stripe/",
        content=body,
        headers={"Stripe-Signature": signature, "Content-Type": "application/json"},
        timeout=30,
    )
