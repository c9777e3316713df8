"""What checks found in a batch: counted by endpoint and day, and kept once an endpoint.

In `endpoint_check_days` a row of a population says how many requests were looked at (`passed`),
one of a check how many of these failed (`failed`): a check that passes writes nothing.
"""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from django.db import models, transaction
from treblle_models.models import (
    EndpointCheckDay,
    EndpointCheckResult,
    ProjectCheckResult,
    Request,
)
from treblle_service.check_catalog import Stage

from treblle_etl.event import Checked
from treblle_etl.load.batch import Batch
from treblle_etl.load.upserts import upsert

# How exact `last_seen_at` is while a check goes on failing: the row is not written anew before.
RENEWED_AFTER = timedelta(seconds=60)
REMEMBERED = 50_000

# (project id, endpoint id or 0 for the project itself, code)
ResultKey = tuple[int, int, str]
# The request that showed it, and what was found.
Sight = tuple[Request, str]
# Requests that were looked at, by population, and that failed, by check.
Counts = tuple[Counter[str], Counter[str]]
Days = dict[tuple[int, datetime, int], Counts]
# (project id, day, endpoint id, outcome)
Alike = tuple[int, datetime, int | None, Checked]

_COUNTS = ("passed", "failed")
_ADDED = [("passed", "old:passed + new:passed"), ("failed", "old:failed + new:failed")]
_SEEN = ("outcome", "evidence", "request_uuid", "since", "last_seen_at")
_IS_NEWER = "CASE WHEN new:last_seen_at >= old:last_seen_at THEN new:{0} ELSE old:{0} END"
# A check that passed and fails once warns, until its share is worked out (see `quality/scores.py`).
_SEEN_AGAIN = [
    ("since", "CASE WHEN old:outcome = 'pass' THEN new:since ELSE old:since END"),
    ("outcome", "CASE WHEN old:outcome = 'pass' THEN 'warning' ELSE old:outcome END"),
    ("evidence", _IS_NEWER.format("evidence")),
    ("request_uuid", _IS_NEWER.format("request_uuid")),
    ("last_seen_at", _IS_NEWER.format("last_seen_at")),
]

_written: dict[ResultKey, datetime] = {}


def keep(batch: Batch) -> None:
    """Count outcomes and keep what failed. Runs once the batch's rows are in.

    Most requests of an endpoint have the same outcome: they are told together.
    """
    alike: dict[Alike, tuple[int, Request]] = {}
    for (_, understood), request in zip(batch.events, batch.requests, strict=True):
        bucket = request.requested_at.replace(hour=0, minute=0, second=0, microsecond=0)
        checked = understood.checked
        key = (request.project_id, bucket, request.endpoint_id, checked)
        number, newest = alike.get(key, (0, request))
        if request.requested_at > newest.requested_at:
            newest = request
        alike[key] = (number + 1, newest)
    days: Days = {}
    sights: dict[ResultKey, Sight] = {}
    for (project_id, bucket, endpoint_id, checked), (number, newest) in alike.items():
        if endpoint_id is not None:
            _count(days.setdefault((project_id, bucket, endpoint_id), _nothing()), checked, number)
        for code, finding in checked.failed:
            _see(sights, (project_id, 0, code), newest, finding)
            if endpoint_id is not None:
                _see(sights, (project_id, endpoint_id, code), newest, finding)
    _write_days(days)
    _write_results(sights, batch.now)


def _nothing() -> Counts:
    return Counter(), Counter()


def _count(counts: Counts, checked: Checked, number: int) -> None:
    looked_at, failed = counts
    for population in checked.populations:
        looked_at[population] += number
    for code, _ in checked.failed:
        failed[code] += number
    for code in checked.rates:
        failed[code] += number


def _see(sights: dict[ResultKey, Sight], key: ResultKey, request: Request, finding: str) -> None:
    seen = sights.get(key)
    if seen is None or request.requested_at >= seen[0].requested_at:
        sights[key] = (request, finding)


def _write_days(days: Days) -> None:
    rows = [(*key, str(code), n, 0) for key, (seen, _) in days.items() for code, n in seen.items()]
    rows += [(*key, code, 0, n) for key, (_, failed) in days.items() for code, n in failed.items()]
    key = ("project_id", "bucket", "endpoint_id", "code")
    upsert(EndpointCheckDay, key, _COUNTS, _ADDED, sorted(rows))


def _write_results(sights: dict[ResultKey, Sight], now: datetime) -> None:
    due = {
        key: sight
        for key, sight in sights.items()
        if key not in _written or now - _written[key] >= RENEWED_AFTER
    }
    if not due:
        return
    # Endpoints first, as in every batch.
    endpoints = sorted(key for key in due if key[1])
    _upsert_results(
        EndpointCheckResult,
        ("project_id", "endpoint_id", "code", "stage"),
        [(*key, *_values(due[key])) for key in endpoints],
    )
    projects = sorted(key for key in due if not key[1])
    _upsert_results(
        ProjectCheckResult,
        ("project_id", "code", "stage"),
        [(key[0], key[2], *_values(due[key])) for key in projects],
    )
    transaction.on_commit(lambda: _remember(due, now))


def _upsert_results(
    model: type[models.Model], key: tuple[str, ...], rows: list[tuple[Any, ...]]
) -> None:
    upsert(model, key, _SEEN, _SEEN_AGAIN, rows)


def _values(sight: Sight) -> tuple[Any, ...]:
    request, finding = sight
    at = request.requested_at
    return (Stage.RUN_TIME.value, "fail", finding[:1024], request.uuid, at, at)


def _remember(written: dict[ResultKey, Sight], now: datetime) -> None:
    if len(_written) > REMEMBERED:
        _written.clear()
    _written.update(dict.fromkeys(written, now))


def forget() -> None:
    """Drop what is remembered, as after rows were removed."""
    _written.clear()
