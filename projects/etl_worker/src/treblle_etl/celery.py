"""The Celery app: `celery -A treblle_etl worker -Q etl`, `celery -A treblle_etl beat`."""

import os
from typing import Any

from celery import Celery, signals
from django.conf import settings
from treblle_service.django import celery_port
from treblle_service.quotas import PUBLISH_EVERY_S

from treblle_etl.waiting import BACKGROUND, QUEUE, SLOW_LANE

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "treblle_etl.settings")

# Celery closes the database connection around every task unless told how many may share one;
# the task itself gives up a connection that no longer answers.
TASKS_PER_CONNECTION = 1_000_000

# A third of a processor's time where another process wants it too (`man 7 sched`).
BACKGROUND_NICENESS = 5

# How good APIs are: all scores, those of new documents and projects, anomalies; seconds.
QUALITY = {"score-all": 3600, "score-new": 60, "watch-all": 300}
EVALUATE_ALERTS_EVERY_S = 60


def _of_the_platform() -> dict[str, Any]:
    """Its own worker does these; only the clock is here."""
    every_s = {"send_digests": 3600, "send_limit_mails": 600, "resume_jobs": 300}
    return {
        name.replace("_", "-"): {
            "task": f"treblle_platform.{name}",
            "schedule": seconds,
            "options": {"queue": "platform", "expires": seconds},
        }
        for name, seconds in every_s.items()
    }


app = Celery("treblle_etl")
app.conf.update(settings.CELERY)
app.conf.update(
    task_default_queue=QUEUE,
    # Who watches waits for nothing that can wait.
    task_routes={
        "treblle_etl.process_objects": {"queue": QUEUE},
        "treblle_etl.*": {"queue": BACKGROUND},
    },
    broker_transport_options={
        **settings.CELERY["broker_transport_options"],
        "queue_order_strategy": "sorted",
    },
    CELERY_DB_REUSE_MAX=TASKS_PER_CONNECTION,
    beat_schedule={
        "sweep": {
            "task": "treblle_etl.sweep",
            "schedule": settings.SWEEP_EVERY_S,
            "kwargs": {"window_s": settings.SWEEP_WINDOW_S},
            # A sweep that could not run in time is not worth running late.
            "options": {"expires": settings.SWEEP_EVERY_S},
        },
        "sweep-long": {
            "task": "treblle_etl.sweep",
            "schedule": 3600,
            "kwargs": {"window_s": settings.SWEEP_LONG_WINDOW_H * 3600},
            "options": {"expires": 3600},
        },
        "purge": {
            "task": "treblle_etl.purge",
            "schedule": settings.PURGE_EVERY_S,
            "options": {"expires": settings.PURGE_EVERY_S},
        },
        "publish-quotas": {
            "task": "treblle_etl.publish_quotas",
            "schedule": PUBLISH_EVERY_S,
            "options": {"expires": PUBLISH_EVERY_S},
        },
        "learn": {
            "task": "treblle_etl.learn",
            "schedule": settings.LEARN_EVERY_S,
            "options": {"expires": settings.LEARN_EVERY_S},
        },
        "build-documents": {
            "task": "treblle_etl.build_documents",
            "schedule": 300,
            "options": {"expires": 300},
        },
        # What was asked of a broker that lost it.
        "forget": {
            "task": "treblle_etl.forget",
            "schedule": 300,
            "options": {"expires": 300},
        },
        # What was broken off, and what workers loaded before they knew of a merge.
        "follow-corrections": {
            "task": "treblle_etl.follow_corrections",
            "schedule": 3600,
            "options": {"expires": 3600},
        },
        **{
            name: {
                "task": f"treblle_etl.{name.replace('-', '_')}",
                "schedule": every_s,
                "options": {"expires": every_s},
            }
            for name, every_s in QUALITY.items()
        },
        "evaluate-alerts": {
            "task": "treblle_etl.evaluate_alerts",
            "schedule": EVALUATE_ALERTS_EVERY_S,
            "options": {"expires": EVALUATE_ALERTS_EVERY_S},
        },
        **_of_the_platform(),
    },
)
app.autodiscover_tasks(["treblle_etl", "treblle_etl.quality"])
celery_port.open_at(settings.SIDE_PORT)
celery_port.begin_with_the_schema()


@signals.celeryd_after_setup.connect
def take_the_other_queues_too(instance: Any, **_: Any) -> None:
    """A worker that is told of `etl` alone does everything; one told of more, what it is told.

    One of the background alone leaves processors to those that load requests.
    """
    queues = instance.app.amqp.queues
    told = set(queues.consume_from)
    if told == {QUEUE}:
        queues.select_add(BACKGROUND)
        queues.select_add(SLOW_LANE)
    elif told == {BACKGROUND}:
        os.nice(BACKGROUND_NICENESS)


@signals.setup_logging.connect
def keep_django_logging(**_: Any) -> None:
    """Being connected is enough: Celery then leaves logging as Django's settings have it."""
