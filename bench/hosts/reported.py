"""`python -m bench.hosts.reported <framework> <SDK> <KB> <ms>`: what a request takes, as JSON.

One API that answers that much JSON to a POST of JSON, after so many milliseconds of waiting,
called as a server calls it but without one, some hundred requests a second; with an
SDK before it, or with none. For each number that it reads, a line of its own, it makes so many requests
and prints the milliseconds of each.
"""

import asyncio
import io
import json
import os
import sys
import time
from collections.abc import Callable, Iterable
from typing import Any, ClassVar, Final

# Between two requests. Passed with the processor awake and the interpreter free for an SDK's
# thread: a core that slept is slow for longer than an SDK takes.
PAUSE_S: Final = 0.002
SENT: Final = json.dumps({"customer": "c-4821", "items": [{"sku": n, "n": 2} for n in range(12)]})
ORDERS_A_KB: Final = 25
MIDDLEWARE: Final = {
    "none": [],
    "ours": ["treblle_sdk.django.TreblleMiddleware"],
    "treblle": ["treblle.TreblleMiddleware"],
    "apitally": [],
}


# So many requests, and the milliseconds of each.
Times = Callable[[int], list[float]]


def django_times(sdk: str, answer: object, wait_s: float) -> Times:
    from django.conf import settings
    from django.core.handlers.wsgi import WSGIHandler
    from django.http import HttpRequest, JsonResponse
    from django.urls import path

    def orders(request: HttpRequest, pk: int) -> JsonResponse:
        json.loads(request.body)
        if wait_s:
            time.sleep(wait_s)
        return JsonResponse(answer)

    class Urls:
        urlpatterns: ClassVar = [path("orders/<int:pk>", orders)]

    settings.configure(
        ALLOWED_HOSTS=["*"],
        MIDDLEWARE=list(MIDDLEWARE[sdk]),
        ROOT_URLCONF=Urls,
        SECRET_KEY="bench",
        TREBLLE={
            "SDK_TOKEN": os.environ["TREBLLE_SDK_TOKEN"],
            "API_KEY": os.environ["TREBLLE_API_KEY"],
        },
        USE_TZ=True,
    )
    if sdk == "apitally":
        from apitally.django import init

        init(write_token=os.environ["APITALLY_WRITE_TOKEN"], env="bench")
    import django

    django.setup()
    handler = WSGIHandler()
    return lambda number: [_django_time(handler, turn) for turn in range(number)]


def _django_time(handler: Any, turn: int) -> float:
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": f"/orders/{turn}",
        "QUERY_STRING": "page=2",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "127.0.0.1",
        "HTTP_USER_AGENT": "bench",
        "HTTP_AUTHORIZATION": "Bearer abcdefgh",
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(SENT)),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(SENT.encode()),
    }
    until = time.perf_counter() + PAUSE_S
    while time.perf_counter() < until:
        time.sleep(0)
    began = time.perf_counter()
    response: Iterable[bytes] = handler(environ, lambda *words: None)
    b"".join(response)
    response.close()  # type: ignore[attr-defined]
    return (time.perf_counter() - began) * 1000


def starlette_times(sdk: str, answer: object, wait_s: float) -> Times:
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import JSONResponse
    from starlette.routing import Route

    async def orders(request: Request) -> JSONResponse:
        await request.json()
        if wait_s:
            await asyncio.sleep(wait_s)
        return JSONResponse(answer)

    application: Any = Starlette(routes=[Route("/orders/{pk:int}", orders, methods=["POST"])])
    if sdk == "ours":
        from treblle_sdk.asgi import TreblleMiddleware

        application = TreblleMiddleware(application)

    async def all_times(number: int) -> list[float]:
        return [await _starlette_time(application, turn) for turn in range(number)]

    runner = asyncio.Runner()
    return lambda number: runner.run(all_times(number))


async def _starlette_time(application: Any, turn: int) -> float:
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": f"/orders/{turn}",
        "query_string": b"page=2",
        "client": ("127.0.0.1", 5000),
        "server": ("127.0.0.1", 80),
        "headers": [
            (b"host", b"127.0.0.1"),
            (b"user-agent", b"bench"),
            (b"authorization", b"Bearer abcdefgh"),
            (b"content-type", b"application/json"),
        ],
    }

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": SENT.encode()}

    async def send(message: dict[str, Any]) -> None:
        """A server's place."""

    until = time.perf_counter() + PAUSE_S
    while time.perf_counter() < until:
        await asyncio.sleep(0)
    began = time.perf_counter()
    await application(scope, receive, send)
    return (time.perf_counter() - began) * 1000


if __name__ == "__main__":
    framework, sdk, kb, wait_ms = sys.argv[1:]
    orders = [{"id": n, "state": "sent", "total": n * 1.5} for n in range(int(kb) * ORDERS_A_KB)]
    made = {"django": django_times, "starlette": starlette_times}[framework]
    times = made(sdk, {"orders": orders}, int(wait_ms) / 1000)
    for line in sys.stdin:
        print(json.dumps(times(int(line))), flush=True)
    os._exit(0)  # what an SDK would still send is not measured
