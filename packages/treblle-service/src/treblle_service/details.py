"""Details of requests (headers, bodies, query; after masking), kept out of the database.

The details of one batch are one object of frames; each frame is one request's JSON, compressed
by itself, so that showing one request is one ranged read. The row holds key, offset and length.
With keys (`sealed_frames`) each frame is encrypted as well; those from before stay readable.
"""

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import zstandard

from treblle_service.sealed_frames import DetailsKeys, is_sealed
from treblle_service.store import NotFound, ObjectStore

PREFIX = "details/v1/"
PINNED_PREFIX = "details/pinned/"
NO_KEYS = DetailsKeys()


class UnreadableDetails(ValueError):
    """They are damaged, or sealed with a key that is not at hand."""


@dataclass(frozen=True)
class Place:
    """Where a request's frame lies: the object's key, and offset and length in bytes."""

    key: str
    offset: int
    length: int


def key_for(written_at: datetime, retention_class: str, object_id: str) -> str:
    return f"{PREFIX}{retention_class}/{written_at:%Y/%m/%d}/{object_id}.frames"


class DetailsWriter:
    """Collects the frames of one batch; `put` makes them durable as one object."""

    def __init__(self, key: str, keys: DetailsKeys = NO_KEYS) -> None:
        self.key = key
        self._keys = keys
        self._salt = os.urandom(16)
        self._frames: list[bytes] = []
        self._size = 0
        self._compressor = zstandard.ZstdCompressor(level=3)

    def add(self, details: bytes, project: UUID) -> Place:
        """Add one request's details, JSON text in UTF-8; sealed for `project` where keys are."""
        frame = self._compressor.compress(details)
        if self._keys:
            frame = self._keys.seal(project, self._salt, frame)
        place = Place(self.key, self._size, len(frame))
        self._frames.append(frame)
        self._size += len(frame)
        return place

    def put(self, store: ObjectStore) -> None:
        if self._frames:
            store.put(self.key, b"".join(self._frames))


def read(store: ObjectStore, place: Place, keys: DetailsKeys = NO_KEYS) -> dict[str, Any]:
    """One request's details. Raises `NotFound` once retention has removed the object, and
    `UnreadableDetails`.
    """
    frame = store.get_range(place.key, place.offset, place.length)
    try:
        frame = keys.unseal(frame) if is_sealed(frame) else frame
        details: dict[str, Any] = json.loads(zstandard.ZstdDecompressor().decompress(frame))
    except (zstandard.ZstdError, ValueError) as error:  # CannotUnseal and bad JSON are such
        raise UnreadableDetails(str(error)) from None
    return details


def pinned_key(key: str, project: str, request: str) -> str:
    """Where the copy of a pinned request's frame lies: beside what retention removes.

    It keeps the retention class of `key`, its first place, for the day it is no longer pinned.
    """
    return f"{PINNED_PREFIX}{retention_class_of(key)}/{project}/{request}.frames"


def retention_class_of(key: str) -> str:
    """Of a key of `key_for` or `pinned_key`."""
    return key.split("/")[2]


def erase(store: ObjectStore, key: str, spans: Iterable[tuple[int, int]]) -> int:
    """Blank frames of an object, `(offset, length)` each, for good; returns how many bytes.

    The object is written anew under its key, as long as before, so that every other row's offset
    stays right and no reader ever finds it missing; one that is all blank is removed. Nothing
    happens where the object is gone. One at a time for an object: the caller sees to it.
    """
    try:
        content = bytearray(store.get(key))
    except NotFound:
        return 0
    blanked = 0
    for offset, length in spans:
        end = min(offset + length, len(content))
        size = max(0, end - offset)
        content[offset : offset + size] = bytes(size)
        blanked += size
    if any(content):
        store.put(key, bytes(content))
    else:
        store.delete(key)
    return blanked


def reseal(store: ObjectStore, key: str, keys: DetailsKeys) -> int:
    """Bring an object's sealed frames under the first of the keys, each where it lies; how many.

    What was never sealed stays so. One at a time for an object: the caller sees to it. Raises
    `CannotUnseal`; then nothing has changed.
    """
    try:
        content = store.get(key)
    except NotFound:
        return 0
    resealed, count = keys.resealed(content)
    if count:
        store.put(key, resealed)
    return count
