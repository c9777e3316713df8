"""Orders of staff to the ETL."""

from datetime import datetime

from treblle_platform.celery import QUEUEING, app

REPLAY_TASK = "treblle_etl.replay_dead_letters"
ETL_QUEUE = "etl"
FORGET_AGAIN_TASK = "treblle_etl.forget_again"
ETL_BACKGROUND = "etl-background"


def replay(*, reason: str, now: datetime) -> None:
    """Dead letters of that reason, as they are now, are tried again in the background."""
    arguments = {"reason": reason, "until": now.isoformat()}
    app.send_task(REPLAY_TASK, kwargs=arguments, queue=ETL_QUEUE, retry_policy=QUEUEING)


def forget_again() -> None:
    """All orders to forget that were given up are tried again in the background."""
    app.send_task(FORGET_AGAIN_TASK, queue=ETL_BACKGROUND, retry_policy=QUEUEING)
