"""Logins of apps: a short-lived token, and a refresh token by which the app gets the next ones.

A refresh token is good once (RFC 9700, section 4.14.2). One that comes again was stolen, or lost
on its way to the app: nobody can tell, so the session ends. It carries the session's uuid and our
signature: old ones need not be kept to be known.
"""

import hmac
import logging
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.crypto import salted_hmac
from rest_framework.exceptions import AuthenticationFailed
from treblle_models.identity import new_uuid
from treblle_models.models import AccessToken, User
from treblle_models.models.accounts import (
    TOKEN_BYTES,
    TOKEN_PREFIX,
    USER_AGENT_LENGTH,
    digest_of,
)

logger = logging.getLogger(__name__)

REFRESH_PREFIX: Final = "trr_"
SALT: Final = "treblle_api.accounts.sessions"
UUID_BYTES: Final = 16
SIGNATURE_BYTES: Final = 32


class InvalidRefreshToken(AuthenticationFailed):
    default_detail = "The refresh token is unknown or has expired: log in again."
    default_code = "invalid_refresh_token"


class RefreshTokenReused(AuthenticationFailed):
    default_detail = "The refresh token was used before, so the session was ended: log in again."
    default_code = "refresh_token_reused"


@dataclass(frozen=True)
class Caller:
    """From where a session is begun or renewed, for the list of sessions."""

    address: str
    user_agent: str

    def columns(self) -> dict[str, str]:
        return {"ip": self.address, "user_agent": self.user_agent[:USER_AGENT_LENGTH]}


@dataclass(frozen=True)
class Issued:
    """What an app gets, once: the texts themselves are kept nowhere."""

    uuid: UUID
    token: str
    expires_at: datetime
    refresh_token: str
    refresh_expires_at: datetime
    scope: str


def begin(user: User, *, name: str, scope: str, caller: Caller) -> Issued:
    uuid = new_uuid()
    issued = _draw(uuid, scope)
    AccessToken.objects.create(
        uuid=uuid,
        user=user,
        name=name,
        kind=AccessToken.Kind.SESSION,
        scope=scope,
        **_columns(issued, caller),
    )
    return issued


def refresh(refresh_token: str, caller: Caller) -> Issued:
    """Both tokens anew; the ones before are no longer good.

    Raises `InvalidRefreshToken`, and `RefreshTokenReused` for one that was good before: that
    session is over then.
    """
    uuid = _uuid_of(refresh_token)
    mine = AccessToken.objects.filter(uuid=uuid, kind=AccessToken.Kind.SESSION)
    now = timezone.now()
    good = mine.filter(user__is_active=True, refresh_expires_at__gt=now)
    session = good.first()
    if session is None:
        raise InvalidRefreshToken
    issued = _draw(uuid, session.scope)
    current = AccessToken.objects.filter(pk=session.pk, refresh_digest=digest_of(refresh_token))
    if not current.update(last_used_at=now, updated_at=now, **_columns(issued, caller)):
        mine.delete()
        logger.warning("session %s was ended: its refresh token came twice", uuid)
        raise RefreshTokenReused
    return issued


def sessions_of(user: User) -> QuerySet[AccessToken]:
    """Those that can still be renewed."""
    return AccessToken.objects.filter(
        user=user, kind=AccessToken.Kind.SESSION, refresh_expires_at__gt=timezone.now()
    )


def _draw(uuid: UUID, scope: str) -> Issued:
    now = timezone.now()
    unsigned = uuid.bytes + secrets.token_bytes(TOKEN_BYTES)
    signed = urlsafe_b64encode(unsigned + _signature(unsigned, settings.SECRET_KEY))
    return Issued(
        uuid=uuid,
        token=TOKEN_PREFIX + secrets.token_urlsafe(TOKEN_BYTES),
        expires_at=now + timedelta(minutes=settings.ACCESS_TOKEN_MINUTES),
        refresh_token=REFRESH_PREFIX + signed.decode().rstrip("="),
        refresh_expires_at=now + timedelta(days=settings.SESSION_DAYS),
        scope=scope,
    )


def _columns(issued: Issued, caller: Caller) -> dict[str, object]:
    return {
        "digest": digest_of(issued.token),
        "expires_at": issued.expires_at,
        "refresh_digest": digest_of(issued.refresh_token),
        "refresh_expires_at": issued.refresh_expires_at,
        **caller.columns(),
    }


def _uuid_of(refresh_token: str) -> UUID:
    """Of the session it is for. Raises `InvalidRefreshToken` unless we have made it."""
    text = refresh_token.removeprefix(REFRESH_PREFIX)
    try:
        signed = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        raise InvalidRefreshToken from None
    unsigned, signature = signed[:-SIGNATURE_BYTES], signed[-SIGNATURE_BYTES:]
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    if not any(hmac.compare_digest(_signature(unsigned, str(key)), signature) for key in keys):
        raise InvalidRefreshToken
    return UUID(bytes=unsigned[:UUID_BYTES])


def _signature(unsigned: bytes, key: str) -> bytes:
    return salted_hmac(SALT, unsigned, secret=key, algorithm="sha256").digest()
