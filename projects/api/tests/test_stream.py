"""The stream over real connections: what comes, what was missed, and who may not."""

import asyncio
import json
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
import uvicorn
import websockets
import yaml
from channels.layers import get_channel_layer
from treblle_models.summary import summary_of
from treblle_service.django.live import LivePublisher

from tests.support.conditions import wait_until

WAIT_S = 20


@pytest.fixture
def channel_layer(settings, valkey_url):
    settings.CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [f"{valkey_url}/8"]},
        }
    }
    return get_channel_layer


@pytest.fixture
def address(channel_layer, transactional_db, settings):
    """An API on a real port, in this process, on the database of the test."""
    from treblle_api.asgi import application

    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    config = uvicorn.Config(application, port=0, ws="auto", lifespan="off", log_config=None)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    wait_until(lambda: server.started)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"127.0.0.1:{port}"
    server.force_exit = True
    server.should_exit = True
    thread.join(WAIT_S)


@pytest.fixture
def publish(people):
    publisher = LivePublisher()

    def publish(*requests, number=None):
        message = {
            "type": "requests",
            "project": str(people.project.uuid),
            "requests": [dict(summary_of(each, None)) for each in requests],
            "stats": {"requests": number or len(requests)},
        }
        publisher.publish(people.project.uuid, message).result(WAIT_S)

    return publish


@contextmanager
def events_of(address, path, token, **headers):
    """Server-sent events as they come: `(event, id, data)`."""
    headers |= {"Authorization": f"Bearer {token}", "Accept-Encoding": "gzip, br"}
    with (
        httpx.Client(timeout=WAIT_S) as client,
        client.stream("GET", f"http://{address}{path}", headers=headers) as answer,
    ):
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == "text/event-stream"
        assert "Content-Encoding" not in answer.headers

        def events():
            found = {}
            for line in answer.iter_lines():
                if line:
                    name, _, value = line.partition(": ")
                    found[name] = value
                elif "event" in found:
                    yield found["event"], found.get("id"), json.loads(found["data"])
                    found = {}

        yield events()


@pytest.fixture
def path(people):
    return f"/v1/projects/{people.project.uuid}/stream"


def test_requests_come_as_they_are_loaded(address, path, people, as_user, make_request, publish):
    request = make_request(people.project)
    with events_of(address, path, as_user(people.viewer, "read").token) as events:
        assert next(events)[0] == "ready"
        publish(request)
        kind, place, summary = next(events)
        assert (kind, summary) == ("request", summary_of(request, None))
        assert place.endswith(str(request.uuid))
        publish(request, number=500)
        assert next(events)[0] == "incomplete"


def test_one_goes_on_where_one_was(address, path, people, as_user, make_request):
    token = as_user(people.viewer).token
    now = datetime.now(UTC)
    rows = [
        make_request(people.project, loaded_at=now + timedelta(seconds=second))
        for second in (0, 60, 120)
    ]
    place = f"{rows[0].loaded_at.isoformat()}_{rows[0].uuid}"
    with events_of(address, path, token, **{"Last-Event-ID": place}) as events:
        kinds = [next(events) for _ in range(3)]
    assert [kind for kind, _, _ in kinds] == ["ready", "request", "request"]
    assert [data["uuid"] for _, _, data in kinds[1:]] == [str(row.uuid) for row in rows[1:]]


def test_the_same_comes_by_websocket(address, path, people, as_user, make_request, publish):
    token, request = as_user(people.viewer, "read").token, make_request(people.project)

    async def talk(**how):
        async with websockets.connect(f"ws://{address}{path}", **how) as socket:
            first = json.loads(await asyncio.wait_for(socket.recv(), WAIT_S))
            await asyncio.to_thread(publish, request)
            return first, json.loads(await asyncio.wait_for(socket.recv(), WAIT_S))

    ways = (
        {"additional_headers": {"Authorization": f"Bearer {token}"}},
        {"subprotocols": ["bearer", token]},
    )
    for how in ways:
        first, second = asyncio.run(talk(**how))
        assert first == {"type": "ready"}
        assert second["type"] == "request"
        assert second["request"] == summary_of(request, None)
        assert second["id"].endswith(str(request.uuid))


def test_a_websocket_goes_on_where_one_was(address, path, people, as_user, make_request):
    token, now = as_user(people.viewer, "read").token, datetime.now(UTC)
    seen, missed = (
        make_request(people.project, loaded_at=now + timedelta(seconds=second))
        for second in (0, 60)
    )

    async def talk():
        place = f"{seen.loaded_at.isoformat()}_{seen.uuid}"
        url = f"ws://{address}{path}?last_event_id={quote(place)}"
        async with websockets.connect(url, subprotocols=["bearer", token]) as socket:
            return [json.loads(await asyncio.wait_for(socket.recv(), WAIT_S)) for _ in range(2)]

    ready, request = asyncio.run(talk())
    assert ready == {"type": "ready"}
    assert request["request"]["uuid"] == str(missed.uuid)


def test_strangers_and_bad_tokens_get_no_websocket(address, path, people, as_user):
    async def refused(token):
        how = {"additional_headers": {"Authorization": f"Bearer {token}"}}
        with pytest.raises(websockets.exceptions.InvalidStatus):
            async with websockets.connect(f"ws://{address}{path}", **how):
                pass

    for token in (as_user(people.stranger).token, "nonsense"):
        asyncio.run(refused(token))


def test_a_revoked_token_ends_the_stream(address, path, people, as_user, monkeypatch):
    from treblle_api.stream import feed
    from treblle_models.models import AccessToken

    monkeypatch.setattr(feed, "HEARTBEAT_S", 0.05)
    monkeypatch.setattr(feed, "CHECKED_EVERY_S", 0)
    with events_of(address, path, as_user(people.viewer).token) as events:
        assert next(events)[0] == "ready"
        AccessToken.objects.all().delete()
        assert next(events)[0] == "end"
        assert list(events) == []


def test_a_user_has_so_many_streams_open_and_another_once_one_ends(
    address, path, people, as_user, settings, counting_cache
):
    settings.API_STREAMS_PER_USER = 2
    viewer = as_user(people.viewer)

    bearer = {"Authorization": f"Bearer {viewer.token}"}

    async def socket_of(token):
        how = {"subprotocols": ["bearer", token]}
        async with websockets.connect(f"ws://{address}{path}", **how) as socket:
            try:
                return json.loads(await asyncio.wait_for(socket.recv(), WAIT_S))["type"]
            except websockets.exceptions.ConnectionClosed as closed:
                return closed.rcvd.code

    with events_of(address, path, viewer.token) as one:
        assert next(one)[0] == "ready"
        other_token = as_user(people.viewer, "read").token
        with events_of(address, path, other_token) as two:
            assert next(two)[0] == "ready"
            answer = httpx.get(f"http://{address}{path}", headers=bearer, timeout=WAIT_S)
            assert answer.status_code == 429
            assert answer.json()["code"] == "too_many_streams"
            assert int(answer.headers["Retry-After"]) > 0
            assert asyncio.run(socket_of(viewer.token)) == 4429
            # Others have their own, and to look at it costs nothing.
            assert asyncio.run(socket_of(as_user(people.member).token)) == "ready"
            assert httpx.head(f"http://{address}{path}", headers=bearer).status_code == 200
        wait_until(lambda: asyncio.run(socket_of(viewer.token)) == "ready")


def test_its_answers_are_those_of_the_document(address, path, people, as_user):
    document = Path(__file__).parents[1] / "openapi.yaml"
    paths = yaml.load(document.read_text(), Loader=yaml.CSafeLoader)["paths"]
    described = paths["/v1/projects/{project_uuid}/stream"]["get"]["responses"]
    viewer, stranger = (as_user(each).token for each in (people.viewer, people.stranger))
    asked = {
        (200, viewer, ""),
        (400, viewer, "?last_event_id=no"),
        (404, stranger, ""),
        (401, "", ""),
    }
    for status, token, query in asked:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        url = f"http://{address}{path}{query}"
        with httpx.stream("GET", url, headers=headers, timeout=WAIT_S) as answer:
            assert answer.status_code == status
            kind = "text/event-stream" if status == 200 else "application/problem+json"
            assert answer.headers["Content-Type"] == kind
        assert str(status) in described
    assert list(described["200"]["content"]) == ["text/event-stream"]


@pytest.mark.parametrize(
    "place", ["yesterday", "0001-01-01T00:00:00+14:00_0196f1a2-3b4c-7d5e-8f60-718293a4b5c6"]
)
def test_a_place_that_is_none_is_told(place, people, path, as_user):
    answer = as_user(people.viewer).get(f"{path}?last_event_id={quote(place)}")
    assert answer.status_code == 400
    assert set(answer.json()["errors"]) == {"last_event_id"}
