"""Encryption of details at rest: each project's frames under keys of their own.

A frame is sealed by AES-256-GCM. Its key is derived (HKDF, RFC 5869) from a main key of the
environment, the project's uuid and a random salt, drawn anew for each object, so that no key ever
seals so much that a nonce could come twice. Layout, numbers big-endian:

    MAGIC, length of the whole frame (4 bytes), id of the main key (4), project's uuid (16),
    salt (16), nonce (12), ciphertext with its tag (16)

All that stands before the nonce is authenticated with it. A frame says itself by what it was
sealed, so it may be copied elsewhere, and one under another main key is exactly as long.
"""

import os
import struct
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final
from uuid import UUID

MAGIC: Final = b"TRS1"
_HEADER: Final = struct.Struct(">4sI4s16s16s12s")
_ASSOCIATED: Final = _HEADER.size - 12
TAG_LENGTH: Final = 16
SHORTEST_KEY: Final = 32
_ID_PURPOSE: Final = b"treblle.details.key_id"
_FRAME_PURPOSE: Final = b"treblle.details.project:"


class CannotUnseal(ValueError):
    """The frame was sealed with a key that is not at hand, or is damaged."""


class DetailsKeys:
    """Main keys: the first seals, all unseal. Without one nothing is sealed.

    Raises `ValueError` for a key of fewer than 32 characters.
    """

    def __init__(self, keys: Sequence[str] = ()) -> None:
        if any(len(key) < SHORTEST_KEY for key in keys):
            raise ValueError(f"each key has at least {SHORTEST_KEY} random characters")
        self._keys = {_derived(key.encode(), b"", _ID_PURPOSE, 4): key.encode() for key in keys}
        self._first = next(iter(self._keys), b"")

    def __bool__(self) -> bool:
        return bool(self._keys)

    def seal(self, project: UUID, salt: bytes, frame: bytes) -> bytes:
        """`salt` is 16 random bytes of the object that the frame goes into."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        length = _HEADER.size + len(frame) + TAG_LENGTH
        nonce = os.urandom(12)
        header = _HEADER.pack(MAGIC, length, self._first, project.bytes, salt, nonce)
        key = self._frame_key(self._first, project.bytes, salt)
        return header + AESGCM(key).encrypt(nonce, frame, header[:_ASSOCIATED])

    def unseal(self, sealed: bytes) -> bytes:
        """Raises `CannotUnseal`."""
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        if len(sealed) < _HEADER.size + TAG_LENGTH:
            raise CannotUnseal("the frame is cut off")
        _, _, key_id, project, salt, nonce = _HEADER.unpack_from(sealed)
        if key_id not in self._keys:
            raise CannotUnseal(f"key {key_id.hex()} is not among DETAILS_KEYS")
        key = self._frame_key(key_id, project, salt)
        try:
            return AESGCM(key).decrypt(nonce, sealed[_HEADER.size :], sealed[:_ASSOCIATED])
        except InvalidTag:
            raise CannotUnseal("the frame was changed since it was sealed") from None

    def resealed(self, content: bytes) -> tuple[bytes, int]:
        """An object with every frame of an older key sealed by the first, each where it was; how
        many. Raises `CannotUnseal` where one is of a key that is not at hand.
        """
        found, count, salt = bytearray(content), 0, os.urandom(16)
        for offset, length in spans(content):
            sealed = content[offset : offset + length]
            _, _, key_id, project, _, _ = _HEADER.unpack_from(sealed)
            if key_id != self._first:
                frame = self.unseal(sealed)
                found[offset : offset + length] = self.seal(UUID(bytes=project), salt, frame)
                count += 1
        return bytes(found), count

    def _frame_key(self, key_id: bytes, project: bytes, salt: bytes) -> bytes:
        return _derived(self._keys[key_id], salt, _FRAME_PURPOSE + project, 32)


def is_sealed(frame: bytes) -> bool:
    """Whether it is one of ours; a frame that is only compressed begins otherwise."""
    return frame.startswith(MAGIC)


def spans(content: bytes) -> Iterator[tuple[int, int]]:
    """Offset and length of each sealed frame of an object, blanked ones left out.

    An object that is not sealed has none: one batch is sealed or not.
    """
    offset = 0
    while offset + _HEADER.size <= len(content):
        if not is_sealed(content[offset : offset + 4]):
            rest = content[offset:]
            blank = len(rest) - len(rest.lstrip(b"\0"))
            if not blank:
                return
            offset += blank
            continue
        length = _HEADER.unpack_from(content, offset)[1]
        if length < _HEADER.size + TAG_LENGTH or offset + length > len(content):
            raise CannotUnseal(f"the frame at {offset} is damaged")
        yield offset, length
        offset += length


@lru_cache(maxsize=512)
def _derived(key: bytes, salt: bytes, purpose: bytes, length: int) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(SHA256(), length, salt, purpose).derive(key)
