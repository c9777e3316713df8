"""`Authorization: Bearer <token>`: whose token it is, and whether it is still good."""

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request
from treblle_models.models import AccessToken, User

SCHEME = "bearer"
USE_NOTED_EVERY = timedelta(minutes=1)


class BearerAuthentication(BaseAuthentication):
    """`request.user` becomes the token's user, `request.auth` the token's row."""

    def authenticate(self, request: Request) -> tuple[User, AccessToken] | None:
        scheme, _, value = get_authorization_header(request).decode("latin-1").partition(" ")
        if scheme.lower() != SCHEME:
            return None
        token = AccessToken.objects.find(value.strip())
        if token is None:
            raise AuthenticationFailed("The token is unknown or has expired.", code="invalid_token")
        note_use(token)
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return challenge(request)


def note_use(token: AccessToken) -> None:
    """Keep `last_used_at` about right: one write a minute at most, however busy the token is."""
    now = timezone.now()
    due = now - USE_NOTED_EVERY
    if token.last_used_at is not None and token.last_used_at > due:
        return
    unnoted = Q(last_used_at__isnull=True) | Q(last_used_at__lte=due)
    AccessToken.objects.filter(unnoted, pk=token.pk).update(last_used_at=now)
    token.last_used_at = now


def challenge(request: Request) -> str:
    """What 401 says in `WWW-Authenticate` (RFC 6750, section 3)."""
    if get_authorization_header(request):
        return 'Bearer realm="treblle", error="invalid_token"'
    return 'Bearer realm="treblle"'
