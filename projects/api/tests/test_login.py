import hashlib
import statistics
import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.hashers import identify_hasher
from treblle_models.models import AccessToken, User

LOGIN = "/v1/auth/login"


@pytest.fixture(autouse=True)
def _cache(counting_cache):
    pass


@pytest.fixture
def ada(make_user):
    return make_user("ada")


def login(api, password, email="ada@example.com", address="192.0.2.1", **more):
    body = {"email": email, "password": password} | more
    client = api()
    client.client.defaults["REMOTE_ADDR"] = address
    return client.post(LOGIN, body)


def test_a_login_gives_a_token_that_works_and_may_write(ada, api, password):
    answer = login(api, password, name="My phone")
    assert answer.status_code == 201
    issued = answer.json()
    assert set(issued) == {
        *("uuid", "token", "expires_at", "scope"),
        *("refresh_token", "refresh_expires_at"),
    }
    assert issued["scope"] == "write"
    me = api(issued["token"]).get("/v1/me").json()
    assert me["email"] == ada.email
    assert me["token"]["name"] == "My phone"
    assert answer["Cache-Control"] == "no-store"


def test_the_token_is_kept_as_a_digest_only(ada, api, password):
    issued = login(api, password).json()
    row = AccessToken.objects.get()
    assert row.digest == hashlib.sha256(issued["token"].encode()).hexdigest()
    assert row.refresh_digest == hashlib.sha256(issued["refresh_token"].encode()).hexdigest()


def test_a_token_lasts_as_long_as_the_setting_says(ada, api, password, settings):
    settings.ACCESS_TOKEN_MINUTES, settings.SESSION_DAYS = 90, 3
    issued, now = login(api, password).json(), datetime.now(UTC)
    token_left = datetime.fromisoformat(issued["expires_at"]) - now
    session_left = datetime.fromisoformat(issued["refresh_expires_at"]) - now
    assert timedelta(minutes=85) < token_left <= timedelta(minutes=90)
    assert timedelta(days=2, hours=23) < session_left <= timedelta(days=3)


def test_one_may_ask_for_a_token_that_only_reads(ada, api, password):
    token = login(api, password, scope="read").json()["token"]
    assert api(token).post("/v1/projects", {"name": "Shop"}).status_code == 403


def test_the_e_mail_address_is_read_without_regard_to_case(ada, api, password):
    assert login(api, password, email="Ada@Example.com").status_code == 201


def test_a_wrong_password_and_an_unknown_account_are_answered_alike(ada, api, password):
    wrong = login(api, "wrong")
    unknown = login(api, password, email="nobody@example.com")
    User.objects.create_user("gone@example.com", password, is_active=False)
    gone = login(api, password, email="gone@example.com")
    assert wrong.status_code == unknown.status_code == gone.status_code == 401
    assert wrong.content == unknown.content == gone.content
    assert wrong["WWW-Authenticate"].startswith("Bearer")
    assert not AccessToken.objects.exists()


def test_the_time_does_not_tell_whether_an_account_exists(make_user, api, password, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    settings.LOGIN_LIMIT_PER_EMAIL = 100
    make_user("ada")
    login(api, "wrong")
    took = {"ada@example.com": [], "nobody@example.com": []}
    for _ in range(5):
        for email, times in took.items():
            start = time.process_time()
            login(api, "wrong", email=email)
            times.append(time.process_time() - start)  # what others do does not count
    known, unknown = (statistics.median(times) for times in took.values())
    assert 0.5 < known / unknown < 2


def test_failed_logins_for_one_account_are_limited_wherever_they_come_from(
    ada, api, password, settings
):
    limit = settings.LOGIN_LIMIT_PER_EMAIL
    statuses = [login(api, "wrong", address=f"192.0.2.{i}").status_code for i in range(limit)]
    assert statuses == [401] * limit
    answer = login(api, password, address="192.0.2.99")
    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= 300
    assert answer.json()["code"] == "throttled"
    assert login(api, "wrong", email="someone-else@example.com").status_code == 401


@pytest.mark.parametrize(
    "addresses",
    [lambda i: "192.0.2.7", lambda i: f"2001:db8:1:2::{i:x}"],
    ids=["one address", "one IPv6 network"],
)
def test_failed_logins_from_one_place_are_limited_whatever_the_account(
    addresses, db, api, settings
):
    settings.LOGIN_LIMIT_PER_ADDRESS = 3
    emails = [f"person{i}@example.com" for i in range(4)]
    answers = [
        login(api, "wrong", email=email, address=addresses(i)).status_code
        for i, email in enumerate(emails, 1)
    ]
    assert answers == [401, 401, 401, 429]
    assert login(api, "wrong", address="198.51.100.1").status_code == 401


def test_logins_that_succeed_use_nothing_up(ada, api, password, settings):
    settings.LOGIN_LIMIT_PER_EMAIL = settings.LOGIN_LIMIT_PER_ADDRESS = 2
    assert [login(api, password).status_code for _ in range(5)] == [201] * 5


def test_attempts_made_at_once_do_not_slip_under_the_limit(settings):
    from django.core.cache import cache
    from treblle_api.accounts.attempts import Counter

    counter = Counter("at-once", 5)
    allowed = []
    start = threading.Barrier(20)

    def attempt():
        start.wait()
        allowed.append(counter.take())
        cache.close()

    threads = [threading.Thread(target=attempt) for _ in range(20)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert allowed.count(True) == 5


def test_without_the_cache_nobody_is_let_try_passwords(ada, api, password, settings):
    backend = "django.core.cache.backends.redis.RedisCache"
    settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": "redis://127.0.0.1:1/0"}}
    answer = login(api, password)
    assert answer.status_code == 503
    assert answer.json()["code"] == "unavailable"


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"email", "password"}),
        ({"email": "no address", "password": "x"}, {"email"}),
        ({"email": "ada@example.com", "password": "x", "scope": "all"}, {"scope"}),
        ({"email": "ada@example.com", "password": "x" * 5000}, {"password"}),
        ({"email": "ada@example.com", "password": "nul\0"}, {"password"}),
        ({"email": ["ada@example.com"], "password": {}}, {"email", "password"}),
    ],
)
def test_what_is_wrong_with_a_login_is_said_by_field(body, fields, db, api):
    answer = api().post(LOGIN, body)
    assert answer.status_code == 400
    assert set(answer.json()["errors"]) == fields


def test_a_password_hashed_the_old_way_is_hashed_anew_with_argon2(ada, api, password, settings):
    old = settings.PASSWORD_HASHERS
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher", *old]
    assert login(api, password).status_code == 201
    ada.refresh_from_db()
    assert identify_hasher(ada.password).algorithm == "argon2"
