"""What users change about themselves."""

from collections.abc import Mapping

from allauth.usersessions.models import UserSession
from django.db import transaction
from treblle_models.models import EmailPreference, User

THEME = "theme"


def save_profile(user: User, *, name: str, time_zone: str, theme: str) -> None:
    user.name = name
    user.time_zone = time_zone
    user.preferences = {**user.preferences, THEME: theme}
    user.save(update_fields=["name", "time_zone", "preferences", "updated_at"])


@transaction.atomic
def save_mail_preferences(user: User, wanted: Mapping[str, bool]) -> None:
    for kind, is_wanted in wanted.items():
        EmailPreference.objects.update_or_create(
            user=user, kind=kind, defaults={"is_wanted": is_wanted}
        )


def end_session(user: User, pk: int) -> bool:
    """Log a browser out; False where it is not one of this user's."""
    session = UserSession.objects.filter(user=user, pk=pk).first()
    if session is None:
        return False
    session.end()
    return True


def end_other_sessions(user: User, session_key: str | None) -> int:
    """Log out everywhere but here; how many there were."""
    others = UserSession.objects.filter(user=user).exclude(session_key=session_key)
    for session in others:
        session.end()
    return len(others)
