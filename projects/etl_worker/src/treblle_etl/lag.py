"""How far the ETL is behind, in seconds: from an object's durability to the commit of its rows."""

import logging
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache
from typing import Any, Final

import redis
from django.conf import settings
from treblle_service.raw_objects import written_at

logger = logging.getLogger(__name__)

# By whether it is the slow lane.
NAMES: Final = {False: "etl:lag_s", True: "etl:lag_s:slow"}
# Nothing was loaded for this long: then nothing is behind, or the queue's depth tells.
LASTS_S: Final = 60
SAID_FROM_S: Final = 5.0
SAID_EVERY_S: Final = 30.0
TIMEOUT_S: Final = 1.0

_last_said = -SAID_EVERY_S


def note(keys: Iterable[str], *, slow_lane: bool = False) -> None:
    """These objects were loaded just now. Keeps the lag of the oldest where `current` finds it."""
    global _last_said
    written = [moment for key in keys if (moment := written_at(key)) is not None]
    if not written:
        return
    lag_s = max(0.0, (datetime.now(UTC) - min(written)).total_seconds())
    try:
        _client().set(NAMES[slow_lane], f"{lag_s:.3f}", ex=LASTS_S)
    except redis.RedisError as error:
        logger.warning("lag is not kept: %s", error)
    if lag_s > SAID_FROM_S and time.monotonic() - _last_said > SAID_EVERY_S:
        _last_said = time.monotonic()
        logger.warning("the ETL is %.1f s behind", lag_s)


def current(*, slow_lane: bool = False) -> float | None:
    """Of what was loaded last, in seconds; None where nothing was for a while."""
    found = _client().get(NAMES[slow_lane])
    return None if found is None else float(found)


@cache
def _client() -> Any:
    return redis.Redis.from_url(
        settings.CACHES["default"]["LOCATION"],
        socket_timeout=TIMEOUT_S,
        socket_connect_timeout=TIMEOUT_S,
    )
