"""Problems of endpoints that became part of others: what fails alike is one problem again.

Two that are the same become the one that people have dealt with, else the older one: it has the
occurrences of both. The other stays and leads to it, so that no link breaks.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from treblle_models.models import Endpoint, Problem, ProblemCustomer, ProblemHour, Request

from treblle_etl.event import Failure
from treblle_etl.transform.problems import fingerprint_of, is_of, moved, normalised

BEFORE, AFTER = timedelta(minutes=6), timedelta(days=1, minutes=1)


def move(project_id: int, moves: Mapping[int, int]) -> set[int]:
    """Move problems of these endpoints; which endpoints had some."""
    rows = Problem.objects.select_for_update().filter(
        project_id=project_id, endpoint_id__in=list(moves)
    )
    found = list(rows.order_by("pk"))
    ends = Endpoint.objects.in_bulk(moves[each.endpoint_id or 0] for each in found)
    begun = {each.endpoint_id or 0 for each in found}
    for problem in found:
        end = ends[moves[problem.endpoint_id or 0]]
        fingerprint = _fingerprint(problem, end)
        problem.endpoint = end
        if problem.merged_into_id is None:
            _settle(problem, fingerprint)
        else:
            # Late workers may still ask for the fingerprint that it has.
            problem.save(update_fields=["endpoint", "updated_at"])
    return begun


def take_over(project_id: int) -> None:
    """Give problems of an earlier release, whose fingerprints are of templates, the ones that
    stay when an endpoint is renamed."""
    rows = Problem.objects.select_for_update().filter(
        project_id=project_id, merged_into=None, endpoint__isnull=False
    )
    for problem in rows.select_related("endpoint").order_by("pk"):
        end = problem.endpoint
        if end is not None and not is_of(problem.fingerprint, end.pk, end.method):
            _settle(problem, _fingerprint(problem, end))


def _fingerprint(problem: Problem, end: Endpoint) -> str:
    """What the problem is known by at this endpoint."""
    of_now = problem.endpoint
    if of_now is not None and is_of(problem.fingerprint, of_now.pk, of_now.method):
        return moved(problem.fingerprint, end.pk, end.method)
    message = problem.error_message
    failure = Failure(
        problem.kind, problem.status, problem.error_type, message, normalised(message)
    )
    return fingerprint_of(failure, end.pk, end.method)


def _settle(problem: Problem, fingerprint: str) -> None:
    """Save it under a fingerprint; where another problem has that, the two become one."""
    others = Problem.objects.select_for_update().filter(
        project_id=problem.project_id, fingerprint=fingerprint
    )
    other = others.exclude(pk=problem.pk).first()
    if other is None or other.merged_into_id is not None:
        if other is not None:
            _swap(other, problem, fingerprint)
        problem.fingerprint = fingerprint
        problem.save()
        return
    if _goes_first(problem) < _goes_first(other):
        _swap(other, problem, fingerprint)
        problem.fingerprint = fingerprint
        _join(problem, other)
    else:
        _join(other, problem)


def _swap(other: Problem, problem: Problem, fingerprint: str) -> None:
    """The other gives up its fingerprint for that of the problem; each is there once."""
    rows = Problem.objects.filter(project_id=problem.project_id)
    rows.filter(pk=other.pk).update(fingerprint=f"swap-{other.pk}")
    other.fingerprint = problem.fingerprint
    rows.filter(pk=problem.pk).update(fingerprint=fingerprint)
    rows.filter(pk=other.pk).update(fingerprint=other.fingerprint)


def _goes_first(problem: Problem) -> tuple[bool, datetime, int]:
    """Orders problems: what people have dealt with, then what is older."""
    is_untouched = problem.assignee_id is None and problem.state == Problem.State.OPEN
    return is_untouched, problem.first_seen_at, problem.pk


def _join(target: Problem, problem: Problem) -> None:
    """The target has all that the problem had, which leads to it from now on."""
    rows = Request.objects.filter(
        project_id=problem.project_id,
        received_at__gte=problem.first_seen_at - BEFORE,
        received_at__lt=problem.last_seen_at + AFTER,
        problem_id=problem.pk,
    )
    rows.update(problem_id=target.pk)
    _join_rows(ProblemHour, "bucket", target, problem)
    _join_rows(ProblemCustomer, "customer_id", target, problem)
    _reopen(target, problem)
    if problem.last_seen_at > target.last_seen_at:
        target.request_uuid = problem.request_uuid
    target.occurrences += problem.occurrences
    target.first_seen_at = min(target.first_seen_at, problem.first_seen_at)
    target.last_seen_at = max(target.last_seen_at, problem.last_seen_at)
    target.save()
    Problem.objects.filter(project_id=problem.project_id, merged_into=problem).update(
        merged_into=target
    )
    problem.merged_into = target
    problem.occurrences = 0
    problem.state = Problem.State.RESOLVED
    problem.resolved_at = datetime.now(UTC)
    problem.save()


def _reopen(target: Problem, problem: Problem) -> None:
    """What occurred after it had been resolved opens it again, as the loader does."""
    if target.state != Problem.State.RESOLVED or problem.state != Problem.State.OPEN:
        return
    if target.resolved_at is None or target.resolved_at < problem.last_seen_at:
        target.state = Problem.State.OPEN
        target.regressed_at = problem.last_seen_at


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
