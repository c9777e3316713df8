"""Issuing and revoking tokens."""

from datetime import datetime, timedelta
from uuid import UUID

from treblle_models.models import AccessToken, User


def issue_token(
    user: User, *, name: str, scope: str, life_days: int, now: datetime
) -> tuple[AccessToken, str]:
    """The second part is the token itself: only its digest is kept. `life_days` 0: no end."""
    expires_at = now + timedelta(days=life_days) if life_days else None
    return AccessToken.issue(user, name, scope=scope, expires_at=expires_at)


def revoke_token(user: User, uuid: UUID) -> AccessToken | None:
    """The token that is no more; None where the user has none of that uuid."""
    token = AccessToken.objects.filter(user=user, uuid=uuid).first()
    if token is not None:
        token.delete()
    return token
