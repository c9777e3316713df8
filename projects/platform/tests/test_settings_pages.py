"""Settings of account and project: each form through its page, by those who may."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from treblle_models.models import AccessToken, AuditEntry, Environment, PinnedRequest, Request
from treblle_service import details
from treblle_service.store import open_store

PASSWORD = "a long enough password"


@pytest.fixture
def settings_of(project):
    return f"/projects/{project.uuid}/settings/"


@pytest.fixture
def confirmed(owner):
    """The owner's browser, in which the password was given just now."""
    answer = owner.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert answer.status_code == 302
    return owner


def as_user(user):
    browser = Client()
    browser.force_login(user)
    return browser


def test_a_profile_is_saved_and_the_theme_is_painted_at_once(owner, people):
    chosen = {"name": "Ana", "time_zone": "America/New_York", "theme": "dark"}
    answer = owner.post("/account/", chosen, follow=True)
    assert 'data-theme="dark"' in answer.content.decode()
    people.owner.refresh_from_db()
    assert (people.owner.name, people.owner.time_zone) == ("Ana", "America/New_York")


def test_times_are_written_in_the_zone_of_the_profile(owner, people, project):
    people.owner.time_zone = "Asia/Tokyo"
    people.owner.save()
    entry = AuditEntry.objects.create(project=project, action="project.changed")
    AuditEntry.objects.filter(pk=entry.pk).update(created_at="2026-03-01T20:30:00Z")
    page = owner.get(f"/projects/{project.uuid}/settings/audit/").content.decode()
    assert "March 2, 2026, 5:30 a.m." in page


def test_a_time_zone_that_is_none_is_refused(owner, people):
    answer = owner.post("/account/", {"name": "", "time_zone": "Mars/Olympus", "theme": ""})
    assert answer.status_code == 400
    people.owner.refresh_from_db()
    assert people.owner.time_zone == "UTC"


def test_a_rotated_key_works_until_its_grace_ends(confirmed, people):
    old = people.owner.api_key
    page = confirmed.post("/account/keys/rotate/", {"grace_hours": "24"}, follow=True)
    people.owner.refresh_from_db()
    assert people.owner.api_key != old
    assert people.owner.api_key in page.content.decode()
    assert people.owner.previous_api_key == old
    left = people.owner.previous_api_key_expires_at - timezone.now()
    assert timedelta(hours=23) < left <= timedelta(hours=24)
    assert AuditEntry.objects.filter(action="key.rotated", user=people.owner).exists()


def test_without_grace_the_old_key_is_gone(confirmed, people):
    confirmed.post("/account/keys/rotate/", {"grace_hours": "0"})
    people.owner.refresh_from_db()
    assert people.owner.previous_api_key == ""


def test_a_key_is_not_rotated_without_the_password(owner, people):
    old = people.owner.api_key
    answer = owner.post("/account/keys/rotate/", {"grace_hours": "0"})
    assert answer["Location"].startswith("/accounts/reauthenticate/")
    people.owner.refresh_from_db()
    assert people.owner.api_key == old


def test_a_token_is_shown_once_and_only_its_digest_is_kept(confirmed, people):
    wanted = {"name": "Nightly", "scope": "read", "life_days": "30"}
    shown = confirmed.post("/account/keys/tokens/new/", wanted)
    token = AccessToken.objects.get(user=people.owner)
    secret = shown.content.decode().split('id="token">')[1].split("<")[0]
    assert AccessToken.objects.find(secret) == token
    assert token.scope == "read"
    assert timedelta(days=29) < token.expires_at - timezone.now() <= timedelta(days=30)
    assert "no-store" in shown["Cache-Control"]
    assert secret not in confirmed.get("/account/keys/").content.decode()


def test_a_revoked_token_opens_nothing(owner, people):
    token, secret = AccessToken.issue(people.owner, "Old")
    owner.post("/account/keys/tokens/revoke/", {"token": str(token.uuid)})
    assert AccessToken.objects.find(secret) is None


def test_nobody_revokes_the_token_of_another(people, client):
    token, secret = AccessToken.issue(people.owner, "Mine")
    answer = as_user(people.stranger).post(
        "/account/keys/tokens/revoke/", {"token": str(token.uuid)}
    )
    assert answer.status_code == 404
    assert AccessToken.objects.find(secret) == token


def test_a_session_is_ended_from_another_browser(people, client):
    browsers = [Client(headers={"user-agent": agent}) for agent in ("Firefox/1 Linux", "curl/8")]
    for browser in browsers:
        browser.post("/accounts/login/", {"login": people.owner.email, "password": PASSWORD})
    page = browsers[0].get("/account/security/").content.decode()
    assert "Firefox on Linux" in page
    assert "curl" in page
    reference = page.split('name="reference" value="')[1].split('"')[0]
    browsers[0].post("/account/security/sessions/end/", {"reference": reference})
    assert browsers[1].get("/account/").status_code == 302
    assert browsers[0].get("/account/").status_code == 200


def test_all_other_sessions_end_at_once(people):
    browsers = [Client() for _ in range(3)]
    for browser in browsers:
        browser.post("/accounts/login/", {"login": people.owner.email, "password": PASSWORD})
    browsers[1].post("/account/security/sessions/end/", {"others": "1"})
    assert [browser.get("/account/").status_code for browser in browsers] == [302, 200, 302]


def test_a_session_of_another_cannot_be_ended(people):
    mine, theirs = Client(), Client()
    mine.post("/accounts/login/", {"login": people.owner.email, "password": PASSWORD})
    mine.post("/accounts/login/", {"login": people.owner.email, "password": PASSWORD})
    theirs.post("/accounts/login/", {"login": people.stranger.email, "password": PASSWORD})
    from allauth.usersessions.models import UserSession
    from treblle_platform.accounts.sealing import seal

    session = UserSession.objects.get(user=people.owner)
    answer = theirs.post("/account/security/sessions/end/", {"reference": seal(str(session.pk))})
    assert answer.status_code == 404
    assert mine.get("/account/").status_code == 200


DATA = {
    "masked_names": "salary\n  iban \nsalary\n",
    "masks_emails": "on",
    "excluded_routes": "/health\nGET /internal/*",
    "sampling_percent": "12.5",
    "retention_days": "7",
    "customer_header": "X-Shop",
    "customer_claim": "sub",
}


def test_what_is_taken_masked_and_kept_is_saved_and_logged(people, project, settings_of):
    as_user(people.member).post(f"{settings_of}data/", DATA)
    project.refresh_from_db()
    assert project.masked_names == ["salary", "iban"]
    assert project.masks_emails
    assert project.excluded_routes == ["/health", "GET /internal/*"]
    assert (project.sampling_rate, project.retention_days) == (0.125, 7)
    assert (project.customer_header, project.customer_claim) == ("X-Shop", "sub")
    entry = AuditEntry.objects.get(action="project.data_changed")
    assert entry.changes["retention_days"] == [None, 7]
    assert entry.email == people.member.email


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("masked_names", "two words"),
        ("excluded_routes", "health"),
        ("sampling_percent", "0"),
        ("retention_days", "31"),
        ("customer_header", "X Shop"),
    ],
)
def test_settings_that_cannot_be_are_refused_with_a_word(owner, project, settings_of, field, value):
    answer = owner.post(f"{settings_of}data/", DATA | {field: value})
    assert answer.status_code == 400
    assert f'id="id_{field}_error"' in answer.content.decode()
    project.refresh_from_db()
    assert project.masked_names == []


def test_a_viewer_sees_settings_and_changes_none(people, project, settings_of):
    viewer = as_user(people.viewer)
    assert "disabled" in viewer.get(f"{settings_of}data/").content.decode()
    assert viewer.post(f"{settings_of}data/", DATA).status_code == 403
    assert viewer.post(settings_of, {"name": "Mine"}).status_code == 403
    project.refresh_from_db()
    assert (project.name, project.masked_names) == ("Bookshop API", [])


def test_environments_are_added_renamed_and_removed(owner, project, settings_of):
    owner.post(f"{settings_of}environments/add/", {"name": "staging"})
    made = Environment.objects.get(project=project)
    again = owner.post(f"{settings_of}environments/add/", {"name": "staging"})
    assert "There is an environment staging already." in again.content.decode()
    owner.post(f"{settings_of}environments/{made.uuid}/", {"name": "test"})
    made.refresh_from_db()
    assert made.name == "test"
    owner.post(f"{settings_of}environments/{made.uuid}/", {"remove": "1"})
    assert not Environment.objects.filter(project=project).exists()


def test_an_environment_that_requests_came_from_stays(owner, project, settings_of, add_request):
    made = Environment.objects.create(project=project, name="production")
    add_request(environment=made)
    page = owner.post(
        f"{settings_of}environments/{made.uuid}/", {"remove": "1"}, follow=True
    ).content.decode()
    assert "it can be renamed, not removed" in page
    assert Environment.objects.filter(pk=made.pk).exists()


def test_a_pinned_request_keeps_its_details_apart_from_what_retention_removes(
    owner, project, settings_of, add_request, add_details, settings
):
    kept = add_request(**add_details({"request": {"body": "keep me"}}))
    first_key = kept.details_key
    page = f"/projects/{project.uuid}/requests/{kept.uuid}/"
    assert "Pin</button>" in owner.get(page).content.decode()
    shown = owner.post(f"{settings_of}pinned/{kept.uuid}/", follow=True).content.decode()
    assert "Unpin</button>" in shown
    assert "keep me" in shown
    store = open_store(settings.DETAILS_STORE_URL)
    pinned = PinnedRequest.objects.get(project=project)
    kept = Request.objects.get(uuid=kept.uuid)
    assert kept.details_key == pinned.details_key != first_key
    place = details.Place(kept.details_key, kept.details_offset, kept.details_length)
    assert details.read(store, place) == {"request": {"body": "keep me"}}
    assert not kept.details_key.startswith(details.PREFIX)
    assert list(store.keys(details.PREFIX)) == []
    assert str(kept.uuid) in owner.get(f"{settings_of}pinned/").content.decode()
    owner.post(f"{settings_of}pinned/{kept.uuid}/", {"unpin": "1"})
    kept = Request.objects.get(uuid=kept.uuid)
    folder = f"{details.PREFIX}{details.retention_class_of(first_key)}"
    (key,) = store.keys("details/")
    assert key.startswith(f"{folder}/{kept.received_at:%Y/%m/%d}/")
    place = details.Place(kept.details_key, kept.details_offset, kept.details_length)
    assert details.read(store, place) == {"request": {"body": "keep me"}}


def test_the_audit_log_says_who_and_what_and_has_pages(owner, people, project, settings_of):
    AuditEntry.objects.bulk_create(
        AuditEntry(project=project, user=people.owner, email="owner@example.com", action=f"n.{n}")
        for n in range(60)
    )
    first = owner.get(f"{settings_of}audit/").content.decode()
    assert "n.59" in first
    assert "n.9<" not in first
    older = first.split("?before=")[1].split('"')[0]
    second = owner.get(f"{settings_of}audit/?before={older}").content.decode()
    assert "n.9<" in second
    assert "n.59" not in second


def test_mail_that_is_not_wanted_is_remembered(owner, people):
    owner.post("/account/mail/", {"alert": "on", "mention": "on", "limit": "on"})
    kinds = people.owner.email_preferences.filter(is_wanted=False).values_list("kind", flat=True)
    assert list(kinds) == ["digest"]
