"""Celery tasks: thin, one call each. Arguments by name, so that releases can meet in one queue.

What a task calls is imported where it runs: beat only names tasks, and need not hold in memory
what does the work.
"""

import logging
from typing import Any

from celery import shared_task
from django.db import close_old_connections

from treblle_etl.retries import RETRIES, RETRIES_WITH_STORE

logger = logging.getLogger(__name__)

PURGE_SLICE_S = 0.5
PURGE_PAUSE_S = 1
REPLAY_SLICE_S = 20


@shared_task(name="treblle_etl.process_objects", **RETRIES_WITH_STORE)
def process_objects(*, keys: list[str], slow_lane: bool = False, **_: Any) -> None:
    from treblle_etl import lag, pipeline
    from treblle_etl.waiting import SLOW_LANE

    close_old_connections()
    if slow_lane:
        loaded = pipeline.of_this_process().process(keys)
    else:
        loaded, put_aside = pipeline.of_this_process().process_fairly(keys)
        for key in put_aside:
            process_objects.apply_async(kwargs={"keys": [key], "slow_lane": True}, queue=SLOW_LANE)
    lag.note(keys, slow_lane=slow_lane)
    if loaded.dead_letters:
        logger.warning(
            "%d of %d events became dead letters",
            loaded.dead_letters,
            loaded.dead_letters + loaded.events,
        )


@shared_task(name="treblle_etl.sweep")
def sweep(*, window_s: int, **_: Any) -> None:
    from treblle_etl import sweeper

    close_old_connections()
    found = sweeper.sweep(window_s)
    if found.sent or found.given_up:
        logger.warning("sweep: %d objects sent again, %d given up", found.sent, found.given_up)


@shared_task(name="treblle_etl.replay_dead_letters")
def replay_dead_letters(*, reason: str, until: str, **_: Any) -> None:
    """Those of a reason made before `until` (ISO 8601), in slices: what fails again is younger."""
    from datetime import datetime
    from time import monotonic

    from treblle_models.models import DeadLetter

    from treblle_etl import replay

    close_old_connections()
    letters = DeadLetter.objects.filter(
        reason=reason, replayed_at=None, created_at__lt=datetime.fromisoformat(until)
    ).exclude(object_key="")
    ends_at = monotonic() + REPLAY_SLICE_S
    for _number, _loaded in replay.replay(letters):
        if monotonic() > ends_at:
            replay_dead_letters.delay(reason=reason, until=until)
            return


@shared_task(name="treblle_etl.publish_quotas")
def publish_quotas(**_: Any) -> None:
    from django.conf import settings
    from django.utils import timezone
    from treblle_service.quotas import Quotas

    from treblle_etl import quotas

    close_old_connections()
    quotas.publish(Quotas(settings.CACHES["default"]["LOCATION"]), timezone.now())


@shared_task(name="treblle_etl.learn")
def learn(**_: Any) -> None:
    """Endpoints and schemas from recent requests."""
    from django.conf import settings
    from treblle_service.store import open_store

    from treblle_etl.learning import rounds

    close_old_connections()
    for project in rounds.learn(open_store(settings.DETAILS_STORE_URL)):
        follow_corrections.delay(project=str(project.uuid))


@shared_task(name="treblle_etl.build_documents")
def build_documents(**_: Any) -> None:
    """New versions of OpenAPI documents, and what changed."""
    from treblle_etl.learning import rounds

    close_old_connections()
    rounds.build_documents()


@shared_task(name="treblle_etl.forget", **RETRIES)
def forget(*, forgetting: str | None = None, **_: Any) -> None:
    """A step of one order, by its uuid; or (beat asks) of each that stands still."""
    from django.utils import timezone

    from treblle_etl import forgettings

    close_old_connections()
    now = timezone.now()
    if forgetting is None:
        for uuid in forgettings.due(now):
            forget.delay(forgetting=uuid)
        return
    if forgettings.take_step(forgetting, now):
        forget.delay(forgetting=forgetting)


@shared_task(name="treblle_etl.forget_again")
def forget_again(**_: Any) -> None:
    """Orders that were given up, after somebody mended the cause."""
    from treblle_etl import forgettings

    close_old_connections()
    for uuid in forgettings.again():
        forget.delay(forgetting=uuid)


@shared_task(name="treblle_etl.compare_document")
def compare_document(*, document: str, **_: Any) -> None:
    """An uploaded OpenAPI document beside the traffic."""
    from treblle_models.models import ApiDocument

    from treblle_etl.learning import uploads

    close_old_connections()
    found = ApiDocument.objects.filter(uuid=document, source=ApiDocument.Source.UPLOAD).first()
    if found is not None:
        uploads.compare(found)


@shared_task(name="treblle_etl.follow_corrections", **RETRIES)
def follow_corrections(*, project: str | None = None, heeded: str | None = None, **_: Any) -> None:
    """History follows what people said of endpoints: of one project by its uuid, or of all.

    `heeded`: processes of the release before name an endpoint that is ignored no longer.
    """
    from treblle_models.corrections import BEGINNING
    from treblle_models.models import Endpoint, Project

    from treblle_etl.learning import recounting, rounds

    close_old_connections()
    if heeded is not None:
        rows = Endpoint.objects.filter(uuid=heeded, is_ignored=False, recount_from=None)
        rows.update(recount_from=BEGINNING)
    if project is None:
        for each in rounds.with_corrections():
            follow_corrections.delay(project=str(each.uuid))
        return
    found = Project.objects.filter(uuid=project).first()
    if found is None:
        return
    if not rounds.follow(found):
        follow_corrections.delay(project=project)
    elif recounting.is_waiting(found.pk):
        later = recounting.SETTLED_AFTER.total_seconds()
        follow_corrections.apply_async(kwargs={"project": project}, countdown=later)


@shared_task(name="treblle_etl.purge")
def purge(*, position: list[str] | None = None, **_: Any) -> None:
    """A second's work; what is left is a task of its own, behind the loads that wait meanwhile."""
    from treblle_etl import purge as purging

    close_old_connections()
    begin = purging.Position(*position) if position else None
    purged = purging.by_settings().run(begin, within_s=PURGE_SLICE_S)
    if purged.removed and any(purged.removed.values()):
        logger.info("purge: %s", purged.removed)
    if purged.position:
        left = [purged.position.area, purged.position.step]
        # Late enough for loads to come in between, soon enough to keep up with them.
        purge.apply_async(kwargs={"position": left}, countdown=PURGE_PAUSE_S)


@shared_task(name="treblle_etl.evaluate_alerts")
def evaluate_alerts(**_: Any) -> None:
    """Every minute: what is late is not worth evaluating."""
    from datetime import UTC, datetime

    from treblle_etl.alerts import evaluation

    close_old_connections()
    evaluation.evaluate(datetime.now(UTC))


@shared_task(name="treblle_etl.settle_search")
def settle_search(*, rule: str, value: int, **_: Any) -> None:
    """What the platform counted for a rule of a saved search."""
    from treblle_etl.alerts import searches

    close_old_connections()
    searches.settle(rule, value)


@shared_task(name="treblle_etl.erase_raw", **RETRIES_WITH_STORE)
def erase_raw(*, erasure: str, start_after: str = "", **_: Any) -> None:
    """Raw objects, some a task; then rows and details, which are the platform's to erase."""
    from treblle_etl import erasing

    close_old_connections()
    erasing.take_turn(erasure, start_after)
