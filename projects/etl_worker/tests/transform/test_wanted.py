"""Excluded routes and sampling decide what is taken in, before anything else is done with it."""

import random
from uuid import UUID

import pytest
from treblle_etl.transform.masking import Masker
from treblle_etl.transform.project import ProjectSettings
from treblle_etl.transform.wanted import excluded_routes, is_wanted
from treblle_models.identity import UUID7_RANDOM_BITS, uuid7_at
from treblle_models.models import Request


@pytest.fixture
def wanting():
    def make(routes=(), rate=1.0):
        return ProjectSettings(
            masker=Masker(()), excluded=excluded_routes(routes), sampling_rate=rate
        )

    return make


@pytest.mark.parametrize(
    ("route", "method", "path", "kept"),
    [
        ("/health", "GET", "/health", False),
        ("/health", "GET", "/healthy", True),
        ("/health", "GET", "/v1/health", True),
        ("GET /internal/*", "GET", "/internal/a/b", False),
        ("GET /internal/*", "POST", "/internal/a", True),
        ("/users/{id}", "GET", "/users/7", False),
        ("/users/{id}", "GET", "/users/7/posts", True),
        ("/a.b", "GET", "/axb", True),
    ],
)
def test_routes_that_are_left_out(make_event, wanting, route, method, path, kept):
    url = f"https://shop.example{path}"
    event = make_event(**{"data.request.method": method, "data.request.url": url})
    assert event.path == path
    assert is_wanted(event, wanting([route])) is kept


def test_a_share_is_kept_and_the_same_each_time(make_event, wanting):
    dice = random.Random(7)
    event = make_event(**{"data.response.code": 200, "data.errors": []})
    settings = wanting(rate=0.25)
    drawn = [
        uuid7_at(1_700_000_000_000 + n, dice.getrandbits(UUID7_RANDOM_BITS)) for n in range(4000)
    ]

    def kept():
        return [uuid for uuid in drawn if is_wanted(with_uuid(event, uuid), settings)]

    assert 900 < len(kept()) < 1100
    assert kept() == kept()


def with_uuid(event, uuid: UUID):
    import msgspec

    return msgspec.structs.replace(event, uuid=uuid)


def test_errors_are_always_kept(make_event, wanting):
    event = make_event(**{"data.response.code": 500, "data.errors": []})
    assert is_wanted(event, wanting(rate=0.0001))


@pytest.mark.django_db
def test_what_is_not_wanted_is_not_loaded(pipeline, put_raw, payload, project):
    project.excluded_routes = ["/health"]
    project.save()
    health = payload(**{"data.request.url": "https://shop.example/health"})
    loaded = pipeline.process([put_raw(health, payload())])
    assert loaded.events == 1
    assert loaded.dead_letters == 0
    assert Request.objects.get().path != "/health"
