"""What the pages about oneself show."""

from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.usersessions.models import UserSession
from django.utils import timezone
from treblle_models.models import AccessToken, EmailPreference, User

from treblle_platform.accounts.sealing import seal
from treblle_platform.profile.user_agents import in_words


@dataclass(frozen=True)
class Session:
    """A browser that is logged in; `reference` names it in our form."""

    reference: str
    browser: str
    ip: str
    started_at: datetime
    last_seen_at: datetime
    is_current: bool


@dataclass(frozen=True)
class SecondFactors:
    has_app: bool
    keys: int
    unused_codes: int | None

    @property
    def are_on(self) -> bool:
        return self.has_app or self.keys > 0


def sessions(user: User, current_key: str | None) -> list[Session]:
    """This one first, then by last use."""
    found = UserSession.objects.purge_and_list(user)
    found.sort(key=lambda each: (each.session_key != current_key, -each.last_seen_at.timestamp()))
    return [
        Session(
            reference=seal(str(each.pk)),
            browser=in_words(each.user_agent),
            ip=each.ip,
            started_at=each.created_at,
            last_seen_at=each.last_seen_at,
            is_current=each.session_key == current_key,
        )
        for each in found
    ]


def app_logins(user: User) -> list[AccessToken]:
    """Phones and tablets that are logged in through the API."""
    now = timezone.now()
    logins = AccessToken.objects.filter(user=user, kind=AccessToken.Kind.SESSION)
    return [each for each in logins.order_by("-last_used_at", "-pk") if _may_go_on(each, now)]


def second_factors(user: User) -> SecondFactors:
    rows = list(Authenticator.objects.filter(user=user))
    codes = next((row for row in rows if row.type == Authenticator.Type.RECOVERY_CODES), None)
    return SecondFactors(
        has_app=any(row.type == Authenticator.Type.TOTP for row in rows),
        keys=sum(row.type == Authenticator.Type.WEBAUTHN for row in rows),
        unused_codes=len(RecoveryCodes(codes).get_unused_codes()) if codes else None,
    )


def mail_preferences(user: User) -> dict[str, bool]:
    """Every kind of mail: no row means that it is wanted."""
    wanted = dict.fromkeys(EmailPreference.Kind.values, True)
    rows = EmailPreference.objects.filter(user=user).values_list("kind", "is_wanted")
    return wanted | dict(rows)


def _may_go_on(token: AccessToken, now: datetime) -> bool:
    ends = token.refresh_expires_at or token.expires_at
    return ends is None or ends > now
