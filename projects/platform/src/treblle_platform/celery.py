"""The Celery app: `celery -A treblle_platform worker -Q platform`."""

import os
from typing import Any

from celery import Celery, signals

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "treblle_platform.settings")

from treblle_service.django import celery_port

from treblle_platform.settings import CELERY, SIDE_PORT

QUEUE = "platform"
# A page waits no longer than this for a broker that is away; then it fails, and says so.
QUEUEING = {"max_retries": 2, "interval_start": 0.1, "interval_step": 0.2, "interval_max": 0.3}

app = Celery("treblle_platform", set_as_current=False)
app.conf.update(CELERY | {"task_default_queue": QUEUE})
app.autodiscover_tasks(
    [f"treblle_platform.{feature}" for feature in ("mail", "alerts", "privacy", "team")]
)
celery_port.open_at(SIDE_PORT)
celery_port.begin_with_the_schema()


@signals.setup_logging.connect
def keep_django_logging(**_: Any) -> None:
    """Being connected is enough: Celery then leaves logging as Django's settings have it."""
