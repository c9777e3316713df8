"""Celery tasks of scores and anomalies; see `treblle_etl.tasks` for how tasks are written."""

from typing import Any

from celery import shared_task
from django.db import close_old_connections

from treblle_etl.retries import RETRIES


@shared_task(name="treblle_etl.score_all")
def score_all(**_: Any) -> None:
    from django.utils import timezone

    from treblle_etl.quality import rounds

    close_old_connections()
    for project_ids in rounds.chunks(rounds.to_score(timezone.now())):
        score_projects.delay(project_ids=project_ids)


@shared_task(name="treblle_etl.score_new")
def score_new(**_: Any) -> None:
    from django.utils import timezone

    from treblle_etl.quality import rounds

    close_old_connections()
    for project_ids in rounds.chunks(rounds.to_score_now(timezone.now())):
        score_projects.delay(project_ids=project_ids)


@shared_task(name="treblle_etl.score_projects", **RETRIES)
def score_projects(*, project_ids: list[int], **_: Any) -> None:
    """Also for who has changed what counts: a new document, a check switched off."""
    from django.utils import timezone

    from treblle_etl.quality import rounds, scores

    close_old_connections()
    rounds.each(project_ids, lambda project: scores.score_project(project, timezone.now()))


@shared_task(name="treblle_etl.watch_all")
def watch_all(**_: Any) -> None:
    from django.utils import timezone

    from treblle_etl.quality import rounds

    close_old_connections()
    for project_ids in rounds.chunks(rounds.to_watch(timezone.now())):
        watch_projects.delay(project_ids=project_ids)


@shared_task(name="treblle_etl.watch_projects", **RETRIES)
def watch_projects(*, project_ids: list[int], **_: Any) -> None:
    from django.utils import timezone

    from treblle_etl.quality import anomalies, rounds

    close_old_connections()
    rounds.each(project_ids, lambda project: anomalies.detect(project, timezone.now()))
