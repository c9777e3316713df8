"""Settings, second factors and alerts in Chromium, on a desktop and a phone, in both themes."""

import re

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.utils import timezone
from playwright.sync_api import expect
from treblle_models.models import (
    AccessToken,
    Alert,
    AlertChannel,
    AlertDelivery,
    AlertRule,
    AuditEntry,
    Erasure,
)

pytestmark = pytest.mark.django_db(transaction=True)

TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
PASSWORD = "a long enough password"


@pytest.fixture
def furnished(project, people, add_request):
    """A project in which every settings page has something to show."""
    now = timezone.now()
    project.members.create(email="newcomer@example.com", role="member")
    project.environments.create(name="production")
    kept = add_request()
    project.pinned_requests.create(request_uuid=kept.uuid, received_at=kept.received_at)
    AccessToken.issue(people.owner, "Nightly report", scope="read")
    AuditEntry.objects.create(
        project=project,
        user=people.owner,
        email=people.owner.email,
        action="project.data_changed",
        ip="203.0.113.9",
        changes={"retention_days": [None, 7], "masked_names": [[], ["iban", "salary"]]},
    )
    rule = AlertRule.objects.create(
        project=project, name="Too many errors", metric="error_rate", threshold=0.05
    )
    AlertRule.objects.create(project=project, name="News", metric="new_endpoint", is_enabled=False)
    channel = AlertChannel.objects.create(
        project=project,
        kind="webhook",
        name="Operations",
        target="https://ops.example.com/treblle",
        secret="whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    )
    for number, closed_at in enumerate((None, now)):
        alert = Alert.objects.create(
            project=project,
            rule=rule,
            opened_at=now,
            closed_at=closed_at,
            message="12.5% of 200 requests failed in the last 5 minutes; the limit is 5%.",
            link=f"/projects/{project.uuid}/requests/",
        )
        AlertDelivery.objects.create(
            alert=alert,
            channel=channel,
            event="opened",
            status=("delivered", "failed")[number],
            delivered_at=(now, None)[number],
            attempts=1 + 6 * number,
            response_status=(204, 500)[number],
            error=("", "it answered with 500")[number],
        )
    AlertDelivery.objects.create(
        channel=channel, event="test", status="delivered", delivered_at=now, attempts=1
    )
    order = Erasure.objects.create(
        subject="customer",
        user_uuid=people.owner.uuid,
        project_uuid=project.uuid,
        progress="done",
        started_at=now,
        finished_at=now,
        receipt={"rows": {"requests": 1204}, "objects": {"details": 31}, "lines": {"raw": 88}},
    )
    return {"rule": rule, "channel": channel, "order": order}


@pytest.fixture
def pages(platform_url, project, furnished):
    lead = f"{platform_url}/projects/{project.uuid}"
    return {
        "profile": f"{platform_url}/account/",
        "security": f"{platform_url}/account/security/",
        "keys": f"{platform_url}/account/keys/",
        "mail": f"{platform_url}/account/mail/",
        "your-data": f"{platform_url}/account/data/",
        "team": f"{lead}/team/",
        "settings": f"{lead}/settings/",
        "data": f"{lead}/settings/data/",
        "environments": f"{lead}/settings/environments/",
        "pinned": f"{lead}/settings/pinned/",
        "audit": f"{lead}/settings/audit/",
        "erase": f"{lead}/settings/erase/",
        "receipt": f"{lead}/settings/erase/{furnished['order'].uuid}/",
        "alerts": f"{lead}/alerts/",
        "rules": f"{lead}/alerts/rules/",
        "rule-kinds": f"{lead}/alerts/rules/new/",
        "rule": f"{lead}/alerts/rules/{furnished['rule'].uuid}/",
        "channels": f"{lead}/alerts/channels/",
        "email-channel": f"{lead}/alerts/channels/new/email/",
        "webhook-channel": f"{lead}/alerts/channels/new/webhook/",
        "channel": f"{lead}/alerts/channels/{furnished['channel'].uuid}/",
        "deliveries": f"{lead}/alerts/deliveries/",
    }


def test_every_page_of_settings_and_alerts_is_accessible(logged_in, pages, assert_accessible):
    assert_accessible(*pages.values())


def log_in(page, platform_url, email):
    page.goto(f"{platform_url}/accounts/login/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in", exact=True).click()
    expect(page).not_to_have_url(re.compile("/login/"))


def confirm(page):
    """What is dangerous asks for the password once more."""
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()


def code_of(secret):
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


@pytest.mark.parametrize("width", [390, 1440])
def test_an_authenticator_app_is_set_up_and_asked_for(
    watched, platform_url, owner_with_password, width
):
    page = watched
    page.set_viewport_size({"width": width, "height": 844})
    log_in(page, platform_url, owner_with_password.email)
    page.goto(f"{platform_url}/account/security/")
    page.get_by_role("listitem").filter(has_text="Authenticator app").get_by_role("link").click()
    confirm(page)
    expect(page.get_by_role("img", name="QR code")).to_be_visible()
    secret = page.locator("#authenticator_secret").inner_text()
    page.get_by_label("Authenticator code").fill(code_of(secret))
    page.get_by_role("button", name="Turn on").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    code = page.locator(".recovery li").first.inner_text()
    page.context.clear_cookies()
    log_in(page, platform_url, owner_with_password.email)
    expect(page.get_by_role("heading", name="One more thing")).to_be_visible()
    page.get_by_label("Code").fill(code)
    page.get_by_role("button", name="Log in", exact=True).click()
    expect(page).to_have_url(re.compile("/projects/$"))


def test_a_passkey_is_added_and_logs_in_without_a_password(
    watched, platform_url, owner_with_password
):
    """With Chromium's virtual authenticator (WebAuthn, section 11)."""
    page = watched
    local = platform_url.replace("127.0.0.1", "localhost")
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
            }
        },
    )
    log_in(page, local, owner_with_password.email)
    page.goto(f"{local}/accounts/2fa/webauthn/add/")
    confirm(page)
    page.get_by_label("Name").fill("Laptop")
    page.get_by_label("Passwordless").check()
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    page.context.clear_cookies()
    page.goto(f"{local}/accounts/login/")
    page.get_by_role("button", name="Log in with a passkey").click()
    expect(page).to_have_url(re.compile("/projects/$"))


def test_from_a_rule_to_its_place_in_the_list(page_on_each_screen, platform_url, project):
    page = page_on_each_screen
    page.goto(f"{platform_url}/projects/{project.uuid}/alerts/")
    page.get_by_role("link", name="Make the first rule").click()
    page.get_by_role("link", name="Error rate", exact=True).click()
    page.get_by_label("Limit").fill("2.5")
    page.get_by_label("Within").select_option("15 minutes")
    page.get_by_role("button", name="Make the rule").click()
    expect(page.get_by_text("Error rate: above 2.5%, within 15 minutes")).to_be_visible()
    expect(page.get_by_text("Goes nowhere")).to_be_visible()


def test_a_token_is_shown_once_and_revoked(
    page_on_each_screen, login, platform_url, owner_with_password
):
    page = page_on_each_screen
    login(owner_with_password)
    page.goto(f"{platform_url}/account/keys/")
    page.get_by_role("link", name="New token").click()
    confirm(page)
    page.get_by_label("Name").fill("Nightly report")
    page.get_by_label("Expires").select_option("30 days")
    page.get_by_role("button", name="Make token").click()
    secret = page.locator("#token").inner_text()
    assert AccessToken.objects.find(secret).user == owner_with_password
    page.get_by_role("link", name="Done").click()
    expect(page.get_by_text("Nightly report")).to_be_visible()
    assert secret not in page.content()
    page.get_by_role("button", name="Revoke Nightly report").click()
    expect(page.get_by_text("Nightly report no longer works.")).to_be_visible()
    assert AccessToken.objects.find(secret) is None


def test_the_account_key_is_rotated_and_the_old_one_has_its_grace(
    page_on_each_screen, login, platform_url, owner_with_password
):
    page, old = page_on_each_screen, owner_with_password.api_key
    login(owner_with_password)
    page.goto(f"{platform_url}/account/keys/")
    page.get_by_text("Rotate the key").click()
    page.get_by_role("button", name="Make a new key").click()
    confirm(page)
    expect(page.get_by_text(f"The old key, ending in {old[-4:]}, works until")).to_be_visible()
    owner_with_password.refresh_from_db()
    assert page.locator("#api-key").inner_text() == owner_with_password.api_key != old


def test_pages_of_two_factor_login_are_accessible(
    watched, platform_url, owner_with_password, assert_accessible
):
    page, lead = watched, f"{platform_url}/accounts/2fa"
    log_in(page, platform_url, owner_with_password.email)
    page.goto(f"{lead}/totp/activate/")
    assert_accessible(page.url)
    confirm(page)
    assert_accessible(f"{lead}/totp/activate/", f"{lead}/webauthn/", f"{lead}/webauthn/add/")
    TOTP.activate(owner_with_password, TOTP_SECRET)
    RecoveryCodes.activate(owner_with_password)
    assert_accessible(
        f"{lead}/recovery-codes/",
        f"{lead}/recovery-codes/generate/",
        f"{lead}/totp/deactivate/",
        f"{platform_url}/accounts/password/change/",
    )
    page.context.clear_cookies()
    log_in(page, platform_url, owner_with_password.email)
    assert_accessible(f"{lead}/authenticate/")


def test_pages_for_staff_are_accessible(login, platform_url, people, assert_accessible):
    people.owner.is_staff = True
    people.owner.save()
    login(people.owner)
    assert_accessible(f"{platform_url}/staff/", f"{platform_url}/staff/accounts/")


def test_a_session_elsewhere_is_ended(watched, somebody_else, platform_url, owner_with_password):
    page, elsewhere = watched, somebody_else
    for window in (elsewhere, page):
        log_in(window, platform_url, owner_with_password.email)
    page.goto(f"{platform_url}/account/security/")
    page.get_by_role("button", name="Log out everywhere else").click()
    expect(page.get_by_role("status")).to_be_visible()
    elsewhere.reload()
    expect(elsewhere).to_have_url(re.compile("/accounts/login/"))
