"""What the plan of an account allows, as the cache knows it, remembered for a few seconds.

No request waits for the cache: what is not known yet is looked up beside, and accepted meanwhile.
So is everything while the cache is away.
"""

import asyncio
import logging
import math
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from time import monotonic

from treblle_service.quotas import (
    UNLIMITED,
    AsyncQuotas,
    CacheUnavailable,
    Quota,
    State,
    seconds_left_in_month,
)

from treblle_intake.answers import Refused
from treblle_intake.bursts import Burst
from treblle_intake.rate import RateLimit

logger = logging.getLogger(__name__)

FRESH_S = 5.0
MAX_KEYS = 20_000
# A larger plan counts at once, so a sender is not told to wait for the next month.
LONGEST_RETRY_AFTER_S = 300
# The requests of a minute may come at once.
MINUTE_S = 60.0
# After the cache has not answered: events are accepted, and it is asked once in this time.
PAUSE_S = 2.0


class KnownQuotas:
    """Quotas by account key. Used from the event loop it is started in."""

    def __init__(self, cache: AsyncQuotas, *, clock: Callable[[], float] = monotonic) -> None:
        self._cache = cache
        self._clock = clock
        self._known: dict[str, tuple[Quota, float]] = {}
        self._wanted: dict[str, None] = {}
        self._asked = asyncio.Event()
        self._minutes = RateLimit(0, burst_s=MINUTE_S)
        self._burst = Burst(logger, "the cache does not answer, events are accepted without quota")
        self._task: asyncio.Task[None]

    def start(self) -> None:
        self._task = asyncio.create_task(self._look_up())

    async def stop(self) -> None:
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task
        await self._cache.close()

    def of(self, key: str) -> Quota:
        """What is known now; `UNLIMITED` until it has been looked up."""
        quota, until = self._known.get(key, (UNLIMITED, 0.0))
        if until <= self._clock() and len(self._wanted) < MAX_KEYS:
            self._wanted[key] = None
            self._asked.set()
        return quota

    def check(self, key: str) -> None:
        """Count one event of that key. Raises `Refused` (429) where the plan allows no more."""
        quota = self.of(key)
        if quota.state is State.OVER:
            raise _used_up(quota)
        per_minute = quota.requests_per_minute
        if per_minute and (wait_s := self._minutes.take(key, per_minute / MINUTE_S)):
            raise _too_fast(per_minute, wait_s)

    async def _look_up(self) -> None:
        while True:
            await self._asked.wait()
            try:
                while self._wanted:
                    await self._look_at(next(iter(self._wanted)))
                self._asked.clear()
            except CacheUnavailable as error:
                self._burst.failed(error)
                self._forget_all()
                await asyncio.sleep(PAUSE_S)

    async def _look_at(self, key: str) -> None:
        quota = await self._cache.read(key)
        self._burst.succeeded()
        self._wanted.pop(key, None)
        if key not in self._known and len(self._known) >= MAX_KEYS:
            self._known.pop(next(iter(self._known)))
        self._known[key] = quota, self._clock() + FRESH_S

    def _forget_all(self) -> None:
        """What nobody can renew refuses nobody."""
        self._known.clear()
        self._wanted.clear()
        self._asked.clear()


def _used_up(quota: Quota) -> Refused:
    left_s = seconds_left_in_month(datetime.now(UTC))
    days = math.ceil(left_s / 86400)
    message = (
        f"The {quota.limit:,} requests of this account's plan are used up for this month. "
        f"A larger plan, in the account's settings under Billing, lets them through at once; "
        f"the next month begins in {days} {'day' if days == 1 else 'days'} (UTC)."
    )
    wait_s = min(left_s, LONGEST_RETRY_AFTER_S)
    return Refused(429, "quota_used_up", message, retry_after_s=wait_s)


def _too_fast(per_minute: int, wait_s: int) -> Refused:
    message = (
        f"This account's plan takes {per_minute:,} requests a minute. Send this again later, "
        "or choose a larger plan in the account's settings under Billing."
    )
    return Refused(429, "too_fast", message, retry_after_s=wait_s)
