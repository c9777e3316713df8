"""Sends queued mail: each once, and again a few times where the mail server is away."""

import logging
import random
from smtplib import SMTPException
from typing import Any

from django.conf import settings
from django.core.mail import get_connection
from django.db.models import F
from django.utils import timezone
from treblle_models.models import Email, Progress

from treblle_platform.celery import app
from treblle_platform.mail.messages import QueuedMail, from_queue

logger = logging.getLogger(__name__)

MAX_RETRIES = 6
FIRST_RETRY_S = 10
LONGEST_RETRY_S = 15 * 60
ERROR_LENGTH = 1024


@app.task(bind=True, name="treblle_platform.send_mail", max_retries=MAX_RETRIES)
def send_mail(task: Any, *, mail: QueuedMail, email: str, **_: Any) -> None:
    """`email` is the uuid of the mail's row, which says whether it was sent: a task that comes
    twice (its worker vanished after sending) sends nothing again.
    """
    row = Email.objects.filter(uuid=email)
    if not row.exclude(progress=Progress.DONE).update(
        progress=Progress.RUNNING, attempts=F("attempts") + 1
    ):
        return
    message = from_queue(mail)
    message.connection = get_connection(settings.MAIL_DELIVERY_BACKEND)
    try:
        message.send()
    except (OSError, SMTPException) as error:
        logger.warning("mail %s not sent yet: %s", email, error)
        is_last = task.request.retries >= MAX_RETRIES
        row.update(
            progress=Progress.FAILED if is_last else Progress.PENDING,
            error=str(error)[:ERROR_LENGTH],
        )
        raise task.retry(exc=error, countdown=delay_s(task.request.retries)) from error
    row.update(progress=Progress.DONE, sent_at=timezone.now(), error="")


def delay_s(retries: int) -> float:
    """Twice as long each time, and not for all at the same moment."""
    longest = min(FIRST_RETRY_S * 2**retries, LONGEST_RETRY_S)
    return random.uniform(longest / 2, longest)  # noqa: S311 (only spreads load)


@app.task(name="treblle_platform.send_digests")
def send_digests(**_: Any) -> None:
    """The week's digest for those whose Monday morning it is (beat asks every hour)."""
    from treblle_platform.mail.digest import send_due

    send_due(timezone.now())


@app.task(name="treblle_platform.send_limit_mails")
def send_limit_mails(**_: Any) -> None:
    """Tells owners of limits that usage counting found near or reached."""
    from treblle_platform.mail.limits import send_due

    send_due(timezone.now())
