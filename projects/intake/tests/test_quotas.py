"""What a plan allows: answered clearly when it is used up, and never in the way while unknown."""

import asyncio
from datetime import UTC, datetime

import pytest
from treblle_intake.answers import Refused
from treblle_intake.quotas import FRESH_S, MAX_KEYS, KnownQuotas
from treblle_service.quotas import UNLIMITED, CacheUnavailable, Quota, Quotas

from tests.support.conditions import wait_until

USED_UP = Quota.of(used=1000, limit=1000, requests_per_minute=None)
LARGER = Quota.of(used=1000, limit=5000, requests_per_minute=None)
SLOW = Quota.of(used=0, limit=None, requests_per_minute=10)


class Cache:
    """As `AsyncQuotas`, with what the test says."""

    def __init__(self, **quotas: Quota) -> None:
        self.quotas = quotas
        self.away = False
        self.reads = 0

    async def read(self, key: str) -> Quota:
        self.reads += 1
        if self.away:
            raise CacheUnavailable("away")
        return self.quotas.get(key, UNLIMITED)

    async def close(self) -> None:
        """Nothing is open."""


@pytest.fixture
async def start(monkeypatch):
    """Starts what is known of a cache, under a clock that stands in `start.now`."""
    started = []

    def make(cache: Cache) -> KnownQuotas:
        known = KnownQuotas(cache, clock=lambda: make.now)
        known.start()
        started.append(known)
        return known

    make.now = 100.0
    monkeypatch.setattr("treblle_intake.quotas.PAUSE_S", 0.0)
    yield make
    for known in started:
        await known.stop()


async def turns(number: int = 20) -> None:
    for _ in range(number):
        await asyncio.sleep(0)


async def test_what_is_not_known_yet_is_accepted_and_looked_up_beside(start):
    known = start(Cache(full=USED_UP))
    known.check("full")
    await turns()
    with pytest.raises(Refused) as refused:
        known.check("full")
    assert refused.value.status == 429
    assert refused.value.code == "quota_used_up"
    assert 0 < refused.value.retry_after_s <= 300
    assert "1,000 requests" in refused.value.message
    assert "larger plan" in refused.value.message


async def test_the_cache_is_asked_once_in_some_seconds_and_a_larger_plan_then_counts(start):
    cache = Cache(full=USED_UP)
    known = start(cache)
    for _ in range(50):
        known.of("full")
        await turns(3)
    assert cache.reads == 1
    cache.quotas["full"] = LARGER
    start.now += FRESH_S + 0.1
    assert known.of("full") == USED_UP, "what was known holds until it has been looked up"
    await turns()
    assert known.of("full") == LARGER


async def test_a_cache_that_is_away_refuses_nobody_even_if_it_did(start):
    cache = Cache(full=USED_UP)
    known = start(cache)
    known.of("full")
    await turns()
    assert known.of("full") == USED_UP
    cache.away = True
    start.now += FRESH_S + 0.1
    known.of("full")
    await turns()
    assert known.of("full") == UNLIMITED
    cache.away = False
    await turns()
    assert known.of("full") == USED_UP


async def test_the_requests_of_a_minute_may_come_at_once_and_then_their_rate(start):
    known = start(Cache(slow=SLOW))
    known.of("slow")
    await turns()
    for _ in range(10):
        known.check("slow")
    with pytest.raises(Refused) as refused:
        known.check("slow")
    assert refused.value.status == 429
    assert 0 < refused.value.retry_after_s <= 6
    assert "10 requests a minute" in refused.value.message


async def test_keys_nobody_knows_do_not_fill_the_memory(start):
    known = start(Cache())
    for number in range(MAX_KEYS + 50):
        known.of(f"key {number}")
    await turns()
    assert len(known._known) <= MAX_KEYS
    assert len(known._wanted) <= MAX_KEYS


def test_an_account_that_has_used_up_its_plan_is_told_so_and_others_are_taken(
    start_intake, valkey_url
):
    url = f"{valkey_url}/5"
    Quotas(url).publish({"over": USED_UP}, datetime.now(UTC))
    intake = start_intake(CACHE_URL=url)

    answer = wait_until(lambda: refusal(intake.post({}, x_api_key="over")))
    assert answer.json()["error"]["code"] == "quota_used_up"
    assert int(answer.headers["retry-after"]) > 0
    batch = intake.post(b'{}\n{"api_key": "over"}\n', "/batch", x_api_key="over")
    assert batch.status_code == 429
    assert intake.post({}).status_code == 202


def test_without_its_cache_an_intake_takes_everything(start_intake):
    intake = start_intake(CACHE_URL="redis://127.0.0.1:1/0")
    assert intake.post({}).status_code == 202
    wait_until(lambda: intake.logged("the cache does not answer"))
    assert intake.post({}).status_code == 202
    assert intake.client.get("/readyz").status_code == 200


def refusal(answer):
    return answer if answer.status_code == 429 else None
