"""Scores over time, and every check with how it stands."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Count, QuerySet
from django.utils import timezone
from treblle_models.models import (
    EndpointCheckResult,
    Project,
    ProjectCheckResult,
    ProjectDocumentScore,
    ProjectScore,
)
from treblle_service.check_catalog import CATALOG, Check, grade_of

DAYS: Final = 90
MAX_ENDPOINTS: Final = 100
MAX_VERSIONS: Final = 50
FAIL, WARNING, PASS, UNCHECKED, OFF = "fail", "warning", "pass", "unchecked", "off"
URGENCY: Final = {FAIL: 0, WARNING: 1, PASS: 2, UNCHECKED: 3, OFF: 4}


def quality_of(project: Project) -> dict[str, Any]:
    first = timezone.now() - timedelta(days=DAYS)
    scores = ProjectScore.objects.for_project(project).filter(bucket__gte=first)
    newest: dict[str, ProjectScore] = {}
    days: dict[datetime, dict[str, Any]] = {}
    for score in scores.order_by("bucket", "stage"):
        newest[score.stage] = score
        day = days.setdefault(
            score.bucket, {"at": score.bucket, "run_time": None, "design_time": None}
        )
        day[score.stage] = score.value
    return {
        "scores": [
            {
                "stage": stage,
                "value": score.value,
                "grade": grade_of(score.value),
                "groups": score.groups,
                "at": score.bucket,
            }
            for stage, score in sorted(newest.items())
        ],
        "days": list(days.values()),
        "versions": [
            {
                "document_uuid": score.document.uuid,
                "source": score.document.source,
                "version": score.document.version,
                "value": score.value,
                "grade": grade_of(score.value),
                "groups": score.groups,
                "at": score.scored_at,
            }
            for score in _versions(project)
        ],
    }


def _versions(project: Project) -> QuerySet[ProjectDocumentScore]:
    scores = ProjectDocumentScore.objects.for_project(project).select_related("document")
    newest = scores.order_by("-document__created_at", "-document_id")
    return newest.defer("document__content")[:MAX_VERSIONS]


@dataclass
class CheckState:
    """A check of the catalogue and how it stands on a project."""

    check: Check
    outcome: str = UNCHECKED
    evidence: str = ""
    since: datetime | None = None
    endpoints: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def shown(self) -> dict[str, Any]:
        check = self.check
        return {
            "code": check.code,
            "title": check.title,
            "group": check.group.value,
            "stage": check.stage.value,
            "severity": check.severity.name.lower(),
            "outcome": self.outcome,
            "failing_endpoints": self.endpoints[FAIL] + self.endpoints[WARNING],
            "evidence": self.evidence,
            "since": self.since,
            "why": check.why,
            "mend": check.mend,
            "reference": check.reference,
            "url": check.url,
        }


def checks_of(project: Project) -> dict[str, CheckState]:
    """All of the catalogue, by code, in its order."""
    states = {code: CheckState(check) for code, check in CATALOG.items()}
    counted = EndpointCheckResult.objects.for_project(project).values("code", "outcome")
    for row in counted.annotate(number=Count("pk")).order_by("code", "outcome"):
        if state := states.get(row["code"]):
            state.endpoints[row["outcome"]] = row["number"]
    for state in states.values():
        found = (each for each in (FAIL, WARNING, PASS) if state.endpoints[each])
        state.outcome = next(found, UNCHECKED)
    for result in ProjectCheckResult.objects.for_project(project).order_by("pk"):
        if state := states.get(result.code):
            state.outcome, state.since = result.outcome, result.since
            state.evidence = result.evidence
    for code in project.disabled_checks:
        if state := states.get(code):
            state.outcome = OFF
    return states


def endpoints_of_check(project: Project, code: str) -> list[dict[str, Any]]:
    results = EndpointCheckResult.objects.for_project(project).filter(code=code)
    rows = sorted(
        results.select_related("endpoint"),
        key=lambda row: (URGENCY[row.outcome], row.endpoint.template, row.endpoint.method),
    )
    return [
        {
            "endpoint_uuid": row.endpoint.uuid,
            "method": row.endpoint.method,
            "template": row.endpoint.template,
            "outcome": row.outcome,
            "evidence": row.evidence,
            "request_uuid": row.request_uuid,
            "since": row.since,
        }
        for row in rows[:MAX_ENDPOINTS]
    ]
