"""Issuing personal tokens."""

from datetime import timedelta

from django.utils import timezone
from treblle_models.models import AccessToken, User


def issue_token(user: User, *, name: str, scope: str, life_days: int) -> tuple[AccessToken, str]:
    """The second part is the token itself: only its digest is kept."""
    expires_at = timezone.now() + timedelta(days=life_days)
    return AccessToken.issue(user, name, scope=scope, expires_at=expires_at)
