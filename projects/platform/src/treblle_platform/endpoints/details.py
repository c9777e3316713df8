"""All about one endpoint: figures, what it takes and gives, what changed, who is touched."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F
from treblle_models.corrections import HistoryLeft, history_left
from treblle_models.models import (
    ApiChange,
    ApiDocument,
    Endpoint,
    EndpointCustomer,
    EndpointSchema,
    EndpointScore,
    Problem,
    Project,
    Stage,
)

from treblle_platform.endpoints.operation_view import OperationView, operation_in
from treblle_platform.figures import grade
from treblle_platform.periods import Period
from treblle_platform.slots import ROLLUP_COLUMNS, Slotted

MAX_CHANGES = 20
MAX_CUSTOMERS = 8
MAX_PROBLEMS = 5
# What can be offered to merge with: those of the same method, by path.
MAX_CANDIDATES = 500


@dataclass(frozen=True)
class Answer:
    """A status the endpoint answers with, and in how many samples it was seen."""

    status: int
    samples: int
    share: float
    last_seen_at: datetime


@dataclass(frozen=True)
class EndpointView:
    endpoint: Endpoint
    figures: Slotted
    answers: list[Answer]
    operation: OperationView | None
    changes: list[ApiChange]
    customers: list[EndpointCustomer]
    problems: list[Problem]
    score: float | None
    merged: list[Endpoint]
    left: HistoryLeft

    @property
    def grade(self) -> str:
        return grade(self.score)


def endpoint_of(project: Project, uuid: UUID) -> Endpoint | None:
    found = Endpoint.objects.filter(project=project, uuid=uuid).select_related("merged_into")
    return found.first()


def endpoint_view(
    project: Project, endpoint: Endpoint, period: Period, now: datetime
) -> EndpointView:
    rollups = period.endpoint_slots.objects.filter(
        project=project, endpoint=endpoint, bucket__gte=period.start(now)
    )
    open_problems = Problem.objects.filter(
        project=project, endpoint=endpoint, state=Problem.State.OPEN
    )
    scores = EndpointScore.objects.filter(
        project=project, endpoint=endpoint, stage=Stage.RUN_TIME
    ).order_by("-bucket")
    return EndpointView(
        endpoint=endpoint,
        figures=Slotted.of(period, now, rollups.values_list("bucket", *ROLLUP_COLUMNS).iterator()),
        answers=_answers(project, endpoint),
        operation=_operation(project, endpoint),
        changes=list(
            ApiChange.objects.filter(
                project=project,
                endpoint=endpoint,
                document__source=ApiDocument.Source.TRAFFIC,
            )
            .select_related("document")
            .defer("document__content")
            .order_by("-detected_at", "-uuid")[:MAX_CHANGES]
        ),
        customers=list(
            EndpointCustomer.objects.filter(project=project, endpoint=endpoint)
            .select_related("customer")
            .order_by("-requests", "pk")[:MAX_CUSTOMERS]
        ),
        problems=list(open_problems.order_by("-last_seen_at", "-uuid")[:MAX_PROBLEMS]),
        score=scores.values_list("value", flat=True).first(),
        merged=list(endpoint.merged.order_by("template", "pk")),
        left=history_left(endpoint, now),
    )


def merge_candidates(project: Project, endpoint: Endpoint) -> list[Endpoint]:
    """What an endpoint can be merged into: others of its method that are not merged themselves."""
    others = Endpoint.objects.filter(project=project, method=endpoint.method, merged_into=None)
    return list(others.exclude(pk=endpoint.pk).order_by("template", "pk")[:MAX_CANDIDATES])


def _answers(project: Project, endpoint: Endpoint) -> list[Answer]:
    found = EndpointSchema.objects.filter(
        project=project, endpoint=endpoint, part=EndpointSchema.Part.RESPONSE
    ).order_by("status", "pk")
    seen: dict[int, tuple[int, datetime]] = {}
    for status, samples, last in found.values_list("status", "samples", "last_seen_at"):
        before, latest = seen.get(status, (0, last))
        seen[status] = before + samples, max(latest, last)
    total = sum(samples for samples, _ in seen.values()) or 1
    return [
        Answer(status, samples, samples / total, last) for status, (samples, last) in seen.items()
    ]


def _operation(project: Project, endpoint: Endpoint) -> OperationView | None:
    """As the newest document made from traffic has it."""
    newest: dict[str, Any] | None = (
        ApiDocument.objects.filter(project=project, source=ApiDocument.Source.TRAFFIC)
        .order_by(F("version").desc())
        .values_list("content", flat=True)
        .first()
    )
    return operation_in(newest, endpoint.method, endpoint.template) if newest else None
