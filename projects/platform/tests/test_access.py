"""Who gets to see what: every URL and the websocket, as everyone."""

from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

# The status each page has for viewer, member and owner; strangers get 404, the logged-out a login.
OF_A_PROJECT = {
    "dashboard:page": (200, 200, 200),
    "requests:list": (200, 200, 200),
    "requests:detail": (200, 200, 200),
    "requests:export": (200, 200, 200),
    # Collections are of one user; others see one that has requests of a project they see.
    "collections:page": (200, 200, 200),
    "onboarding:setup": (403, 200, 200),
    "endpoints:list": (200, 200, 200),
    "endpoints:detail": (200, 200, 200),
    "endpoints:history": (200, 200, 200),
    # What changes something is sent by POST: asked for by GET, it only says so.
    "endpoints:rename": (403, 405, 405),
    "endpoints:state": (403, 405, 405),
    "endpoints:merge": (403, 405, 405),
    "docs:home": (200, 200, 200),
    "docs:changes": (200, 200, 200),
    "docs:upload": (403, 200, 200),
    "docs:visibility": (403, 405, 405),
    "reference:page": (200, 200, 200),
    "reference:json": (200, 200, 200),
    "reference:yaml": (200, 200, 200),
    "problems:list": (200, 200, 200),
    "problems:detail": (200, 200, 200),
    "problems:change": (403, 405, 405),
    "problems:assign": (403, 405, 405),
    "quality:page": (200, 200, 200),
    "quality:check": (200, 200, 200),
    "quality:switch": (403, 405, 405),
    "security:page": (200, 200, 200),
    "security:anomalies": (200, 200, 200),
    "customers:list": (200, 200, 200),
    "customers:detail": (200, 200, 200),
    "customers:name": (403, 405, 405),
    "agents:page": (200, 200, 200),
    "embed:list": (403, 200, 200),
    "embed:new": (403, 200, 200),
    "embed:detail": (403, 200, 200),
    "embed:change": (403, 405, 405),
    "catalog:entry": (403, 200, 200),
    "catalog:follow": (405, 405, 405),
    "alerts:list": (200, 200, 200),
    "alerts:rules": (200, 200, 200),
    "alerts:rule_new": (403, 200, 200),
    "alerts:rule": (403, 200, 200),
    "alerts:channels": (200, 200, 200),
    "alerts:channel_new": (403, 200, 200),
    "alerts:channel": (403, 200, 200),
    "alerts:deliveries": (200, 200, 200),
    "team:members": (200, 200, 200),
    "project_settings:general": (200, 200, 200),
    "project_settings:data": (200, 200, 200),
    "project_settings:environments": (200, 200, 200),
    "project_settings:pinned": (200, 200, 200),
    "project_settings:audit": (200, 200, 200),
    "project_settings:erase": (403, 403, 200),
    "project_settings:receipt": (403, 403, 200),
    "project_settings:receipt_json": (403, 403, 200),
    # The owner is asked for the password first.
    "project_settings:delete_project": (403, 403, 302),
}
# What is only posted to, with the statuses of an empty POST.
POSTED_IN_A_PROJECT = {
    # Nothing listens where tests would send it.
    "onboarding:framework": (403, 400, 400),
    "onboarding:test": (403, 302, 302),
    "requests:columns": (302, 302, 302),
    "requests:comment-add": (302, 302, 302),
    # Comments and searches here are the owner's.
    "requests:comment-delete": (404, 404, 302),
    "requests:search-delete": (404, 404, 302),
    "requests:search-save": (302, 302, 302),
    "requests:share": (403, 302, 302),
    "requests:share-revoke": (403, 302, 302),
    "collections:change": (403, 403, 302),
    "collections:delete": (403, 403, 302),
    "collections:item-remove": (403, 403, 302),
    "alerts:rule_delete": (403, 302, 302),
    "alerts:channel_test": (403, 302, 302),
    "alerts:channel_delete": (403, 302, 302),
    "alerts:close": (403, 302, 302),
    "team:invite": (403, 403, 400),
    "team:leave": (302, 302, 404),
    "team:change_role": (403, 403, 302),
    "team:invite_again": (403, 403, 302),
    "team:remove": (403, 403, 302),
    "project_settings:environment_add": (403, 400, 400),
    "project_settings:environment_change": (403, 302, 302),
    "project_settings:pin": (403, 302, 302),
}
OF_EVERYONE_LOGGED_IN = {
    "collections:list": 200,
    "home": 302,
    "projects:list": 200,
    "projects:new": 200,
    "catalog:list": 200,
    "search": 200,
    # For staff, who are nobody's members.
    "styleguide": 404,
    "traces:page": 200,
    "staff:page": 404,
    "staff:accounts": 404,
}
OF_EVERYONE_LOGGED_IN |= {
    "profile:page": 200,
    "profile:security": 200,
    "profile:mail": 200,
    "keys:page": 200,
    "billing:page": 200,
    "privacy:data": 200,
    # The password is asked for first.
    "keys:token_new": 302,
    "privacy:delete_account": 302,
    # Only where the operator shows the mailbox.
    "mail:mailbox": 404,
}
POSTED_BY_EVERYONE = {
    "collections:add",
    "profile:end_session",
    "keys:rotate",
    "billing:checkout",
    "billing:portal",
    "keys:token_revoke",
    "privacy:export_order",
    "staff:replay",
    "staff:forget_again",
}
# Each has tests of its own, for what it shows to whom.
BY_NAME_OF_A_THING = {
    "privacy:export_download",
    "invitations:page",
    "mail:message",
    "mail:message_html",
}
# The portal's pages have tokens of their own (`test_embed.py`).
OPEN_TO_ALL = {
    *("shared", "world", "portal:component", "portal:requests"),
    "mail:unsubscribe",
    # Signed by Stripe (`test_billing.py`).
    "webhooks:stripe",
}


def test_no_page_is_left_out_of_this_table(url_names):
    of_others = ("account_", "mfa_")
    ours = {name for name in url_names if not name.startswith(of_others)}
    known = set(OF_A_PROJECT) | set(POSTED_IN_A_PROJECT) | set(OF_EVERYONE_LOGGED_IN)
    assert ours == known | POSTED_BY_EVERYONE | BY_NAME_OF_A_THING | OPEN_TO_ALL


@pytest.mark.parametrize("name", POSTED_IN_A_PROJECT)
def test_a_stranger_posts_into_the_void(name, url_of, people, client):
    url = url_of(name)
    assert client.post(url)["Location"].startswith("/accounts/login/")
    client.force_login(people.stranger)
    assert client.post(url).status_code == 404


@pytest.mark.parametrize(("name", "statuses"), POSTED_IN_A_PROJECT.items())
def test_those_in_a_project_do_what_their_role_allows(name, statuses, url_of, people, things):
    # The owner last would find gone what a member may remove.
    for user, status in zip((people.viewer, people.member, people.owner), statuses, strict=True):
        browser = Client()
        browser.force_login(user)
        with transaction.atomic():
            assert browser.post(url_of(name)).status_code == status, user
            transaction.set_rollback(True)


@pytest.mark.parametrize("name", sorted(POSTED_BY_EVERYONE))
def test_nothing_is_posted_without_a_login(name, db, client):
    assert client.post(reverse(name))["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("name", OF_A_PROJECT)
def test_a_stranger_does_not_even_learn_that_a_project_exists(name, url_of, people, client):
    client.force_login(people.stranger)
    assert client.get(url_of(name)).status_code == 404


@pytest.mark.parametrize("name", OF_A_PROJECT)
def test_the_logged_out_are_sent_to_log_in_and_back(name, url_of, client):
    url = url_of(name)
    assert client.get(url)["Location"] == f"/accounts/login/?next={url}"


@pytest.mark.parametrize("name", OF_EVERYONE_LOGGED_IN)
def test_nothing_of_ours_opens_without_a_login(name, url_of, client):
    assert client.get(url_of(name))["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize(("name", "statuses"), OF_A_PROJECT.items())
def test_those_in_a_project_see_what_their_role_allows(name, statuses, url_of, people):
    for user, status in zip((people.viewer, people.member, people.owner), statuses, strict=True):
        browser = Client()
        browser.force_login(user)
        assert browser.get(url_of(name)).status_code == status, user


@pytest.mark.parametrize(("name", "status"), OF_EVERYONE_LOGGED_IN.items())
def test_everyone_logged_in_has_their_own_pages(name, status, url_of, people, client):
    client.force_login(people.stranger)
    assert client.get(url_of(name)).status_code == status


def test_a_request_of_a_project_one_may_not_see_is_not_kept(people, things, client):
    client.force_login(people.stranger)
    kept = {"project": things["project_uuid"], "request": things["request_uuid"], "name": "x"}
    assert client.post("/collections/add/", kept).status_code == 404


def test_an_invitation_not_yet_taken_opens_nothing(project, people, client):
    project.members.create(user=people.stranger, email=people.stranger.email, status="invited")
    client.force_login(people.stranger)
    assert client.get(f"/projects/{project.uuid}/").status_code == 404


def test_a_request_cannot_be_read_through_another_project(project, people, add_request, client):
    theirs = add_request()
    mine = people.stranger.projects.create(name="Mine")
    client.force_login(people.stranger)
    assert client.get(f"/projects/{mine.uuid}/requests/{theirs.uuid}/").status_code == 404


def test_a_project_that_is_not_there_looks_like_one_that_may_not_be_seen(owner):
    assert owner.get(f"/projects/{uuid4()}/").status_code == 404


def test_an_account_that_was_closed_is_logged_out(owner, people, project):
    people.owner.is_active = False
    people.owner.save()
    assert owner.get(f"/projects/{project.uuid}/").status_code == 302
