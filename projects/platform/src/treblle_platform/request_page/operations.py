"""Comments on a request, and links that show it to outsiders for a while."""

import re
import secrets
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db.models import F
from django.template.loader import render_to_string
from django.urls import reverse
from treblle_models.models import Comment, EmailPreference, Project, ShareLink, User
from treblle_models.models.accounts import digest_of

from treblle_platform.request_page.queries import people_of

MOST_CHARACTERS: Final = 10_000
LINK_BYTES: Final = 24
LIFETIMES: Final = {
    "1h": timedelta(hours=1),
    "1d": timedelta(days=1),
    "7d": timedelta(days=7),
    "30d": timedelta(days=30),
}
# `@ana` is enough where only one in the project is called so.
MENTION: Final = re.compile(r"(?<![\w@])@([\w.+-]+(?:@[\w.-]+\w)?)")


def mentioned(text: str, people: list[User]) -> list[User]:
    """Those whom the text names by address, by the part before its @, or by name without blanks."""
    found: dict[int, User] = {}
    for word in MENTION.findall(text):
        wanted = word.lower().rstrip(".")
        named = [user for user in people if wanted in _names_of(user)]
        if len(named) == 1:
            found[named[0].pk] = named[0]
    return list(found.values())


def _names_of(user: User) -> set[str]:
    local = user.email.partition("@")[0].lower()
    return {user.email.lower(), local, re.sub(r"\W", "", user.name).lower()} - {""}


def add_comment(*, project: Project, request_uuid: UUID, user: User, text: str) -> Comment:
    """Whoever is mentioned gets a mail, unless they want none."""
    comment = Comment.objects.create(
        project=project, request_uuid=request_uuid, user=user, text=text[:MOST_CHARACTERS]
    )
    named = [each for each in mentioned(text, people_of(project)) if each.pk != user.pk]
    unwanted = EmailPreference.objects.filter(
        user__in=named, kind=EmailPreference.Kind.MENTION, is_wanted=False
    )
    silent = set(unwanted.values_list("user_id", flat=True))
    for each in named:
        if each.pk not in silent:
            _tell(each, comment, project)
    return comment


def _tell(recipient: User, comment: Comment, project: Project) -> None:
    path = reverse("requests:detail", args=[project.uuid, comment.request_uuid])
    context = {
        "comment": comment,
        "author": comment.user.get_full_name(),
        "project": project,
        "url": f"{settings.PLATFORM_URL}{path}#comments",
    }
    mail = EmailMultiAlternatives(
        subject=f"{context['author']} mentioned you in {project.name}",
        body=render_to_string("request_page/mention.txt", context),
        to=[recipient.email],
    )
    mail.attach_alternative(render_to_string("request_page/mention.html", context), "text/html")
    mail.send()


def delete_comment(comment: Comment) -> None:
    comment.delete()


def share(
    *, project: Project, request_uuid: UUID, user: User, lifetime: timedelta, now: datetime
) -> str:
    """Make a link; what is returned is the secret part of its address, to be shown once."""
    token = secrets.token_urlsafe(LINK_BYTES)
    ShareLink.objects.create(
        project=project,
        user=user,
        request_uuid=request_uuid,
        digest=digest_of(token),
        expires_at=now + lifetime,
    )
    return token


def revoke(link: ShareLink, now: datetime) -> None:
    link.revoked_at = now
    link.save(update_fields=["revoked_at", "updated_at"])


def open_shared(token: str, now: datetime) -> ShareLink | None:
    """The link of that token, counted as seen; None once it is revoked or over."""
    found = ShareLink.objects.filter(
        digest=digest_of(token), revoked_at=None, expires_at__gt=now, user__is_active=True
    )
    link = found.select_related("project").first()
    if link is not None:
        found.update(num_views=F("num_views") + 1)
    return link
