"""Mail goes out through here: a row that says it once, then the queue, then the worker."""

from datetime import timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone
from treblle_models.models import Email, EmailPreference, Progress, User

from treblle_platform.celery import QUEUEING
from treblle_platform.mail.messages import QueuedMail, to_queue
from treblle_platform.mail.tasks import send_mail
from treblle_platform.mail.unsubscribing import unsubscribe_url

# What allauth writes: addresses to verify, passwords to reset.
ACCOUNT = "account"
INVITATION = "invitation"
# The queue does not outlive its broker: what waited this long was lost with it.
LOST_AFTER = timedelta(hours=2)
SUBJECT_LENGTH = 255


def send(
    *,
    kind: str,
    to: str,
    subject: str,
    template: str,
    context: dict[str, Any],
    dedupe_key: str,
    user: User | None = None,
    images: dict[str, bytes] | None = None,
) -> bool:
    """Queue a mail from `mail/<template>.txt` and `.html`; False where it is not to go out.

    That is where the same `dedupe_key` went out before, or `user` does not want this `kind`.
    Kinds that can be left (`EmailPreference.Kind`) carry the one-click link of RFC 8058.
    """
    headers: dict[str, str] = {}
    if user is not None and kind in EmailPreference.Kind.values:
        if not is_wanted(user, kind):
            return False
        link = settings.PLATFORM_URL + unsubscribe_url(user, kind)
        context = {**context, "unsubscribe_link": link}
        headers = {
            "List-Unsubscribe": f"<{link}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
    context = {**context, "platform_url": settings.PLATFORM_URL, "subject": subject}
    message = EmailMultiAlternatives(
        subject=subject,
        body=render_to_string(f"mail/{template}.txt", context),
        to=[to],
        headers=headers,
    )
    message.attach_alternative(render_to_string(f"mail/{template}.html", context), "text/html")
    return enqueue(to_queue(message, images), kind=kind, dedupe_key=dedupe_key, user=user)


def enqueue(mail: QueuedMail, *, kind: str, dedupe_key: str, user: User | None = None) -> bool:
    """After commit, once a `dedupe_key`; one that was lost with the queue may go again."""
    row, created = Email.objects.get_or_create(
        dedupe_key=dedupe_key,
        defaults={
            "user": user,
            "recipient": mail["to"][0],
            "kind": kind,
            "subject": mail["subject"][:SUBJECT_LENGTH],
        },
    )
    if not created and not _take_up_again(row):
        return False
    arguments = {"mail": mail, "email": str(row.uuid)}
    transaction.on_commit(partial(send_mail.apply_async, kwargs=arguments, retry_policy=QUEUEING))
    return True


def is_wanted(user: User, kind: str) -> bool:
    return not EmailPreference.objects.filter(user=user, kind=kind, is_wanted=False).exists()


def _take_up_again(row: Email) -> bool:
    now = timezone.now()
    waiting = Email.objects.filter(pk=row.pk, updated_at__lt=now - LOST_AFTER)
    open_ones = waiting.filter(progress__in=(Progress.PENDING, Progress.RUNNING))
    return bool(open_ones.update(updated_at=now))
