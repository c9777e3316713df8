"""Scores of the document's versions, each beside the version before it."""

from collections.abc import Iterator
from dataclasses import dataclass

from treblle_models.models import (
    ApiDocument,
    Endpoint,
    EndpointDocumentScore,
    Project,
    ProjectDocumentScore,
)
from treblle_service.check_catalog import Group

from treblle_platform.figures import grade

MAX_VERSIONS = 10
MAX_ENDPOINTS = 8
# Scores nearer than this are shown as the same number.
SAME = 0.05


@dataclass(frozen=True)
class VersionScore:
    """`delta` is what a version gained over the one before it; groups are `(label, value, delta)`."""

    document: ApiDocument
    value: float
    delta: float | None
    groups: list[tuple[str, float, float | None]]

    @property
    def grade(self) -> str:
        return grade(self.value)


@dataclass(frozen=True)
class EndpointChange:
    endpoint: Endpoint
    before: float
    after: float

    @property
    def delta(self) -> float:
        return self.after - self.before


@dataclass(frozen=True)
class Versions:
    """The newest first; and which endpoints the newest scores otherwise than the one before it."""

    scores: list[VersionScore]
    changes: list[EndpointChange]


def versions_of(project: Project) -> Versions:
    found = list(
        ProjectDocumentScore.objects.filter(project=project)
        .select_related("document")
        .defer("document__content")
        .order_by("-document__created_at", "-document_id")[: MAX_VERSIONS + 1]
    )
    before = {score.pk: _before(score, found[place + 1 :]) for place, score in enumerate(found)}
    scores = [_version(score, before[score.pk]) for score in found[:MAX_VERSIONS]]
    last = before[found[0].pk] if found else None
    return Versions(scores, _changes(project, last, found[0]) if last else [])


def _before(
    score: ProjectDocumentScore, older: list[ProjectDocumentScore]
) -> ProjectDocumentScore | None:
    source = score.document.source
    return next((each for each in older if each.document.source == source), None)


def _version(score: ProjectDocumentScore, before: ProjectDocumentScore | None) -> VersionScore:
    return VersionScore(
        document=score.document,
        value=score.value,
        delta=score.value - before.value if before else None,
        groups=list(_groups(score.groups, before.groups if before else {})),
    )


def _groups(
    groups: dict[str, float], before: dict[str, float]
) -> Iterator[tuple[str, float, float | None]]:
    for group in Group:
        value, old = groups.get(group.value), before.get(group.value)
        if value is not None:
            yield group.label, value, None if old is None else value - old


def _changes(
    project: Project, before: ProjectDocumentScore, after: ProjectDocumentScore
) -> list[EndpointChange]:
    """Those that lost most come first."""
    scores = EndpointDocumentScore.objects.filter(project=project)
    old = dict(scores.filter(document=before.document_id).values_list("endpoint_id", "value"))
    new = scores.filter(document=after.document_id, endpoint__merged_into=None)
    changes = [
        EndpointChange(score.endpoint, old[score.endpoint_id], score.value)
        for score in new.filter(endpoint__is_ignored=False).select_related("endpoint")
        if abs(old.get(score.endpoint_id, score.value) - score.value) >= SAME
    ]
    return sorted(changes, key=lambda c: (c.delta, c.endpoint.pk))[:MAX_ENDPOINTS]
