"""Encrypts small secrets with keys that come from the environment."""

import base64
import hashlib
from collections.abc import Sequence
from typing import Final, Self

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

SECOND_FACTORS: Final = b"treblle.second_factors:"


class Box:
    """The first key seals; the others, older ones, still open."""

    def __init__(self, purpose: bytes, keys: Sequence[str]) -> None:
        self._fernet = MultiFernet([_fernet(purpose, key) for key in keys])

    @classmethod
    def for_second_factors(cls, keys: Sequence[str]) -> Self:
        """Secrets of authenticator apps and recovery codes: platform and API read the same."""
        return cls(SECOND_FACTORS, keys)

    def seal(self, text: str) -> str:
        """URL-safe text that only who has the key can read; another one each time."""
        return self._fernet.encrypt(text.encode()).decode().rstrip("=")

    def unseal(self, sealed: str) -> str:
        """Raises `ValueError` for what was not sealed with one of the keys."""
        padded = sealed + "=" * (-len(sealed) % 4)
        try:
            return self._fernet.decrypt(padded.encode()).decode()
        except (InvalidToken, UnicodeError):
            raise ValueError("not sealed by us") from None


def _fernet(purpose: bytes, key: str) -> Fernet:
    digest = hashlib.sha256(purpose + key.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))
