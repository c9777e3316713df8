from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from treblle_models.models import AccessToken

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(make_user):
    return make_user("ada")


def test_logging_out_ends_the_token_shown_and_no_other(ada, as_user):
    phone, laptop = as_user(ada), as_user(ada, "read")
    assert phone.post("/v1/auth/logout").status_code == 204
    assert phone.get("/v1/me").status_code == 401
    assert laptop.get("/v1/me").status_code == 200
    assert laptop.post("/v1/auth/logout").status_code == 204
    assert not AccessToken.objects.exists()


def test_me_tells_the_user_and_the_token_and_no_secret(ada, as_user):
    client = as_user(ada, "read")
    answer = client.get("/v1/me")
    assert answer.json()["uuid"] == str(ada.uuid)
    assert set(answer.json()) == {"uuid", "email", "name", "time_zone", "created_at", "token"}
    assert answer.json()["token"]["scope"] == "read"
    text = answer.content.decode()
    assert ada.api_key not in text
    assert client.token not in text


@pytest.mark.parametrize(
    ("ago", "noted"),
    [(None, True), (timedelta(seconds=61), True), (timedelta(seconds=30), False)],
)
def test_the_last_use_is_noted_once_a_minute_at_most(ago, noted, ada, as_user):
    before = datetime.now(UTC) - ago if ago else None
    client = as_user(ada, last_used_at=before)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        client.get("/v1/me")
    written = [q["sql"] for q in queries if q["sql"].startswith("UPDATE")]
    assert len(written) == noted
    assert (AccessToken.objects.get().last_used_at != before) == noted


def test_the_challenge_tells_a_missing_token_from_a_bad_one(ada, api):
    assert api().get("/v1/me")["WWW-Authenticate"] == 'Bearer realm="treblle"'
    assert 'error="invalid_token"' in api("nonsense").get("/v1/me")["WWW-Authenticate"]


def test_a_token_that_may_only_read_is_told_what_it_lacks(ada, as_user):
    answer = as_user(ada, "read").post("/v1/projects", {"name": "Shop"})
    assert answer.json()["code"] == "insufficient_scope"
    assert 'error="insufficient_scope", scope="write"' in answer["WWW-Authenticate"]


@pytest.mark.parametrize("header", ["bearer {}", "BEARER {}", "Bearer   {}"])
def test_the_scheme_is_read_as_http_says(header, ada, as_user, api):
    token = as_user(ada).token
    assert api().get("/v1/me", Authorization=header.format(token)).status_code == 200


@pytest.mark.parametrize("header", ["Bearer", "Bearer ", "Bearer a b", "Bearer ÿ\xff", "x" * 5000])
def test_headers_that_make_no_sense_are_401(header, ada, api):
    assert api().get("/v1/me", Authorization=header).status_code == 401


def test_a_token_in_the_address_is_no_token(ada, as_user, api):
    token = as_user(ada).token
    assert api().get(f"/v1/me?token={token}&access_token={token}").status_code == 401
