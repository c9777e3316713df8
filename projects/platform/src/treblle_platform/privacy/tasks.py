"""Erasures and exports, a step a task: no task runs long, and one that is lost is begun again."""

import time
from typing import Any

from django.utils import timezone
from treblle_models.models import Erasure, Export, Progress

from treblle_platform.celery import app
from treblle_platform.privacy import customer, export, operations, project, receipts

# A task gives up its turn after this long, and goes on in another.
TURN_S = 20.0
# What was under way when the order came is loaded by then: a last look finds it.
LAST_LOOK_AFTER_S = 60
STEPS = {
    Erasure.Subject.CUSTOMER: customer.erase_step,
    Erasure.Subject.PROJECT: project.erase_step,
    Erasure.Subject.ACCOUNT: project.erase_step,
}
RETRIES: dict[str, Any] = {
    "autoretry_for": (OSError,),
    "max_retries": 6,
    "retry_backoff": True,
    "retry_backoff_max": 60,
    "retry_jitter": True,
}


@app.task(name="treblle_platform.erase", **RETRIES)
def erase(*, erasure: str, is_last_look: bool = False, **_: Any) -> None:
    """Rows and details, once the ETL has searched the raw objects."""
    order = Erasure.objects.filter(uuid=erasure).exclude(progress=Progress.DONE).first()
    if order is None:
        return
    order.progress = Progress.RUNNING
    order.started_at = order.started_at or timezone.now()
    has_more = _work(order)
    if not has_more and is_last_look:
        receipts.close(order)
        order.progress, order.finished_at = Progress.DONE, timezone.now()
    order.save()
    if has_more:
        erase.delay(erasure=erasure, is_last_look=is_last_look)
    elif not is_last_look:
        erase.apply_async(
            kwargs={"erasure": erasure, "is_last_look": True}, countdown=LAST_LOOK_AFTER_S
        )


def _work(order: Erasure) -> bool:
    """Steps until the turn is over or nothing is left; whether there is more to do."""
    step = STEPS[Erasure.Subject(order.subject)]
    ends = time.monotonic() + TURN_S
    while step(order):
        order.save()
        if time.monotonic() > ends:
            return True
    return False


@app.task(name="treblle_platform.take_up_erasure", **RETRIES)
def take_up_erasure(*, erasure: str, **_: Any) -> None:
    """Of an account or a project, as the API ordered it."""
    order = Erasure.objects.filter(uuid=erasure, progress=Progress.PENDING).first()
    if order is not None:
        operations.take_up(order)


@app.task(name="treblle_platform.resume_jobs")
def resume_jobs(**_: Any) -> None:
    """Begin anew what stands still, and remove exports whose time is over (beat asks)."""
    now = timezone.now()
    operations.begin_lost_ones(now)
    export.begin_lost_ones(now)
    export.remove_expired(now)


@app.task(name=export.TASK, **RETRIES)
def export_account(*, export_uuid: str, cursor: dict[str, Any], **_: Any) -> None:
    """Parts until the turn is over; what is left goes into another task."""
    row = Export.objects.filter(uuid=export_uuid).exclude(progress=Progress.DONE).first()
    if row is None:
        return
    ends, place = time.monotonic() + TURN_S, export.Cursor(**cursor)
    while (after := export.write_part(row, place)) is not None:
        place = after
        if time.monotonic() > ends:
            export.begin(row, place)
            return
