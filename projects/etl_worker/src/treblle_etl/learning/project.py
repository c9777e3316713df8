"""One run for one project: from the requests since the last one to templates and schemas."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Exists, F, OuterRef
from treblle_models.models import Endpoint, Project, Request
from treblle_service.store import ObjectStore

from treblle_etl.learning import endpoints, exchanges, schemas, state
from treblle_etl.learning.exchanges import Row
from treblle_etl.learning.published import corrections_of
from treblle_etl.transform.documents import observe

logger = logging.getLogger(__name__)

# Rows of a transaction under way may have an earlier time: they are waited for so long.
COMMIT_LAG: Final = timedelta(seconds=2)
# A learner that has seen less learns at each run: that costs next to nothing.
YOUNG: Final = 5_000  # requests


@dataclass(frozen=True)
class Learned:
    """What a run did, in numbers."""

    requests: int = 0
    bodies: int = 0
    # Whether endpoints became part of others, so that history has to follow.
    follows: bool = False
    is_lost: bool = False


def active(since: datetime) -> list[Project]:
    """Projects whose requests were loaded after `since`: one look into an index for each. Those
    that were published longest ago come first."""
    newer = Request.objects.filter(project_id=OuterRef("pk"), loaded_at__gt=since)
    rows = Project.objects.filter(Exists(newer))
    return list(rows.order_by(F("path_state__updated_at").asc(nulls_first=True), "pk"))


def learn_project(
    project: Project, store: ObjectStore, *, until: datetime | None = None
) -> Learned:
    """Learn from requests loaded up to `until` (by default, some seconds ago), publish at once.

    A run that another one, or a person's correction, overtook changes nothing. Raises
    `StoreUnavailable` and `OperationalError`.
    """
    until = until or datetime.now(UTC) - COMMIT_LAG
    found = state.load(project.pk)
    rows = exchanges.recent(project.pk, found.learned_until, until)
    if not rows and found.version is not None:
        return Learned()
    known = endpoints.live(project.pk)
    _learn_paths(found, rows, known)
    templates = found.learner.published(corrections_of(project.pk))
    changes = endpoints.moved(known, templates)
    by_id = {endpoint.pk: endpoint for endpoint in known}
    counted = _with_endpoints(project.pk, rows, by_id)
    learned = _learn_schemas(project.pk, counted, by_id, store)
    found.learned_until = until
    found.requests += len(rows)
    rows_of_schemas = schemas.rows_of((pk, known) for pk, (known, _) in learned.items())
    packed = state.packed(found)
    now = datetime.now(UTC)
    with transaction.atomic():
        if not state.save(project.pk, found, packed):
            logger.info("a run for project %s was overtaken", project.uuid)
            return Learned(is_lost=True)
        schemas.save(project.pk, rows_of_schemas, now)
        for endpoint_id, (known_of, _) in sorted(learned.items()):
            _save_auth_scheme(by_id[endpoint_id], known_of)
        follows = endpoints.move(project, changes, now)
    return Learned(len(rows), sum(number for _, number in learned.values()), follows)


def _learn_paths(found: state.ProjectState, rows: Iterable[Row], known: Iterable[Endpoint]) -> None:
    """Requests that a framework gave a route teach nothing: what is known need not be guessed."""
    routed = {each.pk for each in known if each.source == Endpoint.Source.FRAMEWORK}
    for row in rows:
        if row.endpoint_id not in routed:
            found.learner.observe(row.method, row.path, row.status)
    if found.learner.due or found.requests < YOUNG:
        found.learner.learn()


def _with_endpoints(
    project_id: int, rows: Iterable[Row], by_id: dict[int, Endpoint]
) -> list[tuple[int, Row]]:
    """Rows of endpoints that count, with the endpoint that each is part of now."""
    wanted = {row.endpoint_id for row in rows if row.endpoint_id} - by_id.keys()
    parts = Endpoint.objects.filter(project_id=project_id, pk__in=wanted)
    into = dict(parts.values_list("pk", "merged_into_id"))
    pairs = [
        (into.get(row.endpoint_id) or row.endpoint_id, row)
        for row in rows
        if row.endpoint_id is not None
    ]
    return [(pk, row) for pk, row in pairs if pk in by_id and not by_id[pk].is_ignored]


def _learn_schemas(
    project_id: int,
    rows: list[tuple[int, Row]],
    by_id: dict[int, Endpoint],
    store: ObjectStore,
) -> dict[int, tuple[schemas.Known, int]]:
    """What is known of each endpoint with a sample of these requests added, and of how many."""
    wanted = [by_id[pk] for pk in sorted({pk for pk, _ in rows})]
    states = schemas.load(wanted)
    counts = {pk: each.known.count + each.recent.count for pk, each in states.items()}
    learned: dict[int, tuple[schemas.Known, int]] = {}
    for pk, exchange in exchanges.read(store, project_id, exchanges.sampled(rows, counts)):
        observe(states[pk].recent, exchange)
        states[pk].last_seen_at = None
        learned[pk] = (states[pk], learned.get(pk, (None, 0))[1] + 1)
    return learned


def _save_auth_scheme(endpoint: Endpoint, known: schemas.Known) -> None:
    scheme = schemas.auth_scheme_of(known.recent) or schemas.auth_scheme_of(known.known)
    if scheme != endpoint.auth_scheme:
        Endpoint.objects.filter(pk=endpoint.pk).update(auth_scheme=scheme)
