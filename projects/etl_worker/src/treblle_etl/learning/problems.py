"""Problems of endpoints that became part of others: what fails alike is one problem again.

A problem that is the same as one of the other endpoint gives it its occurrences and stays as
resolved, so that no link to it breaks.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from treblle_models.models import Endpoint, Problem, ProblemCustomer, ProblemHour, Request

from treblle_etl.event import Failure
from treblle_etl.transform.problems import fingerprint_of, normalised

BEFORE, AFTER = timedelta(minutes=6), timedelta(days=1, minutes=1)


def move(project_id: int, moves: Mapping[int, int]) -> set[int]:
    """Move problems of these endpoints; which endpoints had some."""
    rows = Problem.objects.select_for_update().filter(
        project_id=project_id, endpoint_id__in=list(moves)
    )
    found = list(rows.order_by("pk"))
    ends = Endpoint.objects.in_bulk(moves[each.endpoint_id or 0] for each in found)
    moved = {each.endpoint_id or 0 for each in found}
    for problem in found:
        end = ends[moves[problem.endpoint_id or 0]]
        fingerprint = _fingerprint(problem, end)
        same = Problem.objects.filter(project_id=project_id, fingerprint=fingerprint)
        target = same.exclude(pk=problem.pk).first()
        problem.endpoint = end
        if target is None:
            problem.fingerprint = fingerprint
        else:
            _join(target, problem)
        problem.save()
    return moved


def _fingerprint(problem: Problem, endpoint: Endpoint) -> str:
    message = problem.error_message
    failure = Failure(
        problem.kind, problem.status, problem.error_type, message, normalised(message)
    )
    return fingerprint_of(failure, endpoint.method, endpoint.template)


def _join(target: Problem, problem: Problem) -> None:
    rows = Request.objects.filter(
        project_id=problem.project_id,
        received_at__gte=problem.first_seen_at - BEFORE,
        received_at__lt=problem.last_seen_at + AFTER,
        problem_id=problem.pk,
    )
    rows.update(problem_id=target.pk)
    _join_rows(ProblemHour, "bucket", target, problem)
    _join_rows(ProblemCustomer, "customer_id", target, problem)
    if problem.last_seen_at > target.last_seen_at:
        target.request_uuid = problem.request_uuid
    target.occurrences += problem.occurrences
    target.first_seen_at = min(target.first_seen_at, problem.first_seen_at)
    target.last_seen_at = max(target.last_seen_at, problem.last_seen_at)
    target.save()
    problem.occurrences = 0
    problem.state = Problem.State.RESOLVED
    problem.resolved_at = datetime.now(UTC)


def _join_rows(model: Any, name: str, target: Problem, problem: Problem) -> None:
    rows = model.objects.select_for_update().filter(project_id=problem.project_id)
    stored = {getattr(row, name): row for row in rows.filter(problem=target)}
    for row in rows.filter(problem=problem).order_by("pk"):
        other = stored.get(getattr(row, name))
        if other is None:
            model.objects.filter(pk=row.pk).update(problem=target)
            continue
        other.occurrences += row.occurrences
        if name == "customer_id":
            other.last_seen_at = max(other.last_seen_at, row.last_seen_at)
        other.save()
        row.delete()
