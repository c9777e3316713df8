"""Writes results and scores: only what is other than it was, in the order of keys."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models
from treblle_models.models import (
    EndpointCheckResult,
    EndpointScore,
    Project,
    ProjectCheckResult,
    ProjectScore,
)
from treblle_service.check_catalog import CATALOG, Stage

from treblle_etl.load.upserts import upsert
from treblle_etl.transform.checks.scoring import PASS, Score

_COLUMNS = ("outcome", "value", "evidence", "request_uuid", "since", "last_seen_at")
# What stands and what came; while a check does not pass, the loader keeps sight and evidence.
_KEPT = "CASE WHEN new:outcome = 'pass' OR new:evidence <> '' THEN new:{0} ELSE old:{0} END"
_CHANGES = [
    (
        "since",
        "CASE WHEN ( old:outcome = 'pass' ) = ( new:outcome = 'pass' ) THEN old:since"
        " ELSE new:since END",
    ),
    ("evidence", _KEPT.format("evidence")),
    (
        "last_seen_at",
        "CASE WHEN new:outcome = 'pass' OR new:last_seen_at > old:last_seen_at AND"
        " new:evidence <> '' THEN new:last_seen_at ELSE old:last_seen_at END",
    ),
    ("value", "new:value"),
    ("outcome", "new:outcome"),
]
# Below this a share is as it was.
SAME = 0.0005


@dataclass(frozen=True, slots=True)
class Result:
    """The last word of one check; `value` is the share that failed, 0 to 1."""

    code: str
    outcome: str
    value: float | None
    evidence: str = ""


def write_endpoint_results(
    project: Project, stage: Stage, results: Mapping[int, Iterable[Result]], now: datetime
) -> None:
    """All results of one stage. Those of checks that no longer apply are removed."""
    wanted = {(e, result.code): result for e, found in results.items() for result in found}
    stored = EndpointCheckResult.objects.filter(project=project, stage=stage)
    known = {
        (endpoint_id, code): (pk, outcome, value)
        for pk, endpoint_id, code, outcome, value in stored.values_list(
            "pk", "endpoint_id", "code", "outcome", "value"
        )
    }
    _remove(EndpointCheckResult, [known[key][0] for key in known if key not in wanted])
    upsert(
        EndpointCheckResult,
        ("project_id", "endpoint_id", "code", "stage"),
        _COLUMNS,
        _CHANGES,
        [
            (project.pk, *key, stage.value, *_values(wanted[key], now))
            for key in sorted(wanted)
            if _differs(known.get(key), wanted[key])
        ],
    )


def write_project_results(
    project: Project, stage: Stage, results: Iterable[Result], now: datetime
) -> None:
    """Likewise of the project; what attackers did stays as the loader saw it."""
    wanted = {result.code: result for result in results}
    stored = ProjectCheckResult.objects.filter(project=project, stage=stage)
    disabled = set(map(str, project.disabled_checks))
    known = {
        code: (pk, outcome, value)
        for pk, code, outcome, value in stored.values_list("pk", "code", "outcome", "value")
    }
    _remove(
        ProjectCheckResult,
        [
            found[0]
            for code, found in known.items()
            if code not in wanted and (code in disabled or not _is_threat(code))
        ],
    )
    upsert(
        ProjectCheckResult,
        ("project_id", "code", "stage"),
        _COLUMNS,
        _CHANGES,
        [
            (project.pk, code, stage.value, *_values(wanted[code], now))
            for code in sorted(wanted)
            if _differs(known.get(code), wanted[code])
        ],
    )


def _is_threat(code: str) -> bool:
    check = CATALOG.get(code)
    return check is not None and not check.is_scored


def _differs(known: tuple[int, str, float | None] | None, result: Result) -> bool:
    if known is None or known[1] != result.outcome or known[2] is None or result.value is None:
        return True
    return bool(result.evidence) or abs(known[2] - result.value) > SAME


def _values(result: Result, now: datetime) -> tuple[Any, ...]:
    evidence = "" if result.outcome == PASS else result.evidence[:1024]
    return (result.outcome, result.value, evidence, None, now, now)


def _remove(model: type[models.Model], pks: list[int]) -> None:
    for start in range(0, len(pks), 500):
        model._default_manager.filter(pk__in=pks[start : start + 500]).delete()


_SCORE = ("value", "groups", "document_version")
_SCORED_ANEW = [(name, f"new:{name}") for name in _SCORE]


def write_project_score(
    project: Project,
    stage: Stage,
    score: Score | None,
    bucket: datetime,
    document_version: int | None = None,
) -> None:
    """Of one day; worked out again on the same day it takes the place of what was there."""
    if score is None:
        return
    row = (project.pk, bucket, stage.value, score.value, score.groups, document_version)
    upsert(ProjectScore, ("project_id", "bucket", "stage"), _SCORE, _SCORED_ANEW, [row])


def write_endpoint_scores(
    project: Project,
    stage: Stage,
    scores: Mapping[int, Score],
    bucket: datetime,
    document_version: int | None = None,
) -> None:
    upsert(
        EndpointScore,
        ("project_id", "bucket", "stage", "endpoint_id"),
        _SCORE,
        _SCORED_ANEW,
        [
            (
                project.pk,
                bucket,
                stage.value,
                e,
                scores[e].value,
                scores[e].groups,
                document_version,
            )
            for e in sorted(scores)
        ],
    )
