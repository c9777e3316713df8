"""What beat asks for: a round over the projects, as far as its time goes."""

import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from django.db.models import Q
from treblle_models.models import Endpoint, Project
from treblle_service.store import ObjectStore

from treblle_etl.learning import documents, history, problems, recounting, uploads
from treblle_etl.learning.project import active, learn_project
from treblle_etl.learning.steps import step

logger = logging.getLogger(__name__)

# Projects without requests for so long wait for the long round.
ACTIVE_FOR: Final = timedelta(minutes=10)
# Longest round in seconds: the same workers load the live requests. The next one goes on.
LEARN_BUDGET_S: Final = 5.0
DOCUMENTS_BUDGET_S: Final = 20.0
FOLLOW_BUDGET_S: Final = 20.0


def learn(store: ObjectStore, *, active_for: timedelta = ACTIVE_FOR) -> list[Project]:
    """Learn from what the active projects' requests taught; those whose history has to follow."""
    is_over = _over_in(LEARN_BUDGET_S)
    follows = []
    now = datetime.now(UTC)
    for project in active(now - active_for):
        if is_over():
            break
        learned = learn_project(project, store)
        if learned.follows:
            follows.append(project)
        elif learned.requests:
            # What workers loaded before they knew of a merge.
            history.follow(project.pk, since=now - history.RECENT, is_over=is_over)
            recounting.follow(project.pk, is_over)
        if learned.bodies and documents.is_first_due(project):
            documents.build(project)
    return follows


def build_documents(*, active_for: timedelta = ACTIVE_FOR) -> int:
    """New versions of documents where there is reason for one, and uploaded ones compared; how
    many versions."""
    is_over = _over_in(DOCUMENTS_BUDGET_S)
    built = 0
    for project in active(datetime.now(UTC) - active_for):
        if is_over():
            logger.warning("documents of some projects wait for the next round")
            break
        built += documents.build(project) is not None
        uploads.compare_newest(project.pk)
    return built


def follow(project: Project) -> bool:
    """Let the history of a project follow its corrections; whether all is done."""
    is_over = _over_in(FOLLOW_BUDGET_S)
    step(lambda: problems.take_over(project.pk))
    return history.follow(project.pk, is_over=is_over) and recounting.follow(project.pk, is_over)


def with_corrections() -> list[Project]:
    """Projects in which endpoints became part of others, or wait to be counted anew."""
    rows = Endpoint.objects.filter(Q(merged_into__isnull=False) | Q(recount_from__isnull=False))
    ids = rows.values_list("project_id", flat=True).distinct()
    return list(Project.objects.filter(pk__in=list(ids)).order_by("pk"))


def _over_in(budget_s: float) -> Callable[[], bool]:
    end = time.monotonic() + budget_s
    return lambda: time.monotonic() > end
