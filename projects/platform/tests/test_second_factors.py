"""Two-factor login: an authenticator app, recovery codes, and what protects them."""

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from bs4 import BeautifulSoup
from django.test import Client

PASSWORD = "a long enough password"


def code_of(secret):
    counter = next(iter(yield_hotp_counters_from_time()))
    return format_hotp_value(hotp_value(secret, counter))


@pytest.fixture
def confirmed(owner):
    owner.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return owner


@pytest.fixture
def secret(confirmed):
    """The secret of the owner's authenticator app, set up through the pages."""
    page = confirmed.get("/accounts/2fa/totp/activate/").content.decode()
    assert "<svg" in page
    assert 'src="data:' not in page
    secret = re.search(r'id="authenticator_secret">(\w+)<', page)[1]
    answer = confirmed.post("/accounts/2fa/totp/activate/", {"code": code_of(secret)})
    assert answer.status_code == 302
    return secret


def log_in(user):
    browser = Client()
    answer = browser.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    return browser, answer


def test_without_a_second_factor_the_password_is_enough(people):
    _, answer = log_in(people.owner)
    assert answer["Location"] == "/projects/"


def test_with_one_the_password_alone_opens_nothing(people, secret):
    browser, answer = log_in(people.owner)
    assert answer["Location"].startswith("/accounts/2fa/authenticate/")
    assert browser.get("/projects/").status_code == 302
    wrong = browser.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert "Incorrect code." in wrong.content.decode()
    assert browser.get("/projects/").status_code == 302


def test_the_code_lets_in(people, secret, monkeypatch):
    from django.core.cache import cache

    cache.clear()  # a code that was used is not taken again
    browser, _ = log_in(people.owner)
    answer = browser.post("/accounts/2fa/authenticate/", {"code": code_of(secret)})
    assert answer["Location"] == "/projects/"
    assert browser.get("/projects/").status_code == 200


def test_a_recovery_code_lets_in_once(confirmed, people, secret):
    page = confirmed.get("/accounts/2fa/recovery-codes/").content.decode()
    codes = re.findall(r"<li>(\d+)</li>", page)
    assert len(codes) == 10
    browser, _ = log_in(people.owner)
    answer = browser.post("/accounts/2fa/authenticate/", {"code": codes[0]})
    assert answer["Location"] == "/projects/"
    browser, _ = log_in(people.owner)
    again = browser.post("/accounts/2fa/authenticate/", {"code": codes[0]})
    assert "Incorrect code." in again.content.decode()


def test_secrets_lie_encrypted_in_the_database(people, secret):
    rows = Authenticator.objects.filter(user=people.owner)
    assert {row.type for row in rows} == {"totp", "recovery_codes"}
    assert secret not in "".join(str(row.data) for row in rows)


def test_it_is_turned_off_through_the_pages(confirmed, people, secret):
    assert "On</span>" in confirmed.get("/account/security/").content.decode()
    confirmed.post("/accounts/2fa/totp/deactivate/")
    _, answer = log_in(people.owner)
    assert answer["Location"] == "/projects/"


def test_setting_it_up_asks_for_the_password(owner):
    answer = owner.get("/accounts/2fa/totp/activate/")
    assert answer["Location"].startswith("/accounts/reauthenticate/")


def test_logging_in_is_limited(people):
    browser = Client()
    for _ in range(12):
        answer = browser.post(
            "/accounts/login/", {"login": people.owner.email, "password": "wrong password"}
        )
    assert "Too many failed login attempts" in answer.content.decode()
    answer = browser.post("/accounts/login/", {"login": people.owner.email, "password": PASSWORD})
    assert answer.status_code == 200


def test_addresses_of_keys_hold_no_number_of_a_row(confirmed, people):
    key = Authenticator.objects.create(
        user=people.owner,
        type=Authenticator.Type.WEBAUTHN,
        data={"name": "Laptop", "credential": {}, "passwordless": True},
    )
    assert confirmed.get(f"/accounts/2fa/webauthn/{key.pk}/remove/").status_code == 404
    from django.urls import reverse

    url = reverse("mfa_remove_webauthn", kwargs={"pk": key.pk})
    assert "Remove Laptop" in confirmed.get(url).content.decode()
    stranger = Client()
    stranger.force_login(people.stranger)
    stranger.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert stranger.post(url).status_code == 404
    confirmed.post(url)
    assert not Authenticator.objects.filter(pk=key.pk).exists()


@pytest.mark.parametrize(
    "path",
    [
        "totp/deactivate/",
        "recovery-codes/",
        "recovery-codes/generate/",
        "webauthn/",
        "webauthn/add/",
    ],
)
def test_its_pages_stand_under_the_tab_they_were_opened_from(confirmed, secret, path):
    page = BeautifulSoup(confirmed.get(f"/accounts/2fa/{path}").content, "html.parser")
    (here,) = page.select("nav.tabs [aria-current=page]")
    assert here.get_text() == "Log-in and security"
