"""Work for others: tasks by name, sent once what they are about is committed."""

import logging
from functools import cache, partial
from typing import Any

from django.conf import settings
from django.db import transaction

logger = logging.getLogger(__name__)


def send(task: str, *, queue: str, **arguments: Any) -> None:
    """After commit. A broker that is away delays the task: whoever does it looks for such work."""
    transaction.on_commit(partial(_send, task, queue, arguments), robust=True)


def _send(task: str, queue: str, arguments: dict[str, Any]) -> None:
    from kombu.exceptions import KombuError

    try:
        _producer().send_task(task, kwargs=arguments, queue=queue, retry=False)
    except (KombuError, OSError) as error:
        logger.warning("%s waits for the next look: %s", task, type(error).__name__)


@cache
def _producer() -> Any:
    # Costs memory: only who writes pays for it.
    from celery import Celery

    app = Celery("treblle_api", set_as_current=False)
    app.conf.update(settings.CELERY)
    return app
