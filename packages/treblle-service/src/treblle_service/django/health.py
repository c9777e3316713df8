"""`/healthz`, `/readyz` and `/metrics` of a web process, before anything else looks at a request.

First in MIDDLEWARE: who looks after a process asks by its address, over plain HTTP, so neither
ALLOWED_HOSTS nor the redirect to HTTPS may stand in front. `/readyz` asks what READY_WHEN names.
"""

from collections.abc import Callable, Sequence
from time import perf_counter
from typing import Any

from asgiref.sync import iscoroutinefunction, sync_to_async
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.decorators import sync_and_async_middleware

from treblle_service.django import schema
from treblle_service.metrics import catalog, exposition
from treblle_service.side_port import Probe, problem_of

PROBE_TIMEOUT_S = 2.0
# What /readyz asks where the settings do not say.
READY_WHEN = ("database",)


def database_answers() -> None:
    """It does, and it has what this release works on."""
    schema.check()


def redis_answers(url: str) -> Probe:
    def probe() -> None:
        import redis

        client = redis.Redis.from_url(
            url, socket_timeout=PROBE_TIMEOUT_S, socket_connect_timeout=PROBE_TIMEOUT_S
        )
        with client:
            client.ping()

    return probe


def probes(names: Sequence[str]) -> dict[str, Probe]:
    """Of `database`, `cache`, `channels`, `broker`; what the settings say where they are."""
    known: dict[str, Callable[[], Probe]] = {
        "database": lambda: database_answers,
        "cache": lambda: redis_answers(settings.CACHES["default"]["LOCATION"]),
        "channels": lambda: redis_answers(
            getattr(settings, "CHANNEL_LAYERS", {})["default"]["CONFIG"]["hosts"][0]
        ),
        "broker": lambda: redis_answers(settings.CELERY["broker_url"]),
    }
    return {name: known[name]() for name in names}


def _ready() -> HttpResponse:
    problem = problem_of(probes(getattr(settings, "READY_WHEN", READY_WHEN)))
    if problem:
        return JsonResponse({"status": "not ready", "problem": problem}, status=503)
    return JsonResponse({"status": "ok"})


def _healthy() -> HttpResponse:
    return JsonResponse({"status": "ok"})


@sync_and_async_middleware
def health(get_response: Callable[[HttpRequest], Any]) -> Callable[[HttpRequest], Any]:
    """Answers the three paths itself; times all others by route (the name of the URL)."""
    if iscoroutinefunction(get_response):

        async def answer_async(request: HttpRequest) -> Any:
            if request.path == "/readyz":
                return await sync_to_async(_ready)()
            if own := _own(request):
                return own
            began = perf_counter()
            response = await get_response(request)
            _count(request, response, perf_counter() - began)
            return response

        return answer_async

    def answer(request: HttpRequest) -> Any:
        if request.path == "/readyz":
            return _ready()
        if own := _own(request):
            return own
        began = perf_counter()
        response = get_response(request)
        _count(request, response, perf_counter() - began)
        return response

    return answer


def _own(request: HttpRequest) -> HttpResponse | None:
    if request.path == "/healthz":
        return _healthy()
    if request.path == "/metrics":
        token = getattr(settings, "METRICS_TOKEN", "")
        if not exposition.is_allowed(request.headers.get("Authorization", ""), token):
            return JsonResponse({"status": "forbidden"}, status=403)
        return HttpResponse(exposition.render(), content_type=exposition.CONTENT_TYPE)
    return None


def _count(request: HttpRequest, response: Any, seconds: float) -> None:
    """By the route's name, never its path: paths hold ids, and there is no end of them."""
    match = request.resolver_match
    route = (match.view_name or match.route or "unnamed") if match else "none"
    catalog.HTTP_SECONDS.observe(seconds, route, f"{response.status_code // 100}xx")
