"""Encrypts small secrets of ours with a key that comes from `SECRET_KEY`."""

from django.conf import settings
from treblle_service.django.sealing import Box

PURPOSE = b"treblle_platform.accounts.sealing:"


def seal(text: str) -> str:
    """URL-safe text that only we can read; another one each time."""
    return _box().seal(text)


def unseal(sealed: str) -> str:
    """Raises `ValueError` for what we have not sealed."""
    return _box().unseal(sealed)


def _box() -> Box:
    return Box(PURPOSE, [str(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])
