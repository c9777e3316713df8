"""Rotating the account key that SDKs send along."""

from datetime import datetime, timedelta

from treblle_models.identity import new_api_key
from treblle_models.models import User


def rotate(user: User, *, grace: timedelta, now: datetime) -> None:
    """A new account key; the old one works until `grace` ends. A key older still stops at once."""
    old = user.api_key
    user.api_key = new_api_key()
    user.previous_api_key = old if grace else ""
    user.previous_api_key_expires_at = now + grace if grace else None
    user.save(
        update_fields=["api_key", "previous_api_key", "previous_api_key_expires_at", "updated_at"]
    )
