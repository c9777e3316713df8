"""Failures of a batch become occurrences of problems: made, counted, reopened."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from treblle_models.models import Problem, ProblemCustomer, ProblemHour, Project, Request

from treblle_etl.event import Failure, Understood
from treblle_etl.load import usual
from treblle_etl.load.batch import Batch
from treblle_etl.load.upserts import Upsert
from treblle_etl.transform.problems import (
    earlier_fingerprint_of,
    fingerprint_of,
    fingerprint_of_cut,
    slow_failure_of,
)

QUERY_CHUNK = 500
# New problems of one project in one batch beyond which messages tell nothing apart any more.
MAX_NEW = 100

# (project id, fingerprint)
Key = tuple[int, str]

_HOURS = Upsert(ProblemHour, key=("project_id", "bucket", "problem_id"), added=("occurrences",))
_CUSTOMERS = Upsert(
    ProblemCustomer,
    key=("project_id", "problem_id", "customer_id"),
    added=("occurrences",),
    greatest=("last_seen_at",),
)


@dataclass
class _Seen:
    """What a batch shows of one problem."""

    failure: Failure
    endpoint_id: int | None
    # As an earlier release would have told it.
    earlier: tuple[str, ...]
    requests: list[Request] = field(default_factory=list)


def fill(batch: Batch) -> None:
    """Set `problem_id` of the batch's requests that failed."""
    seen = _seen(batch)
    if not seen:
        return
    found = _stored(seen)
    missing = sorted(seen.keys() - found.keys())
    if missing:
        found |= _taken_over(seen, missing)
        missing = [key for key in missing if key not in found]
    if _too_many(missing):
        seen = _without_messages(seen, set(missing))
        missing = sorted(seen.keys() - found.keys())
        found |= _stored(missing)
        missing = [key for key in missing if key not in found]
    if missing:
        Problem.objects.bulk_create(_problem(key, seen[key]) for key in missing)
        found |= _stored(missing)
    for key, one in seen.items():
        for request in one.requests:
            request.problem_id = found[key]


def count(batch: Batch) -> None:
    """Count occurrences by problem, hour and customer. One that was resolved before it occurred
    again is open again; an ignored one stays ignored.
    """
    by_problem: dict[int, list[Request]] = {}
    for request in batch.requests:
        if request.problem_id is not None:
            by_problem.setdefault(request.problem_id, []).append(request)
    if not by_problem:
        return
    _update(by_problem, batch.now)
    failed = [request for requests in by_problem.values() for request in requests]
    _HOURS.run(_hours(failed))
    _CUSTOMERS.run(_customers(failed))


def _seen(batch: Batch) -> dict[Key, _Seen]:
    seen: dict[Key, _Seen] = {}
    for (project, understood), request in zip(batch.events, batch.requests, strict=True):
        failure = understood.failure or _slow(project, understood, request)
        if failure is not None and request.endpoint_id not in batch.ignored:
            method, endpoint_id = understood.event.method, request.endpoint_id
            key = project.pk, fingerprint_of(failure, endpoint_id, method)
            earlier = _earlier(failure, endpoint_id, method, understood.template)
            one = seen.setdefault(key, _Seen(failure, endpoint_id, earlier))
            one.requests.append(request)
    return seen


def _earlier(
    failure: Failure, endpoint_id: int | None, method: str, template: str | None
) -> tuple[str, ...]:
    """By the template; and by as much of the message as a row has, where the endpoint was renamed
    since and the row was moved without the rest of it.
    """
    by_template = earlier_fingerprint_of(failure, method, template)
    by_row = fingerprint_of_cut(failure, endpoint_id, method)
    return (by_template,) if by_row is None else (by_template, by_row)


def _slow(project: Project, understood: Understood, request: Request) -> Failure | None:
    if request.endpoint_id is None or slow_failure_of(request.load_time_ms, 0.0) is None:
        return None
    usual_p95_ms = usual.p95_ms(project.pk, request.endpoint_id, request.requested_at)
    return slow_failure_of(request.load_time_ms, usual_p95_ms)


def _too_many(missing: list[Key]) -> bool:
    projects = [project_id for project_id, _ in missing]
    return any(projects.count(project_id) > MAX_NEW for project_id in set(projects))


def _without_messages(seen: dict[Key, _Seen], new: set[Key]) -> dict[Key, _Seen]:
    """New problems told apart by endpoint and status only: their messages never come again."""
    kept: dict[Key, _Seen] = {}
    for key, one in seen.items():
        if key in new:
            plain = Failure(one.failure.kind, one.failure.status, "", "", "")
            method = one.requests[0].method
            earlier = _earlier(plain, one.endpoint_id, method, str(one.endpoint_id))
            key = key[0], fingerprint_of(plain, one.endpoint_id, method)
            one = _Seen(plain, one.endpoint_id, earlier, one.requests)
        if key in kept:
            kept[key].requests += one.requests
        else:
            kept[key] = one
    return kept


def _problem(key: Key, one: _Seen) -> Problem:
    """Counted by `count`, as those that stood are."""
    times = [request.requested_at for request in one.requests]
    return Problem(
        project_id=key[0],
        fingerprint=key[1],
        endpoint_id=one.endpoint_id,
        kind=one.failure.kind,
        status=one.failure.status,
        error_type=one.failure.error_type,
        error_message=one.failure.message,
        first_seen_at=min(times),
        last_seen_at=max(times),
    )


def _taken_over(seen: dict[Key, _Seen], missing: list[Key]) -> dict[Key, int]:
    """Problems of an earlier release get the fingerprint that is looked for from now on."""
    earlier = {(key[0], old): key for key in missing for old in seen[key].earlier}
    found: dict[Key, int] = {}
    for old, pk in _stored(earlier).items():
        new = earlier[old]
        if new not in found:
            Problem.objects.filter(pk=pk, fingerprint=old[1]).update(fingerprint=new[1])
            found[new] = pk
    return found


def _stored(keys: Iterable[Key]) -> dict[Key, int]:
    """Those there are; for one that turned out to be another, the other."""
    by_project: dict[int, list[str]] = {}
    for project_id, fingerprint in sorted(keys):
        by_project.setdefault(project_id, []).append(fingerprint)
    found: dict[Key, int] = {}
    for project_id, prints in by_project.items():
        for start in range(0, len(prints), QUERY_CHUNK):
            rows = Problem.objects.filter(
                project_id=project_id, fingerprint__in=prints[start : start + QUERY_CHUNK]
            ).values_list("fingerprint", "pk", "merged_into_id")
            found |= {(project_id, fingerprint): into or pk for fingerprint, pk, into in rows}
    return found


def _update(by_problem: dict[int, list[Request]], now: datetime) -> None:
    """In the order of ids. What MySQL assigns later in a statement sees what it assigned before,
    so `regressed_at` comes before `state`.
    """
    sqlite = connection.vendor == "sqlite"
    greater, smaller = ("MAX", "MIN") if sqlite else ("GREATEST", "LEAST")
    came_back = "state = 'resolved' AND (resolved_at IS NULL OR resolved_at < %s)"
    statement = (
        f"UPDATE problems SET"  # noqa: S608 (nothing of others in it)
        f" regressed_at = CASE WHEN {came_back} THEN %s ELSE regressed_at END,"
        f" state = CASE WHEN {came_back} THEN 'open' ELSE state END,"
        f" request_uuid = CASE WHEN request_uuid IS NULL OR last_seen_at <= %s THEN %s ELSE request_uuid END,"
        f" occurrences = occurrences + %s, updated_at = %s,"
        f" first_seen_at = {smaller}(first_seen_at, %s),"
        f" last_seen_at = {greater}(last_seen_at, %s)"
        " WHERE id = %s"
    )
    with connection.cursor() as cursor:
        cursor.executemany(
            statement, [_values(pk, by_problem[pk], now) for pk in sorted(by_problem)]
        )


def _values(pk: int, requests: list[Request], now: datetime) -> tuple[Any, ...]:
    moment = connection.ops.adapt_datetimefield_value
    newest = max(requests, key=lambda request: (request.requested_at, request.uuid))
    first = min(request.requested_at for request in requests)
    last, at = moment(newest.requested_at), moment(now)
    return (
        *(last, last, last),
        *(last, _uuid(newest.uuid)),
        *(len(requests), at, moment(first), last, pk),
    )


def _uuid(value: UUID) -> Any:
    return Problem._meta.get_field("request_uuid").get_db_prep_value(value, connection)


def _hours(failed: list[Request]) -> Iterable[ProblemHour]:
    hours: dict[tuple[int, int, datetime], ProblemHour] = {}
    for request in failed:
        bucket = request.requested_at.replace(minute=0, second=0, microsecond=0)
        key = request.project_id, request.problem_id or 0, bucket
        if key not in hours:
            hours[key] = ProblemHour(project_id=key[0], problem_id=key[1], bucket=bucket)
        hours[key].occurrences += 1
    return hours.values()


def _customers(failed: list[Request]) -> Iterable[ProblemCustomer]:
    touched: dict[tuple[int, int, int], ProblemCustomer] = {}
    for request in failed:
        if request.customer_id is None:
            continue
        key = request.project_id, request.problem_id or 0, request.customer_id
        if key not in touched:
            touched[key] = ProblemCustomer(
                project_id=key[0],
                problem_id=key[1],
                customer_id=key[2],
                last_seen_at=request.requested_at,
            )
        touched[key].occurrences += 1
        touched[key].last_seen_at = max(touched[key].last_seen_at, request.requested_at)
    return touched.values()
