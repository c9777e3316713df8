"""What an account begins with."""

import zoneinfo
from typing import Any
from urllib.parse import unquote

from django.http import HttpRequest
from treblle_models.models import User

TIME_ZONE_COOKIE = "time_zone"


def take_time_zone(request: HttpRequest, user: User, **_: Any) -> None:
    """That of the browser, as `frame.js` tells it; what is none is left out."""
    name = unquote(request.COOKIES.get(TIME_ZONE_COOKIE, ""))
    if name in zoneinfo.available_timezones():
        user.time_zone = name
        user.save(update_fields=["time_zone", "updated_at"])
