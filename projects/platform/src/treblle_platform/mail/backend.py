"""Django's mail backend for pages: puts a mail into the queue, and that is all."""

from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from treblle_platform.mail.messages import to_queue
from treblle_platform.mail.outbox import ACCOUNT, enqueue


class QueueingBackend(BaseEmailBackend):
    """Queues after commit: a mail about something that was rolled back is never sent."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            mail = to_queue(message)
            enqueue(mail, kind=ACCOUNT, dedupe_key=f"{ACCOUNT}/{mail['id']}")
        return len(email_messages)
