"""Embed: one API customer's requests in the pages of others, by a token and for no longer than it holds."""

import json
from asyncio import wrap_future
from datetime import UTC, datetime, timedelta

import jwt
import pytest
from asgiref.testing import ApplicationCommunicator
from channels.db import database_sync_to_async
from django.utils import timezone
from treblle_models.models import Customer, DimensionHour, Embed
from treblle_models.summary import summary_of
from treblle_service.django.live import LivePublisher

PORTAL = "https://portal.example"
WAIT_S = 20


@pytest.fixture
def url(project):
    return f"/projects/{project.uuid}/embed/"


@pytest.fixture
def token(embed):
    def make(sub="shop-7", secret=None, **claims):
        usual = {"sub": sub, "exp": datetime.now(UTC) + timedelta(hours=1)}
        claims = {name: value for name, value in (usual | claims).items() if value is not None}
        return jwt.encode(claims, secret or embed.secret, algorithm="HS256")

    return make


@pytest.fixture
def ask(client, embed):
    def get(token, origin=PORTAL, method="get"):
        headers = {"Origin": origin} | ({"Authorization": f"Bearer {token}"} if token else {})
        return getattr(client, method)(f"/embed/{embed.uuid}/requests/", headers=headers)

    return get


@pytest.fixture
def called(project, customer, add_request):
    """Two requests of the customer and one of somebody else."""
    now = timezone.now()
    other = Customer.objects.create(
        project=project, external_id="shop-8", first_seen_at=now, last_seen_at=now
    )
    hour = now.replace(minute=0, second=0, microsecond=0)
    for each, number in ((customer, 2), (other, 1)):
        DimensionHour.objects.create(
            project=project, dimension="customer", value=str(each.uuid), bucket=hour,
            requests=number,
        )  # fmt: skip
    add_request(customer=other, path="/theirs")
    return [add_request(customer=customer, path=f"/mine/{n}") for n in range(2)]


def test_a_customer_sees_its_own_requests_newest_first(ask, token, called):
    answer = ask(token()).json()
    assert [each["path"] for each in answer["requests"]] == ["/mine/1", "/mine/0"]
    # Neither addresses nor ids of other things leave with them.
    assert set(answer["requests"][0]) == {
        "uuid", "received_at", "loaded_at", "method", "path", "endpoint", "status",
        "load_time_ms", "response_size_bytes",
    }  # fmt: skip


def test_who_never_called_sees_nothing_and_no_error(ask, token, called):
    assert ask(token("nobody")).json()["requests"] == []


@pytest.mark.parametrize(
    ("claims", "said"),
    [
        ({"exp": datetime(2026, 1, 1, tzinfo=UTC)}, "expired"),
        ({"exp": None}, "exp"),
        ({"exp": datetime(2030, 1, 1, tzinfo=UTC)}, "lives too long"),
        ({"sub": None}, "sub"),
        ({"secret": "another secret of some length, at least 32"}, "not valid"),
    ],
)
def test_a_token_that_is_no_good_says_why(ask, token, called, claims, said):
    answer = ask(token(**claims))
    assert answer.status_code == 401
    assert said in answer.json()["error"]


def test_an_unsigned_token_opens_nothing(ask, called):
    claims = {"sub": "shop-7", "exp": datetime.now(UTC) + timedelta(hours=1)}
    assert ask(jwt.encode(claims, None, algorithm="none")).status_code == 401
    assert ask("").status_code == 401
    assert ask("x" * 5000).status_code == 401


def test_only_allowed_origins_may_read_the_answer(ask, token, called):
    assert ask(token())["Access-Control-Allow-Origin"] == PORTAL
    assert "Access-Control-Allow-Origin" not in ask(token(), origin="https://evil.example")
    preflight = ask("", method="options")
    assert preflight.status_code == 204
    assert preflight["Access-Control-Allow-Headers"] == "Authorization"
    assert "Access-Control-Allow-Origin" not in ask("", "https://evil.example", "options")


def test_a_login_alone_opens_nothing(owner, embed, called):
    assert owner.get(f"/embed/{embed.uuid}/requests/").status_code == 401


def test_switched_off_or_with_a_new_secret_old_tokens_end(owner, url, embed, ask, token, called):
    old = token()
    owner.post(f"{url}{embed.uuid}/change/", {"change": "off"})
    assert ask(old).json()["error"] == "This embed is switched off."
    owner.post(f"{url}{embed.uuid}/change/", {"change": "on"})
    assert ask(old).status_code == 200
    owner.post(f"{url}{embed.uuid}/change/", {"change": "rotate"})
    assert ask(old).status_code == 401
    owner.post(f"{url}{embed.uuid}/change/", {"change": "delete"})
    assert ask(old).status_code == 404


def test_the_component_may_be_loaded_by_any_page(client):
    answer = client.get("/embed/treblle-requests.js")
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert answer["Content-Type"].startswith("text/javascript")
    assert b"customElements.define" in answer.content


def test_making_one_wants_origins_as_browsers_write_them(owner, url):
    origins = "https://Portal.example:443/\nhttp://localhost:8000"
    owner.post(f"{url}new/", {"name": "Portal", "origins": origins})
    made = Embed.objects.get(name="Portal")
    assert made.allowed_origins == [PORTAL, "http://localhost:8000"]
    page = owner.get(f"{url}{made.uuid}/").content.decode()
    assert made.secret in page
    assert "treblle-requests.js" in page


@pytest.mark.parametrize(
    "origin",
    ["portal.example", "http://portal.example", "https://a.example/path", "*", "https://*"],
)
def test_what_is_no_origin_is_refused(owner, url, origin):
    answer = owner.post(f"{url}new/", {"name": "Portal", "origins": origin})
    assert answer.status_code == 400
    assert not Embed.objects.exists()


def test_the_secret_is_for_those_who_may_write(client, people, url, embed):
    client.force_login(people.viewer)
    assert client.get(f"{url}{embed.uuid}/").status_code == 403


class Portal(ApplicationCommunicator):
    """A page's end of the websocket, on the events of the ASGI specification."""

    async def open(self):
        await self.send_input({"type": "websocket.connect"})
        assert (await self.next())["type"] == "websocket.accept"
        return self

    async def send(self, text):
        await self.send_input({"type": "websocket.receive", "text": text})

    async def next(self):
        return await self.receive_output(timeout=WAIT_S)

    async def receive(self):
        return json.loads((await self.next())["text"])

    async def closed(self):
        """The code it is closed with, whatever is said before."""
        while (message := await self.next())["type"] != "websocket.close":
            pass
        return message["code"]

    async def leave(self):
        await self.send_input({"type": "websocket.disconnect", "code": 1000})
        await self.wait()


@pytest.fixture
def portal(embed, channel_layer):
    # It takes the allowed hosts as they are when it is read: those of the tests.
    from treblle_platform.asgi import application

    def make(origin=PORTAL):
        scope = {
            "type": "websocket",
            "path": f"/ws/embed/{embed.uuid}/",
            "query_string": b"",
            "headers": [(b"host", b"testserver"), (b"origin", origin.encode())],
            "subprotocols": [],
        }
        return Portal(application, scope)

    return make


@pytest.mark.django_db(transaction=True)
async def test_new_requests_of_the_customer_come_by_themselves_and_no_others(
    project, customer, token, add_request, portal
):
    page = await portal().open()
    await page.send(json.dumps({"token": token()}))
    assert await page.receive() == {"type": "ready"}
    mine = await database_sync_to_async(add_request)(customer=customer, path="/mine")
    theirs = await database_sync_to_async(add_request)(path="/theirs")
    message = {
        "type": "requests",
        "project": str(project.uuid),
        "requests": [summary_of(each, None) for each in (mine, theirs)],
        "stats": {},
    }
    await wrap_future(LivePublisher().publish(project.uuid, message))
    got = await page.receive()
    assert [each["path"] for each in got["requests"]] == ["/mine"]
    await page.leave()


@pytest.mark.django_db(transaction=True)
async def test_the_socket_ends_with_the_token(token, customer, portal):
    # A token that ended within the leeway: taken, and over at once.
    short = token(exp=timezone.now() - timedelta(seconds=5))
    page = await portal().open()
    await page.send(json.dumps({"token": short}))
    assert await page.closed() == 4401


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('{"token": "x"}', 4401),
        ("{}", 4400),
        ("nothing", 4400),
        ('{"token": "x", "since": 1}', 4400),
    ],
)
async def test_without_a_good_token_the_socket_closes(text, code, portal):
    page = await portal().open()
    await page.send(text)
    assert await page.closed() == code


@pytest.mark.django_db(transaction=True)
async def test_pages_of_other_origins_get_no_socket(portal):
    page = await portal(origin="https://evil.example").open()
    assert await page.closed() == 4403
