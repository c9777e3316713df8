"""One small API in each framework, on a real server, with the middleware around it.

Every host answers the same: `/users/<pk>` echoes JSON, `/form` a form, `/upload` reads a file,
`/file` is a download, `/lines` and `/json-lines` stream and wait for the test between two pieces,
`/boom` raises, `/unchanged` is a 304, `/refuse` answers without reading what was sent.
"""

import asyncio
import hashlib
import inspect
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qsl

import fastapi
import flask
import pytest
import uvicorn
from django.core.handlers.asgi import ASGIHandler
from django.core.handlers.wsgi import WSGIHandler
from django.http import FileResponse, HttpResponse, JsonResponse, StreamingHttpResponse
from django.urls import include, path, re_path
from starlette.applications import Starlette
from starlette.responses import FileResponse as StarletteFileResponse
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from treblle_sdk.asgi import TreblleMiddleware as AsgiMiddleware
from treblle_sdk.client import Client
from treblle_sdk.flask import Treblle
from werkzeug.serving import make_server

from tests.support.conditions import wait_until

PATIENCE_S = 10
FILE_BYTES = bytes(range(256)) * 4096


@dataclass
class Gate:
    """What a stream waits for between its first piece and its last."""

    opened: threading.Event = field(default_factory=threading.Event)

    def wait(self) -> None:
        assert self.opened.wait(PATIENCE_S), "the test never got the first piece"


@dataclass(frozen=True)
class Host:
    """An API on a port, the client that reports it, and what its streams wait for."""

    name: str
    url: str
    client: Client
    gate: Gate
    intake: Any

    def reported(self, number: int) -> list[dict[str, Any]]:
        """Exactly that many payloads, once they are there; a host may answer before it reports."""
        wait_until(lambda: self.client.flush() and len(self.intake.payloads) >= number)
        assert len(self.intake.payloads) == number
        return self.intake.payloads


def upload_summary(content: bytes) -> dict[str, Any]:
    return {"bytes": len(content), "sha": hashlib.sha256(content).hexdigest()}


def flask_app(gate: Gate, file: Path) -> flask.Flask:
    app = flask.Flask("shop")

    @app.post("/users/<int:pk>")
    def users(pk):
        return flask.jsonify(pk=pk, got=flask.request.get_json())

    @app.get("/users/<int:pk>")
    def user(pk):
        return flask.jsonify(pk=pk)

    @app.get("/unchanged")
    def unchanged():
        return flask.Response(status=304, headers={"ETag": '"7"'})

    @app.post("/form")
    def form():
        return flask.jsonify(flask.request.form.to_dict())

    @app.post("/upload")
    def upload():
        return flask.jsonify(upload_summary(flask.request.files["file"].read()))

    @app.post("/raw")
    def raw():
        return flask.jsonify(upload_summary(flask.request.stream.read()))

    @app.get("/file")
    def download():
        return flask.send_file(file)

    def pieces():
        yield b'["first",'
        gate.wait()
        yield b'"last"]'

    app.get("/lines")(lambda: flask.Response(pieces(), mimetype="text/event-stream"))
    app.get("/json-lines", endpoint="json")(
        lambda: flask.Response(pieces(), mimetype="application/json")
    )

    @app.get("/boom")
    def boom():
        raise LookupError("no such thing")

    @app.post("/refuse")
    def refuse():
        return flask.jsonify(error="no"), 403

    return app


def django_urls(gate: Gate, file: Path, *, asynchronous: bool) -> type:
    def users(request, pk):
        if request.method == "HEAD":
            return JsonResponse({"pk": pk})
        return JsonResponse({"pk": pk, "got": json.loads(request.body)})

    def unchanged(request):
        return HttpResponse(status=304, headers={"ETag": '"7"'})

    def users_by_stream(request, pk):
        return JsonResponse({"pk": pk, "got": json.loads(request.read())})

    def pieces():
        yield b'["first",'
        gate.wait()
        yield b'"last"]'

    async def pieces_async():
        yield b'["first",'
        await asyncio.to_thread(gate.wait)
        yield b'"last"]'

    def streamed(content_type):
        content = pieces_async() if asynchronous else pieces()
        return StreamingHttpResponse(content, content_type=content_type)

    def boom(request):
        raise LookupError("no such thing")

    async def boom_async(request):
        raise LookupError("no such thing")

    def download(request):
        if asynchronous:  # Django warns where it must read a file in an event loop
            return HttpResponse(file.read_bytes(), content_type="application/octet-stream")
        return FileResponse(file.open("rb"), filename="file.bin")

    class Urls:
        urlpatterns: ClassVar = [
            path("users/<int:pk>", users),
            path(
                "nested/",
                include([re_path(r"^streamed/(?P<pk>[^/.]+)/$", users_by_stream)]),
            ),
            path("unchanged", unchanged),
            path("form", lambda request: JsonResponse(request.POST.dict())),
            path(
                "upload",
                lambda request: JsonResponse(upload_summary(request.FILES["file"].read())),
            ),
            path("raw", lambda request: JsonResponse(upload_summary(request.read()))),
            path("file", download),
            path("lines", lambda request: streamed("text/event-stream")),
            path("json-lines", lambda request: streamed("application/json")),
            path("boom", boom_async if asynchronous else boom),
            path("refuse", lambda request: JsonResponse({"error": "no"}, status=403)),
        ]

    return Urls


def starlette_app(gate: Gate, file: Path) -> Starlette:
    async def user(request):
        return JSONResponse({"pk": request.path_params["pk"]})

    async def unchanged(request):
        return Response(status_code=304, headers={"ETag": '"7"'})

    async def users(request):
        return JSONResponse({"pk": request.path_params["pk"], "got": await request.json()})

    async def form(request):
        return JSONResponse(dict(parse_qsl((await request.body()).decode())))

    async def raw(request):
        return JSONResponse(upload_summary(await request.body()))

    async def pieces():
        yield b'["first",'
        await asyncio.to_thread(gate.wait)
        yield b'"last"]'

    async def boom(request):
        raise LookupError("no such thing")

    def streamed(content_type):
        return lambda request: StreamingResponse(pieces(), media_type=content_type)

    async def refuse(request):
        return JSONResponse({"error": "no"}, status_code=403)

    return Starlette(
        routes=[
            Route("/users/{pk:int}", users, methods=["POST"]),
            Route("/users/{pk:int}", user),
            Route("/unchanged", unchanged),
            Mount("/tenants/{tenant}", routes=[Route("/users/{pk:int}", users, methods=["POST"])]),
            Route("/form", form, methods=["POST"]),
            Route("/upload", raw, methods=["POST"]),
            Route("/raw", raw, methods=["POST"]),
            Route("/file", lambda request: StarletteFileResponse(file)),
            Route("/lines", streamed("text/event-stream")),
            Route("/json-lines", streamed("application/json")),
            Route("/boom", boom),
            Route("/refuse", refuse, methods=["POST"]),
            Route("/empty", lambda request: Response(status_code=204)),
        ]
    )


def fastapi_app(gate: Gate, file: Path) -> fastapi.FastAPI:
    app = fastapi.FastAPI()

    @app.post("/users/{pk}")
    async def users(pk: int, got: dict[str, Any]):
        return {"pk": pk, "got": got}

    @app.post("/form")
    async def form(request: fastapi.Request):
        return dict(parse_qsl((await request.body()).decode()))

    @app.post("/upload")
    @app.post("/raw")
    async def raw(request: fastapi.Request):
        return upload_summary(b"".join([piece async for piece in request.stream()]))

    @app.get("/file")
    def download():
        return StarletteFileResponse(file)

    async def pieces():
        yield b'["first",'
        await asyncio.to_thread(gate.wait)
        yield b'"last"]'

    @app.get("/lines")
    def lines():
        return StreamingResponse(pieces(), media_type="text/event-stream")

    @app.get("/json-lines")
    def json_lines():
        return StreamingResponse(pieces(), media_type="application/json")

    @app.get("/boom")
    def boom():
        raise LookupError("no such thing")

    @app.post("/refuse")
    def refuse():
        raise fastapi.HTTPException(403, "no")

    @app.get("/unchanged")
    def unchanged():
        return Response(status_code=304, headers={"ETag": '"7"'})

    @app.head("/users/{pk}")
    def head(pk: int):
        return JSONResponse({"pk": pk})

    return app


ASGI_APPS = {"starlette": starlette_app, "fastapi": fastapi_app}


class Serving:
    """Starts servers in threads and ends them."""

    def __init__(self) -> None:
        self._ends: list[Callable[[], None]] = []

    def wsgi(self, application) -> str:
        server = make_server("127.0.0.1", 0, application, threaded=True)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        self._ends += [server.server_close, thread.join, server.shutdown]
        return f"http://127.0.0.1:{server.server_port}"

    def asgi(self, application) -> str:
        config = uvicorn.Config(
            application, port=0, lifespan="off", log_config=None, ws="none", loop="asyncio"
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run)
        thread.start()
        while not server.started:
            thread.join(0.01)
        self._ends += [thread.join, lambda: setattr(server, "should_exit", True)]
        return f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"

    def end(self) -> None:
        for end in reversed(self._ends):
            end()


@pytest.fixture
def serving() -> Iterator[Serving]:
    serving = Serving()
    yield serving
    serving.end()


@pytest.fixture
def make_host(serving, make_options, intake, settings, tmp_path) -> Iterator[Callable[..., Host]]:
    """A host by the name of its framework; the other arguments change its options."""
    made: list[Client] = []
    file = tmp_path / "file.bin"
    file.write_bytes(FILE_BYTES)

    def make(name: str, **changes: Any) -> Host:
        gate = Gate()
        options = make_options(**({"flush_s": 0.2} | changes))
        if name == "flask":
            app = flask_app(gate, file)
            middleware = Treblle(app, options)
            url = serving.wsgi(app)
        elif name in ASGI_APPS:
            middleware = AsgiMiddleware(ASGI_APPS[name](gate, file), options)
            url = serving.asgi(middleware)
        else:
            asynchronous = name == "django-asgi"
            settings.ROOT_URLCONF = django_urls(gate, file, asynchronous=asynchronous)
            settings.ALLOWED_HOSTS = ["*"]
            settings.MIDDLEWARE = ["treblle_sdk.django.TreblleMiddleware"]
            settings.TREBLLE = {key.upper(): value for key, value in asdict(options).items()}
            handler = ASGIHandler() if asynchronous else WSGIHandler()
            # What Django made of the first entry of MIDDLEWARE.
            middleware = inspect.unwrap(handler._middleware_chain)
            url = serving.asgi(handler) if asynchronous else serving.wsgi(handler)
        made.append(middleware.client)
        return Host(name, url, middleware.client, gate, intake)

    yield make
    for client in made:
        client.close()
