"""Names of rows that may leave the system: uuids and random keys."""

import secrets
import string
import time
import uuid

ALPHABET = string.ascii_letters + string.digits
API_KEY_LENGTH = 32
CUSTOM_ID_LENGTH = 16
SIGNING_SECRET_LENGTH = 48
UUID7_RANDOM_BITS = 80
_VERSION_AND_VARIANT = 0x7 << 76 | 0x2 << 62
_ALL_BUT_VERSION_AND_VARIANT = ~(0xF << 76 | 0x3 << 62)


class DrawnUUID(uuid.UUID):
    """A uuid that a row's default drew: should it collide, another may take its place."""

    __slots__ = ()


class DrawnKey(str):
    """A random key that a row's default drew: should it collide, another may take its place."""

    __slots__ = ()


def random_key(length: int) -> str:
    """Letters and digits from the system's secure source, about 5.95 bits each."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def new_api_key() -> str:
    return DrawnKey(random_key(API_KEY_LENGTH))


def new_custom_id() -> str:
    return DrawnKey(random_key(CUSTOM_ID_LENGTH))


def new_signing_secret() -> str:
    """What signs webhooks and embed tokens: some 285 bits. Not unique, so nothing can collide."""
    return random_key(SIGNING_SECRET_LENGTH)


def new_uuid() -> uuid.UUID:
    """What `uuid` columns begin with: `uuid7`, marked as drawn."""
    milliseconds = time.time_ns() // 1_000_000
    return DrawnUUID(int=_uuid7_int(milliseconds, secrets.randbits(UUID7_RANDOM_BITS)))


def uuid7() -> uuid.UUID:
    """A UUID of version 7: 48 bits of milliseconds, then random (RFC 9562, section 5.7).

    Ordered in time, so that an index of them grows at its end. Python 3.14 brings its own.
    """
    return uuid7_at(time.time_ns() // 1_000_000, secrets.randbits(UUID7_RANDOM_BITS))


def uuid7_at(milliseconds: int, random_bits: int) -> uuid.UUID:
    """The UUID of version 7 of that time since 1970 and those `UUID7_RANDOM_BITS` bits."""
    return uuid.UUID(int=_uuid7_int(milliseconds, random_bits))


def _uuid7_int(milliseconds: int, random_bits: int) -> int:
    value = (milliseconds & 0xFFFF_FFFF_FFFF) << UUID7_RANDOM_BITS | random_bits
    return value & _ALL_BUT_VERSION_AND_VARIANT | _VERSION_AND_VARIANT
