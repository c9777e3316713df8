"""What may be known of a visitor without a cookie: the address, and by it one of two halves of a day."""

import hashlib
from datetime import UTC, datetime
from typing import Final

from django.conf import settings
from django.http import HttpRequest

HALVES: Final = ("a", "b")


def address(request: HttpRequest) -> str:
    """Of the visitor: as the outermost of our own proxies saw it."""
    proxies: int = settings.TRUSTED_PROXIES
    seen = [each.strip() for each in request.headers.get("X-Forwarded-For", "").split(",")]
    if proxies and len(seen) >= proxies:
        return seen[-proxies]
    return str(request.META.get("REMOTE_ADDR", ""))


def half_of(request: HttpRequest) -> str:
    """ "a" or "b", the same for an address all day (UTC); the digest behind it is not kept.

    The site's secret is in it, so that nobody can work it out from an address.
    """
    day = datetime.now(UTC).date()
    salted = f"{settings.SECRET_KEY}/half/{day}/{address(request)}"
    return HALVES[hashlib.sha256(salted.encode()).digest()[0] % 2]
