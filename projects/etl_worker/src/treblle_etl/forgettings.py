"""Orders to forget what was learned: rows, so that none is lost with the broker.

The platform makes them in the transaction that takes away what they are found by; each is worked off
in bounded steps, and beat finds again what stands still. A step that fails is tried again later and
later; one that failed MAX_ATTEMPTS times in a row ends its order, until somebody who mended the cause
has it tried again.
"""

import logging
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from celery import current_app
from django.db import transaction
from django.db.models import F, Model, Q
from treblle_models.corrections import FOLLOW_QUEUE, FOLLOW_TASK
from treblle_models.models import (
    Alert,
    Anomaly,
    ApiChange,
    ApiDocument,
    EndpointCheckResult,
    Forgetting,
    Problem,
    Progress,
    Project,
    ProjectCheckResult,
)

from treblle_etl.learning import forgetting, naming_nobody
from treblle_etl.learning.steps import step
from treblle_etl.transform.documents.forgetting import without_examples
from treblle_etl.transform.documents.wording import without_words
from treblle_etl.transform.words import Words

logger = logging.getLogger(__name__)

ENDPOINTS_A_STEP: Final = 50
LOST_AFTER: Final = timedelta(minutes=5)
MAX_DUE: Final = 100
# After each failed try of a step; after the last there is no other. Together some 10 hours.
PAUSES: Final = (
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=3),
    timedelta(hours=6),
)
MAX_ATTEMPTS: Final = len(PAUSES) + 1
OPEN: Final = (Progress.PENDING, Progress.RUNNING)
ERROR_LENGTH: Final = 64

Part = Forgetting.Part
# A step of a part: where the next begins, None when the part is done.
Step = Callable[[Project, Forgetting, Words], int | None]


def due(now: datetime) -> list[str]:
    """Uuids of orders that nobody worked on for a while, and of those whose pause is over."""
    is_due = Q(next_attempt_at__lt=now) | Q(next_attempt_at=None, updated_at__lt=now - LOST_AFTER)
    rows = Forgetting.objects.filter(is_due, progress__in=OPEN)
    return [str(uuid) for uuid in rows.order_by("pk").values_list("uuid", flat=True)[:MAX_DUE]]


def take_step(uuid: str, now: datetime) -> bool:
    """Some of an order; whether there is more. Safe to run again.

    One that is done, given up, under way or in a pause is left alone. Raises what a step raises.
    """
    if not _claim(uuid, now):
        return False
    try:
        return step(partial(_work, uuid, now))
    except Exception as error:
        _note(uuid, type(error).__name__)
        raise


def again(uuid: str | None = None) -> list[str]:
    """Uuids of orders that had failed (all, or that one) and now have all their tries again."""
    failed = Forgetting.objects.filter(progress=Progress.FAILED)
    if uuid is not None:
        failed = failed.filter(uuid=uuid)
    found = [str(each) for each in failed.order_by("pk").values_list("uuid", flat=True)]
    failed.filter(uuid__in=found).update(
        progress=Progress.PENDING, attempts=0, next_attempt_at=None, error=""
    )
    return found


def _claim(uuid: str, now: datetime) -> bool:
    """Counts the try before it is made: a worker that dies of it was one as well."""
    ours = Forgetting.objects.filter(
        Q(attempts=0) | Q(next_attempt_at__lte=now), uuid=uuid, progress__in=OPEN
    )
    attempts = ours.values_list("attempts", flat=True).first()
    if attempts is None:
        return False
    if attempts >= MAX_ATTEMPTS:
        _note(uuid, "")
        return False
    pause = PAUSES[min(attempts, len(PAUSES) - 1)] * random.uniform(0.8, 1.2)  # noqa: S311 (jitter)
    same = ours.filter(attempts=attempts)
    return bool(same.update(attempts=F("attempts") + 1, next_attempt_at=now + pause))


def _note(uuid: str, error: str) -> None:
    """A try failed; the last one ends the order. `error` is empty where a worker died of it."""
    rows = Forgetting.objects.filter(uuid=uuid, progress__in=OPEN)
    if error:
        rows.update(error=error[:ERROR_LENGTH])
    if rows.filter(attempts__gte=MAX_ATTEMPTS).update(
        progress=Progress.FAILED, next_attempt_at=None
    ):
        logger.error("forgetting %s was given up after %d tries", uuid, MAX_ATTEMPTS)


def _work(uuid: str, now: datetime) -> bool:
    order = Forgetting.objects.select_for_update().filter(uuid=uuid, progress__in=OPEN).first()
    if order is None:
        return False
    order.progress = Progress.RUNNING
    project = Project.objects.filter(uuid=order.project_uuid).first()
    place = None
    if project is not None:
        place = STEPS[Part(order.part)](project, order, Words(order.words))
    order.position = place or 0
    if place is None:
        parts = list(Part)
        left = parts[parts.index(Part(order.part)) + 1 :] if project is not None else []
        if left:
            order.part = left[0]
        else:
            order.progress, order.endpoints, order.words = Progress.DONE, [], []
    order.attempts, order.error = 0, ""
    has_more = order.progress != Progress.DONE
    order.next_attempt_at = now + LOST_AFTER if has_more else None
    order.save()
    return has_more


def _examples(project: Project, order: Forgetting, _: Words) -> int | None:
    end = order.position + ENDPOINTS_A_STEP
    forgetting.out_of_schemas(project, order.endpoints[order.position : end])
    return end if end < len(order.endpoints) else None


def _paths(project: Project, _: Forgetting, words: Words) -> None:
    if words and naming_nobody.out_of_paths(project, words):
        arguments = {"project": str(project.uuid)}

        def follow() -> None:
            current_app.send_task(FOLLOW_TASK, kwargs=arguments, queue=FOLLOW_QUEUE)

        # Where the message is lost, the hourly round does it.
        transaction.on_commit(follow, robust=True)


def _values(project: Project, order: Forgetting, words: Words) -> int | None:
    return naming_nobody.out_of_schemas(project, words, order.position) if words else None


def _documents(project: Project, order: Forgetting, words: Words) -> int | None:
    """A version a step, the newest first. Only there endpoints are found by name: in older ones
    they may have had others, so the examples of all go.
    """
    rows = ApiDocument.objects.filter(project=project, source=ApiDocument.Source.TRAFFIC)
    is_newest = not order.position
    if not is_newest:
        rows = rows.filter(version__lt=order.position)
    document = rows.order_by("-version").first()
    if document is None:
        return None
    had_any = False
    if order.endpoints:
        names = forgetting.names_of(project, order.endpoints) if is_newest else None
        had_any |= without_examples(document.content, names)
    if words:
        had_any |= without_words(document.content, words)
    if had_any:
        document.save(update_fields=["content"])
    return document.version


def _texts(model: type[Model], *fields: str) -> Step:
    """Rows that quote what was called or sent, some a step."""

    def work(project: Project, order: Forgetting, words: Words) -> int | None:
        rows = model._default_manager.filter(project=project)
        return naming_nobody.out_of_texts(rows, fields, words, order.position)

    return work


STEPS: Final[dict[Part, Step]] = {
    Part.EXAMPLES: _examples,
    Part.PATHS: _paths,
    Part.VALUES: _values,
    Part.DOCUMENTS: _documents,
    Part.DRIFT: _texts(ApiChange, "location", "description"),
    Part.PROBLEMS: _texts(Problem, "error_type", "error_message"),
    Part.PROJECT: _texts(ProjectCheckResult, "evidence"),
    Part.CHECKS: _texts(EndpointCheckResult, "evidence"),
    Part.ANOMALIES: _texts(Anomaly, "evidence"),
    Part.ALERTS: _texts(Alert, "message", "link"),
}
