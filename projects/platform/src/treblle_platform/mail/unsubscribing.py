"""The link that leaves a kind of mail without a login, and what it does."""

from django.core import signing
from django.urls import reverse
from treblle_models.models import EmailPreference, User

SALT = "treblle_platform.mail.unsubscribe"


def unsubscribe_url(user: User, kind: str) -> str:
    """The path; it holds for good, for mails are read late."""
    token = signing.dumps([str(user.uuid), kind], salt=SALT, compress=True)
    return reverse("mail:unsubscribe", kwargs={"token": token})


def read_token(token: str) -> tuple[User, EmailPreference.Kind] | None:
    """Whom and what a link is about; None where it is not ours or its user is gone."""
    try:
        uuid, kind = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    user = User.find_by_uuid(uuid)
    return (user, EmailPreference.Kind(kind)) if user else None


def set_wanted(user: User, kind: str, is_wanted: bool) -> None:
    EmailPreference.objects.update_or_create(
        user=user, kind=kind, defaults={"is_wanted": is_wanted}
    )
