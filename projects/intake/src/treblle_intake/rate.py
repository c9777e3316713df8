"""How fast one key may send: a token bucket a key, in memory, for this process."""

import math
from collections.abc import Callable
from time import monotonic

BURST_S = 2.0
MAX_KEYS = 50_000


class RateLimit:
    """`rate_per_s` events a second, `burst_s` seconds' worth at once; 0 lets everything through.

    A bucket is kept as the moment at which it will be full again, so one that is full needs no
    memory. Where too many are not, those nearest to full are forgotten.
    """

    def __init__(
        self,
        rate_per_s: float,
        *,
        burst_s: float = BURST_S,
        max_keys: int = MAX_KEYS,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._rate_per_s = rate_per_s
        self._burst_s = burst_s
        self._max_keys = max_keys
        self._clock = clock
        self._full_at: dict[str, float] = {}

    def take(self, key: str, rate_per_s: float | None = None) -> int:
        """Take a token: 0 where there was one, else the whole seconds until there is.

        `rate_per_s` is one of that key's own.
        """
        rate_per_s = self._rate_per_s if rate_per_s is None else rate_per_s
        if not rate_per_s:
            return 0
        now, cost_s = self._clock(), 1 / rate_per_s
        full_at = max(self._full_at.get(key, now), now) + cost_s
        # A rate below one in a burst must still let one event through.
        missing_s = full_at - now - max(self._burst_s, cost_s)
        # Sums of floats: a billionth of a second does not make a token.
        if missing_s > 1e-9:
            return math.ceil(missing_s)
        if key not in self._full_at and len(self._full_at) >= self._max_keys:
            self._forget(now)
        self._full_at[key] = full_at
        return 0

    def __len__(self) -> int:
        return len(self._full_at)

    def _forget(self, now: float) -> None:
        kept = {key: at for key, at in self._full_at.items() if at > now}
        if len(kept) > self._max_keys // 2:
            by_fill = sorted(kept.items(), key=lambda item: item[1], reverse=True)
            kept = dict(by_fill[: self._max_keys // 2])
        self._full_at = kept
