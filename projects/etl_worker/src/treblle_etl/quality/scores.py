"""Scores of one project: run time from seven days of counts, design time from its document.

Safe to run at any time and again: everything is worked out anew and written over what there is.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, Sum
from treblle_models.models import ApiDocument, Endpoint, EndpointCheckDay, Project
from treblle_service.check_catalog import CATALOG, Stage

from treblle_etl.quality import inventories, versions, writing
from treblle_etl.quality.writing import Result
from treblle_etl.transform.checks.documents import DesignChecked, check_document
from treblle_etl.transform.checks.inventory import shape_of
from treblle_etl.transform.checks.populations import Population
from treblle_etl.transform.checks.registry import POPULATION_OF
from treblle_etl.transform.checks.scoring import (
    CREDIT,
    Score,
    mean_credits,
    outcome_of,
    score_of,
)

WINDOW_DAYS = 7
# The most called endpoints of a project that are scored by themselves.
MAX_ENDPOINTS = 2000

# By endpoint and code: how many requests were looked at, and how many failed.
Counts = dict[int, dict[str, tuple[int, int]]]
Results = dict[int, list[Result]]


@dataclass
class ProjectScores:
    """What was worked out for one project; None: nothing to go by."""

    run_time: Score | None = None
    design_time: Score | None = None
    document: ApiDocument | None = None
    endpoints: int = 0


def score_project(project: Project, now: datetime) -> ProjectScores:
    """Work out all results and scores of a project, and write them in one transaction.

    Raises `OperationalError` where the loader holds a row for too long: to be tried again.
    """
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    disabled = frozenset(map(str, project.disabled_checks))
    document = current_document(project)
    counts = _counts(project, today)
    totals = _totals(counts)
    design = _design(document, totals, disabled)
    run_time = _run_time(counts, disabled)
    owned = design if document and document.source == ApiDocument.Source.UPLOAD else None
    for endpoint_id, found in inventories.results(project, list(run_time), owned, now).items():
        run_time[endpoint_id] += [r for r in found if r.code not in disabled]
    others = []
    for other in versions.others(project, document) if document is not None else ():
        checked = check_document(other.content, observed=_observed(totals), disabled=disabled)
        others.append((other, _judged(checked, _endpoint_results(project, checked))))
    scores = ProjectScores(document=document, endpoints=len(run_time))
    # Nothing is worked out in here, where the loader waits.
    with transaction.atomic():
        scores.run_time = _write_run_time(project, run_time, totals, today, now)
        if document is not None and design is not None:
            scores.design_time = _write_design_time(project, document, design, today, now)
        else:
            writing.write_project_results(project, Stage.DESIGN_TIME, [], now)
        for other, judged in others:
            versions.write(project, other, judged, now)
    return scores


def current_document(project: Project) -> ApiDocument | None:
    """The newest the team uploaded, else the newest made from traffic."""
    documents = ApiDocument.objects.filter(project=project)
    uploads = documents.filter(source=ApiDocument.Source.UPLOAD)
    return uploads.order_by("-version").first() or documents.order_by("-version").first()


def _counts(project: Project, today: datetime) -> Counts:
    """The last seven days (UTC), today included, of endpoints that count."""
    start = today - timedelta(days=WINDOW_DAYS - 1)
    rows = EndpointCheckDay.objects.filter(project=project).between(
        start, today + timedelta(days=1)
    )
    alive = Endpoint.objects.filter(project=project, is_ignored=False, merged_into=None)
    busiest = (
        rows.filter(code=Population.REQUESTS, endpoint__in=alive)
        .values("endpoint")
        .annotate(n=Sum("passed"))
        .order_by("-n", "endpoint")[:MAX_ENDPOINTS]
    )
    counts: Counts = {row["endpoint"]: {} for row in busiest}
    sums = rows.values_list("endpoint", "code").annotate(Sum("passed"), Sum("failed"))
    for endpoint_id, code, passed, failed in sums.order_by():
        if endpoint_id in counts:
            counts[endpoint_id][code] = (passed, failed)
    return counts


def _totals(counts: Counts) -> dict[str, tuple[int, int]]:
    totals: dict[str, tuple[int, int]] = {}
    for one in counts.values():
        for code, (passed, failed) in one.items():
            before = totals.get(code, (0, 0))
            totals[code] = (before[0] + passed, before[1] + failed)
    return totals


def shares(counts: Mapping[str, tuple[int, int]]) -> dict[str, tuple[float, int]]:
    """Of each check that applies `(share that failed, requests looked at)`."""
    found: dict[str, tuple[float, int]] = {}
    for code, population in POPULATION_OF.items():
        looked_at = counts.get(population.value, (0, 0))[0]
        if looked_at:
            failed = counts.get(code, (0, 0))[1]
            found[code] = (min(1.0, failed / looked_at), looked_at)
    return found


def _run_time(counts: Counts, disabled: frozenset[str]) -> Results:
    return {
        endpoint_id: [
            Result(code, outcome_of(CATALOG[code], share), share, _evidence(code, share, number))
            for code, (share, number) in shares(one).items()
            if code not in disabled
        ]
        for endpoint_id, one in counts.items()
    }


def _evidence(code: str, share: float, number: int) -> str:
    """Of rates; what a request shows is kept as it was found."""
    return f"{share:.1%} of {number:,} requests" if CATALOG[code].is_rate and share else ""


def _credits(results: list[Result]) -> dict[str, float]:
    return {result.code: CREDIT[result.outcome] for result in results}


def _write_run_time(
    project: Project,
    results: Results,
    totals: Mapping[str, tuple[int, int]],
    today: datetime,
    now: datetime,
) -> Score | None:
    writing.write_endpoint_results(project, Stage.RUN_TIME, results, now)
    by_endpoint = {endpoint_id: _credits(found) for endpoint_id, found in results.items()}
    writing.write_endpoint_scores(
        project,
        Stage.RUN_TIME,
        {e: score for e, c in by_endpoint.items() if (score := score_of(c)) is not None},
        today,
    )
    means = mean_credits(by_endpoint.values())
    whole = shares(totals)
    writing.write_project_results(
        project,
        Stage.RUN_TIME,
        [_whole(code, credit, whole, len(results)) for code, credit in means.items()],
        now,
    )
    score = score_of(means)
    writing.write_project_score(project, Stage.RUN_TIME, score, today)
    return score


def _whole(
    code: str, credit: float, whole: Mapping[str, tuple[float, int]], endpoints: int
) -> Result:
    """A check over all endpoints: by all requests, and of what no request shows by endpoints."""
    if code in whole:
        share, number = whole[code]
        return Result(code, outcome_of(CATALOG[code], share), share, _evidence(code, share, number))
    share = 1 - credit
    evidence = f"{share * endpoints:.0f} of {endpoints} endpoints" if share else ""
    return Result(code, outcome_of(CATALOG[code], share), share, evidence)


def _design(
    document: ApiDocument | None,
    totals: Mapping[str, tuple[int, int]],
    disabled: frozenset[str],
) -> DesignChecked | None:
    if document is None:
        return None
    return check_document(document.content, observed=_observed(totals), disabled=disabled)


def _observed(totals: Mapping[str, tuple[int, int]]) -> dict[str, float]:
    return {code: share for code, (share, _) in shares(totals).items()}


def _write_design_time(
    project: Project,
    document: ApiDocument,
    design: DesignChecked,
    today: datetime,
    now: datetime,
) -> Score | None:
    writing.write_project_results(project, Stage.DESIGN_TIME, _whole_results(design), now)
    endpoints = _endpoint_results(project, design)
    writing.write_endpoint_results(project, Stage.DESIGN_TIME, endpoints, now)
    score, scores = judged = _judged(design, endpoints)
    version = document.version
    writing.write_endpoint_scores(project, Stage.DESIGN_TIME, scores, today, version)
    writing.write_project_score(project, Stage.DESIGN_TIME, score, today, version)
    versions.write(project, document, judged, now)
    return score


def _judged(design: DesignChecked, endpoints: Results) -> versions.Judged:
    """The share of operations that pass: a document that gets better has a better score."""
    whole = score_of({r.code: 1 - (r.value or 0.0) for r in _whole_results(design)})
    scores = {e: score_of(_credits(found)) for e, found in endpoints.items()}
    return whole, {e: score for e, score in scores.items() if score is not None}


def _whole_results(design: DesignChecked) -> list[Result]:
    by_code: dict[str, list[str]] = {}
    for found in design.operations.values():
        for code, finding in found.items():
            by_code.setdefault(code, []).append(finding)
    whole = [_design_result(code, [finding]) for code, finding in design.document.items()]
    return whole + [_design_result(code, findings) for code, findings in by_code.items()]


def _endpoint_results(project: Project, design: DesignChecked) -> Results:
    return {
        endpoint_id: [_design_result(code, [finding]) for code, finding in found.items()]
        for endpoint_id, found in _by_endpoint(project, design).items()
    }


def _design_result(code: str, findings: list[str]) -> Result:
    failed = [finding for finding in findings if finding]
    share = len(failed) / len(findings)
    evidence = failed[0] if failed else ""
    if len(findings) > 1 and failed:
        evidence = f"{len(failed)} of {len(findings)} operations; {evidence}"
    return Result(code, outcome_of(CATALOG[code], share), share, evidence)


def _by_endpoint(project: Project, design: DesignChecked) -> dict[int, Mapping[str, str]]:
    """Operations by the endpoint that traffic shows them as, base path or not."""
    known = {
        (method, shape_of(base + path)): found
        for (method, path), found in design.operations.items()
        for base in design.base_paths
    }
    endpoints = Endpoint.objects.filter(
        Q(project=project), is_ignored=False, merged_into=None
    ).values_list("pk", "method", "template")
    return {
        pk: known[key]
        for pk, method, template in endpoints.order_by("pk")[: 5 * MAX_ENDPOINTS]
        if (key := (method, shape_of(template))) in known
    }
