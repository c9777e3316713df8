"""What only one framework has: websockets, mounts, DRF-like streams, start_response, gzip inside."""

import io
import json
import weakref

import httpx
import pytest
from django.core.exceptions import MiddlewareNotUsed
from treblle_sdk.asgi import TreblleMiddleware as AsgiMiddleware
from treblle_sdk.django import TreblleMiddleware as DjangoMiddleware
from treblle_sdk.exchange import BodyCopy
from treblle_sdk.streams import CopiedStream
from treblle_sdk.wsgi import TreblleMiddleware as WsgiMiddleware


def start_nothing(status, headers, exc_info=None):
    return None


def environ_for(path, **changes):
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path,
        "SERVER_NAME": "api.example",
        "SERVER_PORT": "80",
        "wsgi.input": io.BytesIO(),
        "wsgi.url_scheme": "http",
    }
    return environ | changes


@pytest.mark.parametrize("kind", ["websocket", "lifespan", "something.new"])
async def test_what_is_not_http_gets_the_servers_own_channels(kind, make_options, intake):
    got = []

    async def app(scope, receive, send):
        got.extend([scope, receive, send])

    async def receive():
        return {}

    async def send(message):
        return None

    scope = {"type": kind, "path": "/ws"}
    await AsgiMiddleware(app, make_options())(scope, receive, send)

    assert got == [scope, receive, send]


async def test_headers_given_as_an_iterator_reach_the_server(make_options, intake):
    async def app(scope, receive, send):
        headers = iter([(b"content-type", b"application/json")])
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"{}"})

    sent = []

    async def send(message):
        sent.append(message)

    async def receive():
        return {"type": "http.request"}

    scope = {"type": "http", "method": "GET", "path": "/", "headers": iter([(b"host", b"a.b")])}
    middleware = AsgiMiddleware(app, make_options())
    await middleware(scope, receive, send)
    middleware.client.close()

    assert list(sent[0]["headers"]) == [(b"content-type", b"application/json")]
    assert intake.payloads[0]["data"]["request"]["url"] == "http://a.b/"


def test_a_mount_is_part_of_the_route(make_host, intake):
    host = make_host("starlette")

    httpx.post(f"{host.url}/tenants/acme/users/7", json={})

    request = host.reported(1)[0]["data"]["request"]
    assert request["route_path"] == "/tenants/{tenant}/users/{pk}"


@pytest.mark.parametrize("name", ["django-wsgi", "django-asgi"])
def test_a_django_view_may_read_the_stream_itself(name, make_host, intake):
    host = make_host(name)

    answer = httpx.post(f"{host.url}/nested/streamed/7/", json={"name": "Ana"})

    assert answer.json() == {"pk": "7", "got": {"name": "Ana"}}
    request = host.reported(1)[0]["data"]["request"]
    assert request["body"] == {"name": "Ana"}
    assert request["route_path"] == "/nested/streamed/{pk}/"


def test_django_runs_without_it_where_it_is_not_configured(settings):
    settings.TREBLLE = {}

    with pytest.raises(MiddlewareNotUsed):
        DjangoMiddleware(lambda request: None)


def test_a_file_goes_to_the_wsgi_server_as_the_wrapper_it_knows(make_options, intake):
    class FileWrapper:
        def __init__(self, file):
            self.file = file

        def __iter__(self):
            return iter(lambda: self.file.read(8), b"")

    def app(environ, start_response):
        start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", "2")])
        return environ["wsgi.file_wrapper"](io.BytesIO(b"{}"))

    middleware = WsgiMiddleware(app, make_options())
    environ = environ_for("/file", **{"wsgi.file_wrapper": FileWrapper})
    result = middleware(environ, start_nothing)
    middleware.client.close()

    assert isinstance(result, FileWrapper)
    assert intake.payloads[0]["data"]["response"]["size"] == 2


def test_nothing_of_the_servers_is_held_once_a_request_is_answered(make_options):
    """A socket or stream would stay open for as long as the intake is away."""
    held = weakref.ref(stream := io.BytesIO())
    options = make_options(intake_url="http://127.0.0.1:9", linger_s=60)

    def app(environ, start_response):
        start_response("200 OK", [("content-type", "application/json")])
        return [b"{}"]

    middleware = WsgiMiddleware(app, options)
    for chunk in middleware(environ_for("/", **{"wsgi.input": stream}), start_nothing):
        assert chunk == b"{}"
    del stream

    assert held() is None
    assert middleware.client.dropped == 0


def test_a_generator_that_starts_its_response_late_is_reported(make_options, intake):
    closed = []

    def app(environ, start_response):
        try:
            start_response("201 Created", [("Content-Type", "application/json")])
            yield b'{"a":'
            yield b" 1}"
        finally:
            closed.append(True)

    middleware = WsgiMiddleware(app, make_options())
    result = middleware(environ_for("/late"), start_nothing)
    assert list(result) == [b'{"a":', b" 1}"]
    result.close()
    middleware.client.close()

    response = intake.payloads[0]["data"]["response"]
    assert (response["code"], response["body"], response["size"]) == (201, {"a": 1}, 8)
    assert closed == [True]


def test_a_client_that_goes_away_in_the_middle_leaves_no_half_document(make_options, intake):
    def app(environ, start_response):
        start_response("200 OK", [("Content-Type", "application/json")])
        yield b'{"password":'
        yield b'"swordfish"}'

    middleware = WsgiMiddleware(app, make_options())
    result = middleware(environ_for("/cut"), start_nothing)
    next(iter(result))
    result.close()
    middleware.client.close()

    (payload,) = intake.payloads
    assert payload["data"]["response"]["body"] is None
    assert payload["data"]["errors"] == []


def test_an_exception_in_the_middle_of_a_body_is_raised_and_reported(make_options, intake):
    def app(environ, start_response):
        start_response("200 OK", [("Content-Type", "application/json")])
        yield b"["
        raise LookupError("gone")

    middleware = WsgiMiddleware(app, make_options())
    with pytest.raises(LookupError, match="gone"):
        list(middleware(environ_for("/broken"), start_nothing))
    middleware.client.close()

    assert intake.payloads[0]["data"]["errors"][0]["type"] == "LookupError"


def test_an_error_inside_the_middleware_is_logged_and_the_request_answered(make_options, caplog):
    def app(environ, start_response):
        start_response("200 OK", [])
        return [b"fine"]

    middleware = WsgiMiddleware(app, make_options())
    environ = environ_for("/", SCRIPT_NAME=7)  # no server does that, and nothing may come of it

    assert middleware(environ, start_nothing) == [b"fine"]
    assert "the request itself is not affected" in caplog.text


@pytest.mark.parametrize(
    "read",
    [
        lambda stream: stream.read(),
        lambda stream: b"".join(iter(lambda: stream.read(7), b"")),
        lambda stream: b"".join(stream),
        lambda stream: b"".join(stream.readlines()),
        lambda stream: b"".join(iter(stream.readline, b"")),
        lambda stream: io.BufferedReader(io.BytesIO(stream.read1())).read(),
        lambda stream: bytes(_filled(stream)),
        lambda stream: (stream.read(3), stream.seek(0), stream.read())[-1],
    ],
)
def test_however_a_body_is_read_it_is_copied_once(read):
    content = json.dumps({"lines": ["a"] * 5}, indent=1).encode()
    copy = BodyCopy(1000)

    assert read(CopiedStream(io.BytesIO(content), copy)) == content
    assert copy.content() == content


def _filled(stream):
    buffer = bytearray(1000)
    return buffer[: stream.readinto(buffer)]


def test_a_stream_has_only_the_methods_it_had():
    class OnlyReads:
        def read(self, size=-1):
            return b""

    stream = CopiedStream(OnlyReads(), BodyCopy(1000))

    assert not hasattr(stream, "readinto")
    assert not hasattr(stream, "seekable")
