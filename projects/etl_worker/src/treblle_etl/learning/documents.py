"""Versions of a project's OpenAPI document, made from traffic, and what changed between them."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import msgspec
from django.db import transaction
from treblle_models.models import ApiChange, ApiDocument, Endpoint, Project, Request

from treblle_etl.learning import endpoints, schemas, state
from treblle_etl.learning.schemas import Known
from treblle_etl.transform.documents import (
    About,
    Change,
    Kind,
    Operation,
    changes,
    document,
    merged,
    rebased,
)
from treblle_etl.transform.documents.changes import REQUEST

# Requests learned from before there is a first version.
FIRST_VERSION: Final = 20
# An endpoint is held to be gone only if nobody has called it for so long.
GONE_AFTER: Final = timedelta(days=7)
# Without drift a new version is made once as much again was seen; after a day, part of that.
QUIET: Final = timedelta(days=1)
QUIET_SHARE: Final = 0.25
MAX_SERVERS: Final = 3
SERVERS_FROM: Final = 500  # newest requests
# What tells of traffic, not of the API: no reason for a new version.
_VOLATILE: Final = frozenset(("x-requests", "x-observed", "example"))
LOCATION_LENGTH: Final = 1_024

States = dict[int, tuple[Endpoint, Known]]


def build(project: Project, *, now: datetime | None = None) -> ApiDocument | None:
    """A new version with its changes, where there is reason for one.

    One where drift is sure; else, if the document differs, once as much was seen again as the last
    version was made of, or a part of that a day later. None where there is none, or where a run overtook it.
    """
    now = now or datetime.now(UTC)
    version = state.load_version(project.pk)
    states = _states(project)
    last = (
        ApiDocument.objects.filter(project=project, source=ApiDocument.Source.TRAFFIC)
        .order_by("-version")
        .first()
    )
    drift = _drift(states, now) if last is not None else []
    if not _is_time(states, last, drift, now):
        return None
    number = (last.version if last else 0) + 1
    kept = _next_states(states, drift)
    content = document(_about(project, number), _documented(kept))
    digest = digest_of(content)
    rows = schemas.rows_of((pk, known) for pk, (_, known) in kept.items())
    with transaction.atomic():
        if not state.touch(project.pk, version):
            return None
        schemas.save(project.pk, rows, now)
        if last is not None and last.digest == digest and not drift:
            return None
        made = ApiDocument.objects.create(
            project=project,
            source=ApiDocument.Source.TRAFFIC,
            version=number,
            content=content,
            digest=digest,
        )
        ApiChange.objects.bulk_create(
            _row(project, made, _endpoint_of(change, states), change, now) for change in drift
        )
    return made


def is_first_due(project: Project) -> bool:
    """Whether the project has no document yet, so that it need not wait for one."""
    rows = ApiDocument.objects.filter(project=project, source=ApiDocument.Source.TRAFFIC)
    return not rows.exists()


def digest_of(content: Mapping[str, Any]) -> str:
    """SHA-256 of what a document says of the API: versions, examples and counts are left out."""
    plain = {name: value for name, value in content.items() if name != "info"}
    return hashlib.sha256(msgspec.json.encode(_without_volatile(plain), order="sorted")).hexdigest()


def _without_volatile(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            name: _without_volatile(item) for name, item in value.items() if name not in _VOLATILE
        }
    return [_without_volatile(item) for item in value] if isinstance(value, list) else value


def _states(project: Project) -> States:
    counted = [each for each in endpoints.live(project.pk) if not each.is_ignored]
    known = schemas.load(counted)
    return {
        each.pk: (each, known[each.pk])
        for each in counted
        if known[each.pk].known.count or known[each.pk].recent.count
    }


def _drift(states: States, now: datetime) -> list[Change]:
    before = _by_name((e, k.known) for e, k in states.values() if k.known.count)
    after = _by_name((e, k.recent) for e, k in states.values() if k.recent.count)
    seen = {f"{e.method} {e.template}": k.last_seen_at or now for e, k in states.values()}
    return [
        change
        for change in changes(before, after)
        if change.kind != Kind.ENDPOINT_REMOVED or now - seen[change.operation] > GONE_AFTER
    ]


def _by_name(pairs: Iterable[tuple[Endpoint, Operation]]) -> dict[str, Operation]:
    return {f"{endpoint.method} {endpoint.template}": state for endpoint, state in pairs}


def _is_time(states: States, last: ApiDocument | None, drift: list[Change], now: datetime) -> bool:
    older = sum(known.known.count for _, known in states.values())
    newer = sum(known.recent.count for _, known in states.values())
    if last is None:
        return older + newer >= FIRST_VERSION
    share = QUIET_SHARE if now - last.created_at > QUIET else 1.0
    return bool(drift) or newer >= max(older * share, 1)


def _next_states(states: States, drift: list[Change]) -> States:
    """What the new version is of becomes what is known; since then nothing was seen."""
    before = {pk: known.known for pk, (_, known) in states.items() if known.known.count}
    after = {pk: known.recent for pk, (_, known) in states.items() if known.recent.count}
    changed = {change.operation for change in drift}
    kept: States = {}
    for pk, (endpoint, _) in states.items():
        name = f"{endpoint.method} {endpoint.template}"
        if pk in after and pk in before and name in changed:
            state = rebased({name: before[pk]}, {name: after[pk]})[name]
        elif pk in after and pk in before:
            state = merged(before[pk], after[pk])
        elif name in changed and pk in before:
            state = Operation(endpoint.method, endpoint.template)  # it is gone
        else:
            state = before.get(pk) or after[pk]
        kept[pk] = endpoint, Known(state, Operation(endpoint.method, endpoint.template))
    return kept


def _documented(states: States) -> list[Operation]:
    return [known.known for _, known in states.values() if known.known.count]


def _about(project: Project, number: int) -> About:
    newest = Request.objects.filter(project=project).order_by("-received_at", "-uuid")
    hosts = list(newest.values_list("host", flat=True)[:SERVERS_FROM])
    often = sorted({host for host in hosts if host}, key=lambda host: (-hosts.count(host), host))
    servers = tuple(f"{_scheme(host)}://{host}" for host in often[:MAX_SERVERS])
    return About(project.name, str(number), servers, "Made from the traffic of this API.")


def _scheme(host: str) -> str:
    name = host.rsplit(":", 1)[0]
    return "http" if name in ("localhost", "127.0.0.1", "[::1]", "testserver") else "https"


def _endpoint_of(change: Change, states: States) -> Endpoint | None:
    for endpoint, _ in states.values():
        if f"{endpoint.method} {endpoint.template}" == change.operation:
            return endpoint
    return None


def _row(
    project: Project,
    made: ApiDocument,
    endpoint: Endpoint | None,
    change: Change,
    now: datetime,
) -> ApiChange:
    at, uuid = change.first or (None, None)
    return ApiChange(
        project=project,
        document=made,
        endpoint=endpoint,
        code=code_of(change),
        is_breaking=change.breaking,
        location=location_of(change)[:LOCATION_LENGTH],
        description=change.words,
        # Empty where that request was erased.
        request_uuid=uuid or None,
        detected_at=datetime.fromtimestamp(at, UTC) if at is not None else now,
    )


def code_of(change: Change) -> str:
    """`response-field-became-optional`, `endpoint-added`."""
    kind = change.kind.replace("_", "-")
    if not change.place:
        return kind
    what = "request" if change.place == REQUEST else "response"
    about_field = change.field and not kind.startswith(("field", "parameter"))
    return f"{what}-field-{kind}" if about_field else f"{what}-{kind}"


def location_of(change: Change) -> str:
    """A JSON Pointer to the operation, its request body or a response in the new document."""
    method, _, template = change.operation.partition(" ")
    path = template.replace("~", "~0").replace("/", "~1")
    pointer = f"/paths/{path}/{method.lower()}"
    if change.place == REQUEST:
        is_parameter = change.kind in (Kind.PARAMETER_ADDED, Kind.PARAMETER_REMOVED)
        return f"{pointer}/{'parameters' if is_parameter else 'requestBody'}"
    return f"{pointer}/responses/{change.place}" if change.place else pointer
