"""How many streams a user may hold open at once, whichever processes they are on.

Each open stream leases one of its user's slots in the cache and renews it while it goes on, so
that those of a process that died come free by themselves. Where the cache is away, nothing is
limited.
"""

import logging
from typing import Final, NamedTuple
from uuid import uuid4

import redis
from django.conf import settings
from django.core.cache import cache
from rest_framework.exceptions import Throttled
from treblle_models.models import User

logger = logging.getLogger(__name__)

# Two renewals may be missed (`feed.CHECKED_EVERY_S`).
LEASE_S: Final = 90


class TooManyStreams(Throttled):
    """All slots of the user are taken; one that was not given back is free after LEASE_S."""

    default_code = "too_many_streams"

    def __init__(self) -> None:
        limit: int = settings.API_STREAMS_PER_USER
        super().__init__(wait=LEASE_S, detail=f"A user has up to {limit} streams open at once.")


class Slot(NamedTuple):
    key: str
    # Who leased it: a slot that was lost meanwhile is another's.
    stream: str


def take(user: User) -> Slot | None:
    """None where nothing is limited. Raises `TooManyStreams`."""
    limit: int = settings.API_STREAMS_PER_USER
    if not limit:
        return None
    stream = uuid4().hex
    try:
        for number in range(limit):
            key = f"stream:{user.uuid.hex}:{number}"
            if cache.add(key, stream, LEASE_S):
                return Slot(key, stream)
    except redis.RedisError as error:
        logger.warning("streams are not counted: %s", type(error).__name__)
        return None
    raise TooManyStreams


def renew(slot: Slot | None) -> None:
    """One that was lost with the cache is taken again."""
    if slot is not None:
        try:
            if not cache.touch(slot.key, LEASE_S):
                cache.add(slot.key, slot.stream, LEASE_S)
        except redis.RedisError as error:
            logger.warning("a stream is not counted: %s", type(error).__name__)


def release(slot: Slot | None) -> None:
    if slot is not None:
        try:
            if cache.get(slot.key) == slot.stream:
                cache.delete(slot.key)
        except redis.RedisError as error:
            logger.warning("a stream counts a while longer: %s", type(error).__name__)
