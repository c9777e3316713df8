"""Failed logins are counted, by address and by email, so that passwords cannot be tried out.

Counters lie in the cache and end with their window. An attempt is counted before the password is
looked at and given back when it was right, so attempts made at once do not slip through.
"""

import time
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from ipaddress import IPv6Address, ip_address, ip_network
from math import ceil
from typing import Final

import redis
from django.conf import settings
from django.core.cache import cache
from rest_framework.exceptions import APIException, Throttled

WINDOW_S: Final = 300
# Who has one IPv6 address has a network of them.
IPV6_NETWORK_BITS: Final = 64


class LoginUnavailable(APIException):
    """Attempts cannot be counted, so none is allowed."""

    status_code = 503
    default_detail = "Logging in is not possible right now; tokens work as before."
    default_code = "unavailable"


@dataclass(frozen=True)
class Counter:
    """Attempts of one kind in the present window."""

    key: str
    limit: int

    def take(self) -> bool:
        """Count one attempt; False where it is one too many."""
        cache.add(self.key, 0, timeout=WINDOW_S)
        return cache.incr(self.key) <= self.limit

    def give_back(self) -> None:
        if cache.get(self.key):
            cache.decr(self.key)


class LoginAttempts:
    """The counters that one login attempt touches."""

    def __init__(self, *, address: str, email: str) -> None:
        window, into_window = divmod(time.time(), WINDOW_S)
        self._seconds_left = WINDOW_S - into_window
        self._counters = (
            Counter(
                _key("address", _network_of(address), window), settings.LOGIN_LIMIT_PER_ADDRESS
            ),
            Counter(_key("email", email.lower(), window), settings.LOGIN_LIMIT_PER_EMAIL),
        )

    def take(self) -> None:
        """Raises `Throttled` over a limit, `LoginUnavailable` without a cache."""
        try:
            allowed = [counter.take() for counter in self._counters]
        except (redis.RedisError, ValueError) as error:
            raise LoginUnavailable from error
        if not all(allowed):
            raise Throttled(wait=ceil(self._seconds_left), detail="Too many attempts to log in.")

    def give_back(self) -> None:
        """What cannot be given back ends with the window anyway."""
        with suppress(redis.RedisError, ValueError):
            for counter in self._counters:
                counter.give_back()


def _key(kind: str, of: str, window: float) -> str:
    return f"login:{kind}:{int(window)}:{sha256(of.encode()).hexdigest()}"


def _network_of(address: str) -> str:
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address):
        return str(ip_network((parsed, IPV6_NETWORK_BITS), strict=False))
    return address
