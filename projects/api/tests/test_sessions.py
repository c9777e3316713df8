"""Sessions of apps: second factors, renewing, and how they end."""

import time
from urllib.parse import urlsplit

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    validate_totp_code,
)
from treblle_api.accounts.second_factor import totp_codes
from treblle_models.models import AccessToken

LOGIN, CODE, REFRESH = "/v1/auth/login", "/v1/auth/login/code", "/v1/auth/refresh"
SECOND_FACTOR_KEY = "the-key-that-platform-and-api-share"


@pytest.fixture(autouse=True)
def _shared(counting_cache, settings):
    settings.SECOND_FACTOR_KEY = SECOND_FACTOR_KEY


@pytest.fixture
def ada(make_user):
    return make_user("ada")


@pytest.fixture
def log_in(api, password):
    def log_in(**more):
        return api().post(LOGIN, {"email": "ada@example.com", "password": password} | more)

    return log_in


@pytest.fixture
def secret(ada):
    """Two-factor is on, as the platform turns it on."""
    secret = generate_totp_secret()
    TOTP.activate(ada, secret)
    return secret


def code_now(secret):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def test_a_second_factor_is_asked_for_and_opens_the_session(secret, log_in, api):
    asked = log_in(name="Phone", scope="read")
    assert asked.status_code == 202
    assert asked.json()["methods"] == ["totp"]
    assert not AccessToken.objects.exists()
    given = {"challenge": asked.json()["challenge"], "code": code_now(secret)}
    answer = api().post(CODE, given)
    assert answer.status_code == 201
    session = api(answer.json()["token"]).get("/v1/auth/sessions").json()["results"][0]
    assert (session["name"], session["scope"], session["is_current"]) == ("Phone", "read", True)
    assert api().post(CODE, given).status_code == 401, "a code counts once"


def test_codes_are_those_that_allauth_takes(secret):
    assert all(len(code) == 6 for code in totp_codes(secret, time.time()))
    assert validate_totp_code(secret, totp_codes(secret, time.time())[0])


def test_each_recovery_code_of_the_platform_opens_once(ada, secret, log_in, api):
    codes = RecoveryCodes.activate(ada).get_unused_codes()
    challenge = log_in().json()["challenge"]
    for code in (codes[0], codes[-1]):
        assert api().post(CODE, {"challenge": challenge, "code": code}).status_code == 201
        assert api().post(CODE, {"challenge": challenge, "code": code}).status_code == 401
    assert len(RecoveryCodes.activate(ada).get_unused_codes()) == len(codes) - 2


@pytest.mark.parametrize("code", ["000000", "", "ünicode", "1" * 33])
def test_wrong_codes_are_refused_and_limited(code, secret, log_in, api, settings):
    given = {"challenge": log_in().json()["challenge"], "code": code}
    settings.LOGIN_LIMIT_PER_EMAIL = 2
    statuses = [api().post(CODE, given).status_code for _ in range(3)]
    assert statuses in ([401, 401, 429], [400, 400, 400])


def test_a_challenge_that_was_not_given_or_is_old_is_refused(secret, log_in, api, monkeypatch):
    code = code_now(secret)
    forged = {"challenge": "eyJ1c2VyIjoxfQ:x:y", "code": code}
    assert api().post(CODE, forged).json()["code"] == "invalid_challenge"
    challenge = log_in().json()["challenge"]
    later = time.time() + 301
    monkeypatch.setattr("django.core.signing.time.time", lambda: later)
    assert api().post(CODE, {"challenge": challenge, "code": code}).status_code == 401


def test_without_the_shared_key_one_is_told_what_to_do(secret, log_in, settings):
    settings.SECOND_FACTOR_KEY = ""
    answer = log_in()
    assert (answer.status_code, answer.json()["code"]) == (403, "second_factor_unavailable")
    assert "personal token" in answer.json()["detail"]


def test_renewing_gives_both_tokens_anew_and_ends_the_ones_before(ada, log_in, api):
    first = log_in().json()
    second = api().post(REFRESH, {"refresh_token": first["refresh_token"]})
    assert second.status_code == 200
    assert second.json()["uuid"] == first["uuid"]
    assert api(first["token"]).get("/v1/me").status_code == 401
    assert api(second.json()["token"]).get("/v1/me").status_code == 200


def test_a_refresh_token_that_comes_twice_ends_the_session(ada, log_in, api, caplog):
    first = log_in().json()
    second = api().post(REFRESH, {"refresh_token": first["refresh_token"]}).json()
    again = api().post(REFRESH, {"refresh_token": first["refresh_token"]})
    assert (again.status_code, again.json()["code"]) == (401, "refresh_token_reused")
    assert api(second["token"]).get("/v1/me").status_code == 401
    assert api().post(REFRESH, {"refresh_token": second["refresh_token"]}).status_code == 401
    assert first["uuid"] in caplog.text


@pytest.mark.parametrize("change", [lambda t: t[:-4] + "AAAA", lambda t: "trr_", lambda t: "ü"])
def test_a_refresh_token_that_we_did_not_make_ends_nothing(change, ada, log_in, api):
    issued = log_in().json()
    answer = api().post(REFRESH, {"refresh_token": change(issued["refresh_token"])})
    assert (answer.status_code, answer.json()["code"]) == (401, "invalid_refresh_token")
    assert api(issued["token"]).get("/v1/me").status_code == 200


def test_sessions_are_listed_and_ended_one_by_one_or_all_others(ada, log_in, api, as_user):
    tokens = [log_in(name=name).json()["token"] for name in ("Phone", "Tablet", "Laptop")]
    personal = as_user(ada)
    client = api(tokens[0])
    sessions = client.get("/v1/auth/sessions").json()["results"]
    assert [each["name"] for each in sessions] == ["Laptop", "Tablet", "Phone"]
    assert [each["is_current"] for each in sessions] == [False, False, True]
    assert client.ask("DELETE", f"/v1/auth/sessions/{sessions[0]['uuid']}").status_code == 204
    assert api(tokens[2]).get("/v1/me").status_code == 401
    assert client.ask("DELETE", "/v1/auth/sessions").status_code == 204
    assert [api(token).get("/v1/me").status_code for token in tokens] == [200, 401, 401]
    assert personal.get("/v1/me").status_code == 200


def test_a_personal_token_is_shown_once_works_and_is_revoked(ada, as_user, api):
    client = as_user(ada)
    made = client.post("/v1/tokens", {"name": "Report", "life_days": 7})
    assert made.status_code == 201
    assert made["Cache-Control"] == "no-store"
    token = made.json()["token"]
    assert api(token).post("/v1/projects", {"name": "x"}).status_code == 403, "it reads by default"
    listed = client.get("/v1/tokens").json()["results"]
    assert {each["name"] for each in listed} == {"test", "Report"}
    assert "token" not in listed[0]
    path = urlsplit(f"/v1/tokens/{made.json()['uuid']}").path
    assert client.get(path).json()["scope"] == "read"
    assert client.ask("DELETE", path).status_code == 204
    assert api(token).get("/v1/me").status_code == 401


def test_a_token_sent_for_twice_by_one_key_is_made_once_and_not_told_again(ada, as_user):
    client, key = as_user(ada), {"Idempotency-Key": "one"}
    assert client.post("/v1/tokens", {"name": "Report"}, **key).status_code == 201
    again = client.post("/v1/tokens", {"name": "Report"}, **key)
    assert (again.status_code, again.json()["code"]) == (409, "idempotency_secret")
    assert AccessToken.objects.filter(name="Report").count() == 1
