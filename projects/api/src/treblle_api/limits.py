"""How often a token may ask: a fixed window, counted in the cache, told in every answer.

Headers are those of draft-ietf-httpapi-ratelimit-headers-10: `RateLimit-Policy` is what is
allowed, `RateLimit` what is left of it. Where the cache is away, nothing is limited.
"""

import logging
import time
from dataclasses import dataclass
from functools import cache
from math import ceil
from typing import TYPE_CHECKING, Final

import redis
from django.conf import settings
from rest_framework.exceptions import Throttled
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle
from treblle_models.models import AccessToken

if TYPE_CHECKING:
    from rest_framework.views import APIView

logger = logging.getLogger(__name__)

WINDOW_S: Final = 60
# Who asks does not wait longer to be counted.
TIMEOUT_S: Final = 2.0
POLICY: Final = "token"


@dataclass(frozen=True)
class Allowance:
    """What a token has left in the present window."""

    limit: int
    left: int
    seconds: int

    def headers(self) -> dict[str, str]:
        return {
            "RateLimit-Policy": f'"{POLICY}";q={self.limit};w={WINDOW_S}',
            "RateLimit": f'"{POLICY}";r={max(0, self.left)};t={self.seconds}',
        }


class PerToken(BaseThrottle):
    """`API_REQUESTS_PER_MINUTE` of each token; 0 sets no limit."""

    allowance: Allowance | None = None

    def allow_request(self, request: Request, view: "APIView") -> bool:
        limit: int = settings.API_REQUESTS_PER_MINUTE
        if not limit or not isinstance(request.auth, AccessToken):
            return True
        window, into_window = divmod(time.time(), WINDOW_S)
        used = _count(f"api:{request.auth.uuid.hex}:{int(window)}")
        if used is None:
            return True
        self.allowance = Allowance(limit, limit - used, ceil(WINDOW_S - into_window))
        return used <= limit

    def wait(self) -> float | None:
        return self.allowance.seconds if self.allowance else None


def spend(key: str, *, times: int, per_s: int) -> None:
    """For what costs others something. Raises `Throttled` where it was asked for too often."""
    window, into_window = divmod(time.time(), per_s)
    used = _count(f"api:spent:{key}:{int(window)}", per_s)
    if used is not None and used > times:
        raise Throttled(wait=per_s - into_window)


def _count(key: str, window_s: int = WINDOW_S) -> int | None:
    """In one round trip, where Django's cache takes three; None where nothing is counted."""
    url = settings.CACHES["default"].get("LOCATION")
    if not url:
        return None
    counting = _client(url).pipeline(transaction=False)
    counting.incr(key)
    counting.expire(key, window_s)
    try:
        return int(counting.execute()[0])
    except redis.RedisError as error:
        logger.warning("requests are not counted: %s", type(error).__name__)
        return None


@cache
def _client(url: str) -> "redis.Redis":
    client: redis.Redis = redis.Redis.from_url(
        url, socket_timeout=TIMEOUT_S, socket_connect_timeout=TIMEOUT_S
    )
    return client
