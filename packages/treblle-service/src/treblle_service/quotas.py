"""How much an account may send: published by ETL and platform, read by an intake without database.

They lie in the cache (CACHE_URL) under `quota:<SHA-256 of the account key>`, in hexadecimal, so
that a key can be looked up but never read back. The value is JSON:

    {"state": "ok" | "warned" | "over", "limit": 250000, "used": 1234, "requests_per_minute": 600}

`limit` and `used` are requests in the calendar month (UTC), null or absent numbers are without
limit. An unknown key, an unreadable value and a cache that is away all mean: accept. Values end
by themselves after `TTL_S`, and with the month they count, so that nothing old refuses anyone;
who publishes does so more often than that, see `PUBLISH_EVERY_S`.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import redis
import redis.asyncio

PREFIX = "quota:"
TTL_S = 15 * 60
PUBLISH_EVERY_S = 60
# Share of the month's limit from which an account is warned.
WARNED_FROM = 0.8
TIMEOUT_S = 2.0
CHUNK = 1000


class CacheUnavailable(OSError):
    """The cache refused or did not answer."""


class State(StrEnum):
    OK = "ok"
    WARNED = "warned"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Quota:
    """What one account may send and has sent this month; None is without limit."""

    state: State = State.OK
    limit: int | None = None
    used: int = 0
    requests_per_minute: int | None = None

    @classmethod
    def of(cls, *, used: int, limit: int | None, requests_per_minute: int | None) -> "Quota":
        """The state follows from the numbers: over once `used` has reached `limit`."""
        return cls(_state(used, limit), limit, used, requests_per_minute)


UNLIMITED = Quota()


class Quotas:
    """For processes that publish, and for all that may wait for an answer."""

    def __init__(self, cache_url: str) -> None:
        self._redis: Any = redis.Redis.from_url(
            cache_url, socket_timeout=TIMEOUT_S, socket_connect_timeout=TIMEOUT_S
        )

    def publish(self, quotas: Mapping[str, Quota], now: datetime) -> None:
        """By account key. Raises `CacheUnavailable`; what was published before then stays."""
        lasts_s = min(TTL_S, seconds_left_in_month(now))
        names = list(quotas)
        try:
            for start in range(0, len(names), CHUNK):
                with self._redis.pipeline(transaction=False) as pipe:
                    for key in names[start : start + CHUNK]:
                        pipe.set(name_of(key), json.dumps(asdict(quotas[key])), ex=lasts_s)
                    pipe.execute()
        except redis.RedisError as error:
            raise CacheUnavailable(f"quotas: {error}") from error

    def read(self, api_key: str) -> Quota:
        """`UNLIMITED` where nothing is known. Raises `CacheUnavailable`."""
        try:
            return decode(self._redis.get(name_of(api_key)))
        except redis.RedisError as error:
            raise CacheUnavailable(f"quotas: {error}") from error


class AsyncQuotas:
    """The same for an event loop; it only reads."""

    def __init__(self, cache_url: str) -> None:
        self._redis: Any = redis.asyncio.Redis.from_url(
            cache_url, socket_timeout=TIMEOUT_S, socket_connect_timeout=TIMEOUT_S
        )

    async def read(self, api_key: str) -> Quota:
        """`UNLIMITED` where nothing is known. Raises `CacheUnavailable`."""
        try:
            return decode(await self._redis.get(name_of(api_key)))
        except redis.RedisError as error:
            raise CacheUnavailable(f"quotas: {error}") from error

    async def close(self) -> None:
        await self._redis.aclose()


def name_of(api_key: str) -> str:
    """Under which name in the cache the quota of an account key lies."""
    return PREFIX + hashlib.sha256(api_key.encode()).hexdigest()


def decode(value: bytes | None) -> Quota:
    """A published value; `UNLIMITED` where there is none, or none that can be read."""
    if value is None:
        return UNLIMITED
    try:
        found = json.loads(value)
        return Quota(
            State(found["state"]),
            _number(found.get("limit")),
            _number(found.get("used")) or 0,
            _number(found.get("requests_per_minute")),
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return UNLIMITED


def seconds_left_in_month(now: datetime) -> int:
    """Until the next month begins (UTC), at least 1."""
    now = now.astimezone(UTC)
    year, month = divmod(now.year * 12 + now.month, 12)
    end = datetime(year, month + 1, 1, tzinfo=UTC)
    return max(1, int((end - now).total_seconds()))


def _state(used: int, limit: int | None) -> State:
    if limit is None or used < WARNED_FROM * limit:
        return State.OK
    return State.OVER if used >= limit else State.WARNED


def _number(value: Any) -> int | None:
    return None if value is None else int(value)
