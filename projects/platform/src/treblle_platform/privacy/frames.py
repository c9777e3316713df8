"""Changing single requests' details in objects that they share with others."""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from uuid import uuid4

from django.core.cache import cache
from treblle_service import details
from treblle_service.sealed_frames import DetailsKeys
from treblle_service.store import ObjectStore, StoreUnavailable

# Longer than an object takes to be read and written.
LOCK_S = 60
PATIENCE_S = 20.0
PAUSE_S = 0.05


def erase_frames(store: ObjectStore, key: str, spans: Iterable[tuple[int, int]]) -> int:
    """`details.erase`, one at a time for an object: two that read and write it would undo each
    other. Raises `StoreUnavailable` where another takes too long.
    """
    with _held(f"details-object:{key}"):
        return details.erase(store, key, spans)


def reseal_frames(store: ObjectStore, key: str, keys: DetailsKeys) -> int:
    """`details.reseal`, one at a time for an object as above."""
    with _held(f"details-object:{key}"):
        return details.reseal(store, key, keys)


@contextmanager
def _held(name: str) -> Iterator[None]:
    token, deadline = uuid4().hex, time.monotonic() + PATIENCE_S
    while not cache.add(name, token, LOCK_S):
        if time.monotonic() > deadline:
            raise StoreUnavailable(f"{name} is being written by another for too long")
        time.sleep(PAUSE_S)
    try:
        yield
    finally:
        if cache.get(name) == token:
            cache.delete(name)
