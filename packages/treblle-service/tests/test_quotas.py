"""Quotas published to the cache are read from it; whatever is unknown is accepted."""

import asyncio
from datetime import UTC, datetime

import pytest
import redis
from treblle_service.quotas import (
    TTL_S,
    UNLIMITED,
    AsyncQuotas,
    CacheUnavailable,
    Quota,
    Quotas,
    State,
    name_of,
)

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
KEY = "K" * 32
NOBODY = "redis://127.0.0.1:1/0"


@pytest.fixture
def cache_url(valkey: redis.Redis, valkey_url: str) -> str:
    return f"{valkey_url}/0"


async def read_async(cache_url: str, key: str) -> Quota:
    quotas = AsyncQuotas(cache_url)
    try:
        return await quotas.read(key)
    finally:
        await quotas.close()


def test_what_is_published_is_read_by_both_readers(cache_url: str) -> None:
    quota = Quota.of(used=900, limit=1000, requests_per_minute=60)
    other = Quota.of(used=5, limit=None, requests_per_minute=None)
    Quotas(cache_url).publish({KEY: quota, "other": other}, NOW)
    assert Quotas(cache_url).read(KEY) == quota
    assert asyncio.run(read_async(cache_url, KEY)) == quota
    assert Quotas(cache_url).read("other") == other


def test_unknown_and_unreadable_are_without_limit(cache_url: str, valkey: redis.Redis) -> None:
    assert Quotas(cache_url).read("never seen") == UNLIMITED
    for text in (b"", b"[]", b'{"state": "no such"}', b'{"state": "over", "limit": []}'):
        valkey.set(name_of("broken"), text)
        assert Quotas(cache_url).read("broken") == UNLIMITED
    assert asyncio.run(read_async(cache_url, "never seen")) == UNLIMITED


def test_keys_do_not_lie_in_the_cache(cache_url: str, valkey: redis.Redis) -> None:
    Quotas(cache_url).publish({KEY: UNLIMITED}, NOW)
    (name,) = valkey.keys()
    assert KEY.encode() not in name + valkey.get(name)


@pytest.mark.parametrize(
    ("now", "lasts_s"),
    [
        (NOW, TTL_S),
        (datetime(2026, 11, 30, 23, 59, 30, tzinfo=UTC), 30),
        (datetime(2026, 12, 31, 23, 59, 50, tzinfo=UTC), 10),
    ],
)
def test_quota_ends_by_itself_and_with_its_month(
    cache_url: str, valkey: redis.Redis, now: datetime, lasts_s: int
) -> None:
    Quotas(cache_url).publish({KEY: UNLIMITED}, now)
    assert lasts_s - 5 <= valkey.ttl(name_of(KEY)) <= lasts_s


@pytest.mark.parametrize(
    ("used", "limit", "state"),
    [
        (10**9, None, State.OK),
        (799, 1000, State.OK),
        (800, 1000, State.WARNED),
        (999, 1000, State.WARNED),
        (1000, 1000, State.OVER),
        (0, 0, State.OVER),
    ],
)
def test_state_follows_from_the_numbers(used: int, limit: int | None, state: State) -> None:
    assert Quota.of(used=used, limit=limit, requests_per_minute=None).state is state


def test_cache_that_is_away_is_said() -> None:
    with pytest.raises(CacheUnavailable):
        Quotas(NOBODY).publish({KEY: UNLIMITED}, NOW)
    with pytest.raises(CacheUnavailable):
        Quotas(NOBODY).read(KEY)
    with pytest.raises(CacheUnavailable):
        asyncio.run(read_async(NOBODY, KEY))
