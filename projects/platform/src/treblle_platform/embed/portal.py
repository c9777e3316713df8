"""Answers to pages of others. No cookie counts here: a signed token says who asks (`tokens.py`)."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe
from treblle_models.models import Embed

from treblle_platform.embed.queries import embed_of, newest_requests
from treblle_platform.embed.tokens import Refused, read_token

COMPONENT = "platform/treblle-requests.js"
COMPONENT_SECONDS = 60 * 60
PREFLIGHT_SECONDS = 60 * 60
BEARER = "Bearer "


@login_not_required
@require_safe
@cache_control(public=True, max_age=COMPONENT_SECONDS)
def component(request: HttpRequest) -> HttpResponse:
    """The web component; the same for everybody, so any page may load it."""
    found = finders.find(COMPONENT)
    if not isinstance(found, str):
        raise Http404
    with open(found, encoding="utf-8") as file:
        answer = HttpResponse(file.read(), content_type="text/javascript; charset=utf-8")
    answer["Access-Control-Allow-Origin"] = "*"
    answer["Cross-Origin-Resource-Policy"] = "cross-origin"
    return answer


def _for_portals(view: Callable[[HttpRequest, Embed], HttpResponse]) -> Callable[..., HttpResponse]:
    """CORS (the Fetch standard, section 3.3) for the origins the embed allows."""

    @wraps(view)
    def answered(request: HttpRequest, embed_uuid: UUID) -> HttpResponse:
        embed = embed_of(embed_uuid)
        if embed is None:
            raise Http404
        answer = HttpResponse(status=204) if request.method == "OPTIONS" else view(request, embed)
        origin = request.headers.get("Origin", "")
        if origin in embed.allowed_origins:
            answer["Access-Control-Allow-Origin"] = origin
            answer["Access-Control-Allow-Headers"] = "Authorization"
            answer["Access-Control-Allow-Methods"] = "GET"
            answer["Access-Control-Max-Age"] = str(PREFLIGHT_SECONDS)
        patch_vary_headers(answer, ["Origin"])
        return answer

    return answered


@login_not_required
@csrf_exempt
@require_http_methods(["GET", "OPTIONS"])
@cache_control(no_store=True)
@_for_portals
def requests(request: HttpRequest, embed: Embed) -> HttpResponse:
    """The customer's newest requests; `401` with the reason for a token that is no good."""
    given = request.headers.get("Authorization", "")
    if not given.startswith(BEARER):
        return _refused("A token is wanted: `Authorization: Bearer …`.")
    try:
        visitor = read_token(embed, given.removeprefix(BEARER), timezone.now())
    except Refused as reason:
        return _refused(str(reason))
    found: list[Any] = []
    if visitor.customer is not None:
        found = list(newest_requests(embed.project, visitor.customer))
    return JsonResponse({"requests": found, "expires_at": visitor.expires_at.isoformat()})


def _refused(reason: str) -> HttpResponse:
    answer = JsonResponse({"error": reason}, status=401)
    answer["WWW-Authenticate"] = "Bearer"
    return answer
