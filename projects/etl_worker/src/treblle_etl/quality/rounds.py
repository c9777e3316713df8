"""Which projects are due. Beat asks; the work goes out in small tasks."""

import logging
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from django.db import InterfaceError, OperationalError
from django.db.models import Exists, OuterRef
from treblle_models.models import (
    ApiDocument,
    Project,
    ProjectDocumentScore,
    ProjectHour,
    Request,
)

logger = logging.getLogger(__name__)

PROJECTS_A_TASK = 50
# Run-time scores look at seven days; a day more, so that the last results go away too.
SCORED = timedelta(days=8)
# A drop is seen in projects that had traffic within a day.
WATCHED = timedelta(days=1)
# A document or project newer than this is scored within a minute, not within the hour.
NEW = timedelta(minutes=30)
# While it is called: so that some of these rounds may be left out.
CALLED = timedelta(minutes=5)


def to_score(now: datetime) -> list[int]:
    """Ids of all projects that have something to be scored by."""
    documents = ApiDocument.objects.filter(created_at__gte=now - SCORED)
    found = set(documents.order_by().values_list("project_id", flat=True).distinct())
    return sorted(found | set(_with_traffic(now, SCORED)))


def to_score_now(now: datetime) -> list[int]:
    """Ids of projects with a new document that has no score, and of new projects that are called."""
    scored = ProjectDocumentScore.objects.filter(
        project_id=OuterRef("project_id"), document_id=OuterRef("pk")
    )
    documents = ApiDocument.objects.filter(~Exists(scored), created_at__gte=now - NEW)
    found = set(documents.order_by().values_list("project_id", flat=True).distinct())
    called = Request.objects.filter(project_id=OuterRef("pk"), loaded_at__gt=now - CALLED)
    young = Project.objects.filter(Exists(called), first_request_at__gte=now - NEW)
    return sorted(found | set(young.values_list("pk", flat=True)))


def to_watch(now: datetime) -> list[int]:
    """Ids of projects whose traffic can be out of the usual."""
    return _with_traffic(now, WATCHED)


def _with_traffic(now: datetime, since: timedelta) -> list[int]:
    hours = ProjectHour.objects.between(now - since - timedelta(hours=1), now + timedelta(hours=1))
    return sorted(hours.order_by().values_list("project_id", flat=True).distinct())


def chunks(project_ids: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(project_ids), PROJECTS_A_TASK):
        yield project_ids[start : start + PROJECTS_A_TASK]


def each(project_ids: list[int], work: Callable[[Project], object]) -> None:
    """Do `work` for each project that still exists. One that fails is logged and keeps no other
    from its turn; a database that is away stops all, so that the task is tried again.
    """
    for project in Project.objects.filter(pk__in=project_ids).order_by("pk"):
        try:
            work(project)
        except (OperationalError, InterfaceError):
            raise
        except Exception:
            logger.exception("project %s: failed", project.uuid)
