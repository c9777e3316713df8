"""The websocket: who may listen, what comes, and what is made up for after a lost connection."""

import json
from asyncio import wrap_future
from datetime import timedelta
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from asgiref.testing import ApplicationCommunicator
from channels.db import database_sync_to_async
from django.test import Client
from django.utils import timezone
from treblle_models.summary import summary_of
from treblle_platform.live.queries import MAX_MISSED
from treblle_service.django.live import LivePublisher

pytestmark = pytest.mark.django_db(transaction=True)


class Socket(ApplicationCommunicator):
    """A browser's end of a websocket, on the events of the ASGI specification."""

    async def connect(self):
        """Whether it was accepted, and where not, the code it was closed with."""
        await self.send_input({"type": "websocket.connect"})
        answer = await self.receive_output()
        return answer["type"] == "websocket.accept", answer.get("code")

    async def receive(self):
        return json.loads((await self.receive_output())["text"])

    async def send(self, text):
        await self.send_input({"type": "websocket.receive", "text": text})

    async def disconnect(self):
        await self.send_input({"type": "websocket.disconnect", "code": 1000})
        await self.wait()


@pytest.fixture
def connect(channel_layer):
    """A browser's websocket to a project, as a user; `since` as a page gives it."""
    # It takes the allowed hosts as they are when it is read: those of the tests.
    from treblle_platform.asgi import application

    def make(project_uuid, user=None, origin="http://testserver", **query):
        headers = [(b"host", b"testserver"), (b"origin", origin.encode())]
        if user is not None:
            browser = Client()
            browser.force_login(user)
            cookie = "; ".join(f"{name}={m.value}" for name, m in browser.cookies.items())
            headers.append((b"cookie", cookie.encode()))
        scope = {
            "type": "websocket",
            "path": f"/ws/projects/{project_uuid}/live/",
            "query_string": urlencode(query).encode(),
            "headers": headers,
            "subprotocols": [],
        }
        return Socket(application, scope)

    return database_sync_to_async(make)


async def opened(socket):
    connected, code = await socket.connect()
    assert connected, code
    assert await socket.receive() == {"type": "ready"}
    return socket


def live_message(project, *requests):
    return {
        "type": "requests",
        "project": str(project.uuid),
        "requests": [summary_of(request, None) for request in requests],
        "stats": {"requests": len(requests), "client_errors": 0, "server_errors": 0},
    }


async def publish(project, message):
    await wrap_future(LivePublisher().publish(project.uuid, message))


async def test_the_logged_out_are_refused(connect, project):
    assert await (await connect(project.uuid)).connect() == (False, 4401)


async def test_a_stranger_is_refused_as_if_there_were_no_such_project(connect, project, people):
    assert await (await connect(project.uuid, people.stranger)).connect() == (False, 4404)
    assert await (await connect(uuid4(), people.stranger)).connect() == (False, 4404)


@pytest.mark.parametrize("since", ["yesterday", "2026-01-01T00:00:00"])
async def test_a_cursor_that_is_no_time_with_a_zone_is_refused(connect, project, people, since):
    socket = await connect(project.uuid, people.owner, since=since)
    assert await socket.connect() == (False, 4400)


async def test_another_site_cannot_listen_with_the_visitors_cookies(connect, project, people):
    socket = await connect(project.uuid, people.owner, origin="http://evil.example")
    connected, _ = await socket.connect()
    assert not connected


@pytest.mark.parametrize("who", ["owner", "member", "viewer"])
async def test_all_in_a_project_get_its_requests_as_they_are_loaded(
    connect, project, people, add_request, who
):
    request = await database_sync_to_async(add_request)()
    socket = await opened(await connect(project.uuid, getattr(people, who)))
    message = live_message(project, request)
    await publish(project, message)
    assert await socket.receive() == message
    await socket.disconnect()


async def test_a_message_that_passes_through_goes_to_no_thread(
    connect, project, people, monkeypatch
):
    socket = await opened(await connect(project.uuid, people.owner))
    hops = []

    async def hop():
        hops.append(1)

    monkeypatch.setattr("channels.consumer.aclose_old_connections", hop)
    message = live_message(project)
    await publish(project, message)
    assert await socket.receive() == message
    assert hops == []
    await socket.send("ping")
    assert await socket.receive() == {"type": "pong"}
    assert hops == [1]
    await socket.disconnect()


async def test_requests_of_other_projects_do_not_come(connect, project, people, add_request):
    other = await people.owner.projects.acreate(name="Other")
    request = await database_sync_to_async(add_request)()
    socket = await opened(await connect(project.uuid, people.owner))
    await publish(other, live_message(other))
    mine = live_message(project, request)
    await publish(project, mine)
    assert await socket.receive() == mine
    await socket.disconnect()


async def test_what_was_loaded_while_away_comes_first_with_some_seconds_of_overlap(
    connect, project, people, add_request
):
    lost_at = timezone.now() - timedelta(minutes=5)
    add = database_sync_to_async(add_request)
    await add(lost_at - timedelta(minutes=1), path="/seen-long-before")
    # Committed late: its `loaded_at` lies before what the page saw last.
    await add(lost_at - timedelta(seconds=2), path="/just-before")
    await add(lost_at + timedelta(minutes=1), path="/while-away")
    socket = await opened(await connect(project.uuid, people.owner, since=lost_at.isoformat()))
    answer = await socket.receive()
    assert [row["path"] for row in answer["requests"]] == ["/just-before", "/while-away"]
    assert answer["type"] == "requests"
    assert answer["complete"]
    await socket.disconnect()


async def test_of_more_than_a_page_holds_the_newest_come_and_the_page_is_told(
    connect, project, people, add_request
):
    start = timezone.now() - timedelta(hours=1)

    def add_many():
        for number in range(MAX_MISSED + 1):
            add_request(start + timedelta(seconds=number), path=f"/{number}")

    await database_sync_to_async(add_many)()
    socket = await opened(await connect(project.uuid, people.owner, since=start.isoformat()))
    answer = await socket.receive()
    assert not answer["complete"]
    assert [row["path"] for row in answer["requests"]] == [f"/{n}" for n in range(1, 201)]
    await socket.disconnect()


async def test_a_page_can_find_out_whether_the_connection_is_alive(connect, project, people):
    socket = await opened(await connect(project.uuid, people.owner))
    await socket.send("{ this is not JSON")
    await socket.send("ping")
    assert await socket.receive() == {"type": "pong"}
    await socket.disconnect()


async def test_only_what_matches_the_filter_comes(connect, people, project, add_request):
    """The same filters as in the list's address, for what was missed and for what comes."""
    create = database_sync_to_async(add_request)
    missed = await create(status=503)
    await create(status=200)
    since = (timezone.now() - timedelta(minutes=1)).isoformat()
    socket = await opened(
        await connect(project.uuid, people.viewer, since=since, filter="status=5xx")
    )
    found = await socket.receive()
    assert [each["uuid"] for each in found["requests"]] == [str(missed.uuid)]
    wanted, other = await create(status=500), await create(status=404)
    await wrap_future(LivePublisher().publish(project.uuid, live_message(project, other, wanted)))
    found = await socket.receive()
    assert [each["uuid"] for each in found["requests"]] == [str(wanted.uuid)]
    await socket.disconnect()


async def test_with_more_each_row_has_every_column(connect, people, project, add_request):
    request = await database_sync_to_async(add_request)(ip="203.0.113.9", trace_id="t-1")
    socket = await opened(await connect(project.uuid, people.viewer, more="1"))
    await wrap_future(LivePublisher().publish(project.uuid, live_message(project, request)))
    [row] = (await socket.receive())["requests"]
    assert (row["ip"], row["trace"]) == ("203.0.113.9", "t-1")
    await socket.disconnect()


async def test_a_filter_that_cannot_be_is_refused(connect, people, project):
    connected, code = await (
        await connect(project.uuid, people.viewer, filter="status=9")
    ).connect()
    assert (connected, code) == (False, 4400)
