"""The endpoint of each event, made at its first sight."""

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import connection, transaction
from treblle_models.models import Endpoint, Project

from treblle_etl.event import Understood
from treblle_etl.load.batch import Batch

# (project id, method, SHA-256 of the template)
EndpointKey = tuple[int, str, str]
REMEMBERED = 50_000
# Endpoints of a project; paths beyond belong to none, so that nobody fills the table.
MAX_ENDPOINTS = 10_000

# The endpoint's id, and whether people ignore it; None where there was no room for it.
Found = tuple[int, bool] | None
_known: dict[EndpointKey, Found] = {}
# How far `last_seen_at` may lag behind, so that a busy endpoint's row is not written each batch.
SEEN_EVERY = timedelta(seconds=60)
_seen: dict[int, datetime] = {}


def key_of(project: Project, understood: Understood) -> EndpointKey | None:
    if understood.template is None:
        return None
    digest = hashlib.sha256(understood.template.encode()).hexdigest()
    return project.pk, understood.event.method, digest


def fill(batch: Batch) -> None:
    """Set `endpoint_id` of the batch's requests, and which of them count."""
    found = found_of(batch.events, batch.now)
    for (project, understood), request in zip(batch.events, batch.requests, strict=True):
        key = key_of(project, understood)
        endpoint = None if key is None else found[key]
        if endpoint is not None:
            request.endpoint_id, is_ignored = endpoint
            if is_ignored:
                batch.ignored.add(request.endpoint_id)


def mark_seen(batch: Batch) -> None:
    """Keep when each endpoint was asked last, in the order of ids."""
    newest: dict[int, datetime] = {}
    for request in batch.requests:
        pk, at = request.endpoint_id, request.requested_at
        if pk is not None and (pk not in newest or newest[pk] < at):
            newest[pk] = at
    due = {pk: at for pk, at in newest.items() if pk not in _seen or at >= _seen[pk] + SEEN_EVERY}
    if not due:
        return
    moment = connection.ops.adapt_datetimefield_value
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE endpoints SET last_seen_at = %s"
            " WHERE id = %s AND (last_seen_at IS NULL OR last_seen_at < %s)",
            [(moment(due[pk]), pk, moment(due[pk])) for pk in sorted(due)],
        )
    transaction.on_commit(lambda: _remember_seen(due))


def _remember_seen(due: dict[int, datetime]) -> None:
    if len(_seen) > REMEMBERED:
        _seen.clear()
    _seen.update(due)


def found_of(
    events: Iterable[tuple[Project, Understood]], now: datetime
) -> dict[EndpointKey, Found]:
    """Every endpoint the events belong to. Runs inside the batch's transaction.

    What two workers make at the same time is made once: the loser's transaction runs again.
    """
    wanted = {
        key: understood
        for project, understood in events
        if (key := key_of(project, understood)) is not None
    }
    found: dict[EndpointKey, Found] = {key: _known[key] for key in wanted if key in _known}
    unknown = sorted(key for key in wanted if key not in found)
    if unknown:
        found |= _made_or_found(unknown, wanted, now)
        transaction.on_commit(lambda: _remember({key: found[key] for key in unknown}))
    return found


def _made_or_found(
    keys: list[EndpointKey], wanted: dict[EndpointKey, Understood], now: datetime
) -> dict[EndpointKey, Found]:
    found = _stored(keys)
    missing = [key for key in keys if key not in found]
    if missing:
        room = _room({project_id for project_id, _, _ in missing})
        made = [key for key in missing if room[key[0]] > 0]
        Endpoint.objects.bulk_create(_endpoint(key, wanted[key], now) for key in made)
        found |= dict.fromkeys(missing) | _stored(made)
    return found


def _room(project_ids: Iterable[int]) -> dict[int, int]:
    return {
        pk: MAX_ENDPOINTS - Endpoint.objects.filter(project_id=pk, merged_into=None).count()
        for pk in project_ids
    }


def _endpoint(key: EndpointKey, understood: Understood, now: datetime) -> Endpoint:
    project_id, method, digest = key
    framework = understood.template_from_framework
    return Endpoint(
        project_id=project_id,
        method=method,
        template=understood.template or "",
        template_digest=digest,
        source=Endpoint.Source.FRAMEWORK if framework else Endpoint.Source.TRAFFIC,
        first_seen_at=now,
    )


def _stored(keys: list[EndpointKey]) -> dict[EndpointKey, Found]:
    """Those there are; for one that became part of another, the other."""
    rows = Endpoint.objects.filter(
        project_id__in={project_id for project_id, _, _ in keys},
        template_digest__in={digest for _, _, digest in keys},
    ).select_related("merged_into")
    found: dict[EndpointKey, Found] = {}
    for row in rows:
        endpoint = row.merged_into or row
        found[row.project_id, row.method, row.template_digest] = (
            endpoint.pk,
            endpoint.is_ignored,
        )
    return found


def _remember(found: dict[EndpointKey, Found]) -> None:
    if len(_known) > REMEMBERED:
        _known.clear()
    _known.update({key: endpoint for key, endpoint in found.items() if endpoint is not None})


def forget(project_id: int | None = None) -> None:
    """Drop what is remembered of a project, or of all: its endpoints were merged or corrected."""
    if project_id is None:
        _known.clear()
        _seen.clear()
    for key in [key for key in _known if key[0] == project_id]:
        del _known[key]
