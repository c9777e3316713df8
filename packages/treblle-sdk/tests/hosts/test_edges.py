"""Corners of WSGI and ASGI that break software which stands between a server and an application."""

import asyncio
import io
from dataclasses import asdict

import pytest
from django.test import AsyncRequestFactory
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from treblle_sdk.asgi import TreblleMiddleware as AsgiMiddleware
from treblle_sdk.django import TreblleMiddleware as DjangoMiddleware
from treblle_sdk.wsgi import TreblleMiddleware as WsgiMiddleware

ENVIRON = {"REQUEST_METHOD": "GET", "PATH_INFO": "/", "wsgi.url_scheme": "http"}
SCOPE = {"type": "http", "method": "GET", "path": "/slow", "headers": [(b"host", b"a.b")]}


def environ():
    return {**ENVIRON, "wsgi.input": io.BytesIO()}


def only_payload(middleware, intake):
    middleware.client.close()
    (payload,) = intake.payloads
    return payload["data"]


def test_an_error_page_after_the_response_had_started_is_what_counts(make_options, intake):
    calls = []

    def app(environ, start_response):
        start_response("200 OK", [("Content-Type", "application/json")])
        try:
            raise LookupError("too late")
        except LookupError as error:
            exc_info = (LookupError, error, error.__traceback__)
            start_response("500 Oops", [("Content-Type", "text/plain")], exc_info)
        return [b"sorry"]

    middleware = WsgiMiddleware(app, make_options())
    answer = middleware(environ(), lambda *words: calls.append(words))

    assert list(answer) == [b"sorry"]
    assert [words[0] for words in calls] == ["200 OK", "500 Oops"]
    assert calls[1][2][0] is LookupError, "the server must see why the response starts anew"
    assert only_payload(middleware, intake)["response"]["code"] == 500


def test_the_old_way_to_write_a_response_still_reaches_the_server(make_options, intake):
    written = []

    def app(environ, start_response):
        write = start_response("200 OK", [("Content-Type", "text/plain")])
        write(b"old")
        return []

    middleware = WsgiMiddleware(app, make_options())
    assert list(middleware(environ(), lambda *words: written.append)) == []
    assert written == [b"old"]
    assert only_payload(middleware, intake)["response"]["code"] == 200


def test_an_application_that_never_starts_its_response_fails_as_without_us(make_options):
    middleware = WsgiMiddleware(lambda environ, start_response: [], make_options())
    assert list(middleware(environ(), lambda *words: None)) == []
    middleware.client.close()


def test_the_same_input_is_there_for_an_application_that_asks_for_its_methods(make_options):
    def app(environ, start_response):
        start_response("200 OK", [])
        return [environ["wsgi.input"].read(3), environ["wsgi.input"].readline()]

    middleware = WsgiMiddleware(app, make_options())
    request = {**environ(), "CONTENT_TYPE": "application/json", "wsgi.input": io.BytesIO(b"[1]\n2")}
    assert list(middleware(request, lambda *words: None)) == [b"[1]", b"\n"]
    middleware.client.close()


async def test_a_request_that_is_cancelled_is_cancelled_and_reported_once(make_options, intake):
    began = asyncio.Event()

    async def app(scope, receive, send):
        began.set()
        await asyncio.Event().wait()

    middleware = AsgiMiddleware(app, make_options())
    asking = asyncio.create_task(middleware(dict(SCOPE), None, None))
    await began.wait()
    asking.cancel()

    with pytest.raises(asyncio.CancelledError):
        await asking
    data = only_payload(middleware, intake)
    assert data["response"]["code"] == 499
    assert data["errors"] == []


async def test_a_django_request_that_is_cancelled_is_reported_too(make_options, intake, settings):
    began = asyncio.Event()

    async def view(request):
        began.set()
        await asyncio.Event().wait()

    settings.TREBLLE = {name.upper(): value for name, value in asdict(make_options()).items()}
    middleware = DjangoMiddleware(view)
    asking = asyncio.create_task(middleware(AsyncRequestFactory().get("/slow")))
    await began.wait()
    asking.cancel()

    with pytest.raises(asyncio.CancelledError):
        await asking
    assert only_payload(middleware, intake)["response"]["code"] == 499


async def test_a_generator_that_is_closed_early_leaves_no_half_document(make_options, intake):
    async def app(scope, receive, send):
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b'{"password": "swo', "more_body": True})

    async def send(message):
        return None

    middleware = AsgiMiddleware(app, make_options())
    await middleware(dict(SCOPE), None, send)

    assert only_payload(middleware, intake)["response"]["body"] is None
    assert "swo" not in intake.text


async def test_a_server_that_refuses_the_answer_tells_the_application(make_options, intake):
    async def app(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def send(message):
        raise OSError("the client is gone")

    middleware = AsgiMiddleware(app, make_options())
    with pytest.raises(OSError, match="gone"):
        await middleware(dict(SCOPE), None, send)
    middleware.client.close()


async def test_messages_nobody_knows_pass_as_they_are(make_options):
    passed = []
    messages = [
        {"type": "http.response.push", "path": "/style.css", "headers": []},
        {"type": "http.response.start", "status": 200, "headers": [], "trailers": True},
        {"type": "http.response.body", "body": b"x"},
        {"type": "http.response.trailers", "headers": [(b"checksum", b"7")]},
    ]

    async def app(scope, receive, send):
        for message in messages:
            await send(message)

    async def send(message):
        passed.append(message)

    middleware = AsgiMiddleware(app, make_options())
    await middleware(dict(SCOPE), None, send)
    assert all(one is other for one, other in zip(passed, messages, strict=True))
    middleware.client.close()


async def test_a_websocket_talks_and_is_not_reported(make_options, intake):
    async def echo(websocket):
        await websocket.accept()
        await websocket.send_text(await websocket.receive_text())
        await websocket.close()

    middleware = AsgiMiddleware(Starlette(routes=[WebSocketRoute("/ws", echo)]), make_options())
    heard = iter([{"type": "websocket.connect"}, {"type": "websocket.receive", "text": "hello"}])
    said = []

    async def receive():
        return next(heard)

    async def send(message):
        said.append(message)

    await middleware({"type": "websocket", "path": "/ws", "headers": []}, receive, send)
    middleware.client.close()
    assert [message.get("text") for message in said] == [None, "hello", None]
    assert intake.batches == []
