"""Scores of versions of the OpenAPI document, to be compared with one another.

Scores by day keep the last version of a day; these keep every version.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from treblle_models.models import (
    ApiDocument,
    EndpointDocumentScore,
    Project,
    ProjectDocumentScore,
)

from treblle_etl.load.upserts import upsert
from treblle_etl.transform.checks.scoring import Score

# Of versions that have no score yet, so many a round; the newest first.
UNSCORED_A_ROUND = 5
_COLUMNS = ("value", "groups", "scored_at")
_ANEW = [(name, f"new:{name}") for name in _COLUMNS]

# The whole score of a version, if it can be judged, and that of each endpoint by its id.
Judged = tuple[Score | None, Mapping[int, Score]]


def write(project: Project, document: ApiDocument, judged: Judged, now: datetime) -> None:
    """A version scored again: the newer score stands, and `scored_at` where it is another."""
    whole, endpoints = judged
    if whole is not None and _is_other(project, document, whole):
        row = (project.pk, document.pk, whole.value, whole.groups, now)
        upsert(ProjectDocumentScore, ("project_id", "document_id"), _COLUMNS, _ANEW, [row])
    stored = EndpointDocumentScore.objects.filter(project=project, document=document)
    known = dict(stored.values_list("endpoint_id", "value"))
    rows = [
        (project.pk, document.pk, e, score.value, score.groups, now)
        for e, score in sorted(endpoints.items())
        if known.get(e) != score.value
    ]
    key = ("project_id", "document_id", "endpoint_id")
    upsert(EndpointDocumentScore, key, _COLUMNS, _ANEW, rows)


def others(project: Project, current: ApiDocument) -> Iterator[ApiDocument]:
    """The version before the current one, to be judged by the same checks and traffic as that is,
    so that the difference is the documents'; and versions that came and went between two rounds.
    """
    documents = ApiDocument.objects.filter(project=project).exclude(pk=current.pk)
    before = documents.filter(source=current.source).order_by("-version").first()
    scored = ProjectDocumentScore.objects.filter(project=project).values("document_id")
    unscored = documents.exclude(pk__in=scored)
    if before is not None:
        yield before
        unscored = unscored.exclude(pk=before.pk)
    yield from unscored.order_by("-created_at", "-pk")[:UNSCORED_A_ROUND]


def _is_other(project: Project, document: ApiDocument, score: Score) -> bool:
    stored = ProjectDocumentScore.objects.filter(project=project, document=document)
    known: tuple[float, Any] | None = stored.values_list("value", "groups").first()
    return known is None or known != (score.value, score.groups)
