"""What a page knows of who looks at it: their time zone, and that their session is in use."""

import zoneinfo
from collections.abc import Callable

from allauth.account.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

# A session's last use is written down this often at most: not with every page.
SEEN_EVERY_S = 10 * 60

Answer = Callable[[HttpRequest], HttpResponse]


def time_zone_of_the_user(get_response: Answer) -> Answer:
    """Templates show times in the zone of the profile."""

    def middleware(request: HttpRequest) -> HttpResponse:
        name = getattr(request.user, "time_zone", "UTC")
        with timezone.override(zone(name)):
            return get_response(request)

    return middleware


def last_use_of_the_session(get_response: Answer) -> Answer:
    """Keeps the list of sessions true, at the price of one look into the cache a page."""

    def middleware(request: HttpRequest) -> HttpResponse:
        key = request.session.session_key
        if (
            key
            and request.user.is_authenticated
            and cache.add(f"session-seen:{key}", True, SEEN_EVERY_S)
        ):
            UserSession.objects.filter(session_key=key).update(
                last_seen_at=timezone.now(), ip=get_adapter().get_client_ip(request)
            )
        return get_response(request)

    return middleware


def zone(name: str) -> zoneinfo.ZoneInfo:
    """UTC where the name is none, or is no longer one."""
    try:
        return zoneinfo.ZoneInfo(name)
    except (ValueError, zoneinfo.ZoneInfoNotFoundError):
        return zoneinfo.ZoneInfo("UTC")
