"""What every operation keeps to: members, caches, repeated writes, limits, origins, deprecation."""

import gzip
import json
import threading
from datetime import UTC, datetime, timedelta

import brotli
import pytest
from django.core.cache import cache
from django.test import RequestFactory
from rest_framework.response import Response
from treblle_api import idempotency
from treblle_api.resource import Deprecation, Resource
from treblle_models.models import IdempotencyKey, Project

pytestmark = pytest.mark.django_db
KEY = "8e03978e-40d5-43e8-bc93-6894a57f9324"


@pytest.fixture
def client(people, as_user):
    return as_user(people.owner)


@pytest.fixture
def requests(people, make_request):
    return [make_request(people.project) for _ in range(3)]


def test_fields_leave_out_what_was_not_named(client, people, requests):
    lead = f"/v1/projects/{people.project.uuid}"
    assert client.get(f"{lead}?fields=uuid,name").json() == {
        "uuid": str(people.project.uuid),
        "name": "Shop",
    }
    page = client.get(f"{lead}/requests?fields=status,uuid").json()
    assert set(page) == {"next", "previous", "results"}
    assert [set(row) for row in page["results"]] == [{"uuid", "status"}] * 3


def test_an_unknown_member_is_named_with_those_there_are(client):
    answer = client.get("/v1/projects?fields=uuid,colour")
    assert answer.status_code == 400
    (message,) = answer.json()["errors"]["fields"]
    assert "no colour" in message
    assert "custom_id" in message


def test_what_has_not_changed_is_not_sent_again(client, people):
    path = f"/v1/projects/{people.project.uuid}"
    first = client.get(path)
    again = client.get(path, **{"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    Project.objects.filter(pk=people.project.pk).update(name="Another")
    assert client.get(path, **{"If-None-Match": first["ETag"]}).status_code == 200


def test_head_tells_what_get_does_and_304_what_is_left(people, as_user, settings, counting_cache):
    settings.API_REQUESTS_PER_MINUTE = 100
    client, path = as_user(people.viewer), f"/v1/projects/{people.project.uuid}"
    full, head = client.get(path), client.ask("HEAD", path)
    counted = ("RateLimit", "RateLimit-Policy")
    assert head.content == b""
    same = [name for name in full.headers if name not in counted]
    assert [head[name] for name in same] == [full[name] for name in same]
    for method in ("GET", "HEAD"):
        known = client.ask(method, path, **{"If-None-Match": full["ETag"]})
        assert (known.status_code, known["ETag"]) == (304, full["ETag"])
        assert all(known[name] for name in counted)


@pytest.mark.parametrize(
    ("encoding", "decompress"), [("gzip", gzip.decompress), ("br", brotli.decompress)]
)
def test_long_answers_are_compressed_as_the_client_can(
    encoding, decompress, client, people, requests
):
    path = f"/v1/projects/{people.project.uuid}/requests"
    plain, packed = client.get(path), client.get(path, **{"Accept-Encoding": encoding})
    assert packed["Content-Encoding"] == encoding
    assert json.loads(decompress(packed.content)) == plain.json()
    assert packed["ETag"] == f"W/{plain['ETag']}"


def create(client, name="New", key=KEY):
    return client.post("/v1/projects", {"name": name}, **{"Idempotency-Key": key})


def test_a_write_sent_twice_happens_once_and_is_answered_alike(client):
    first, second = create(client), create(client)
    assert (first.status_code, second.status_code) == (201, 201)
    assert second.json() == first.json()
    assert second["Location"] == first["Location"]
    assert second["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first
    assert Project.objects.filter(name="New").count() == 1


def test_a_mistake_is_told_again_as_well(client):
    first, second = create(client, name=""), create(client, name="")
    assert (first.status_code, second.status_code) == (400, 400)
    assert second.json() == first.json()
    assert second["Content-Type"] == "application/problem+json"


def test_the_same_key_for_another_write_is_refused(client):
    create(client)
    answer = create(client, name="Different")
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")


def test_a_write_that_is_still_under_way_is_not_begun_again(client, people):
    create(client)
    IdempotencyKey.objects.update(status=None)
    answer = create(client)
    assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_conflict")
    long_ago = datetime.now(UTC) - idempotency.GIVEN_UP_AFTER - timedelta(seconds=1)
    IdempotencyKey.objects.update(created_at=long_ago)
    assert create(client).status_code == 201


def test_keys_are_each_users_own_and_known_for_a_day(client, people, as_user):
    create(client)
    assert create(as_user(people.member)).json()["role"] == "owner"
    IdempotencyKey.objects.update(created_at=datetime.now(UTC) - timedelta(days=1, seconds=1))
    assert "Idempotent-Replayed" not in create(client)


def test_a_write_that_broke_here_can_be_tried_again(client, monkeypatch):
    def broken(*_, **__):
        raise RuntimeError

    with monkeypatch.context() as context:
        context.setattr("treblle_api.projects.views.visible_project", broken)
        assert create(client).status_code == 500
    assert create(client).status_code == 201


def test_every_answer_says_what_is_left_until_nothing_is(client, settings, counting_cache):
    settings.API_REQUESTS_PER_MINUTE = 2
    answers = [client.get("/v1/me") for _ in range(3)]
    while answers[0]["RateLimit"].split(";t=")[1] < answers[1]["RateLimit"].split(";t=")[1]:
        cache.clear()  # a new minute began in between
        answers = [client.get("/v1/me") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[0]["RateLimit-Policy"] == '"token";q=2;w=60'
    assert [answer["RateLimit"].split(";")[1] for answer in answers] == ["r=1", "r=0", "r=0"]
    assert 0 < int(answers[2]["Retry-After"]) <= 60
    assert answers[2].json()["code"] == "throttled"


def test_without_the_cache_nothing_is_limited(client, settings):
    settings.API_REQUESTS_PER_MINUTE = 1
    backend = "django.core.cache.backends.redis.RedisCache"
    settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": "redis://127.0.0.1:1/0"}}
    answer = client.get("/v1/me")
    assert answer.status_code == 200
    assert "RateLimit" not in answer


def test_pages_of_named_origins_may_use_it(client, settings):
    settings.CORS_ALLOWED_ORIGINS = ["https://app.example"]
    allowed = client.get("/v1/me", Origin="https://app.example")
    assert allowed["Access-Control-Allow-Origin"] == "https://app.example"
    assert "Access-Control-Allow-Origin" not in client.get("/v1/me", Origin="https://evil.example")
    asked = {"Origin": "https://app.example", "Access-Control-Request-Method": "PATCH"}
    preflight = client.ask("OPTIONS", "/v1/me", **asked)
    assert "idempotency-key" in preflight["Access-Control-Allow-Headers"]


def test_an_address_that_will_go_says_so():
    class Old(Resource):
        authentication_classes = ()
        permission_classes = ()
        deprecation = Deprecation(
            datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC), "https://x.example"
        )

        def get(self, request):
            return Response({})

    answer = Old.as_view()(RequestFactory().get("/"))
    assert answer["Deprecation"] == "@1767225600"
    assert answer["Sunset"] == "Fri, 01 Jan 2027 00:00:00 GMT"
    assert answer["Link"] == '<https://x.example>; rel="deprecation"; type="text/html"'


@pytest.mark.django_db(transaction=True)
def test_of_two_writes_at_once_one_happens(people, as_user):
    clients = [as_user(people.owner) for _ in range(2)]
    answers = []
    threads = [threading.Thread(target=lambda c=c: answers.append(create(c))) for c in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert Project.objects.filter(name="New").count() == 1
