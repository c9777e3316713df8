"""What is learned of endpoints, as rows of `endpoint_schemas`: one a part, status and media type.

A row's state holds two: `known` is what the document's newest version is made of, `recent` what
was seen since. So that a comparison of the two tells what changed.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import msgspec
from treblle_models.models import Endpoint, EndpointSchema

from treblle_etl.transform.documents import Operation, merged
from treblle_etl.transform.documents.operation import Content, Parameter, Response
from treblle_etl.transform.schemas import Mark

Part = EndpointSchema.Part
# (part, status, media type)
Key = tuple[str, int, str]
HEAD: Final[Key] = (Part.PATH, 0, "")
QUERY: Final[Key] = (Part.QUERY, 0, "")
HEADERS: Final[Key] = (Part.HEADERS, 0, "")
CONTENT_TYPE_LENGTH: Final = 128


class _Head(msgspec.Struct, array_like=True):
    """What is of the operation as a whole, kept with the parameters of its path."""

    count: int = 0
    accepted: int = 0
    path: list[Parameter] = []
    auth: dict[str, int] = {}
    shapes: dict[int, int] = {}
    first: Mark | None = None
    auth_first: dict[str, Mark] = {}


class _Status(msgspec.Struct, array_like=True):
    count: int = 0
    headers: dict[str, Parameter] = {}
    first: Mark | None = None


@dataclass
class Known:
    """An endpoint as it was up to the newest version of the document, and since."""

    known: Operation
    recent: Operation
    last_seen_at: datetime | None = None

    @property
    def together(self) -> Operation:
        return merged(self.known, self.recent)


def load(endpoints: Iterable[Endpoint]) -> dict[int, Known]:
    """By the endpoint's id; empty where nothing is known of one."""
    wanted = {endpoint.pk: endpoint for endpoint in endpoints}
    if not wanted:
        return {}
    parts: dict[int, dict[Key, dict[str, Any]]] = {pk: {} for pk in wanted}
    project_ids = {endpoint.project_id for endpoint in wanted.values()}
    rows = EndpointSchema.objects.filter(project_id__in=project_ids, endpoint_id__in=wanted)
    seen: dict[int, datetime] = {}
    for row in rows:
        parts[row.endpoint_id][row.part, row.status, row.content_type] = row.state
        seen[row.endpoint_id] = max(row.last_seen_at, seen.get(row.endpoint_id, row.last_seen_at))
    found = {pk: joined(wanted[pk], own) for pk, own in parts.items()}
    for pk, last in seen.items():
        found[pk].last_seen_at = last
    return found


def joined(endpoint: Endpoint, parts: Mapping[Key, Mapping[str, Any]]) -> Known:
    """The two states of one endpoint from the states of its rows."""
    both = [
        _operation(
            endpoint,
            {key: state[name] for key, state in parts.items() if name in state},
        )
        for name in ("known", "recent")
    ]
    return Known(both[0], both[1])


def save(endpoint: Endpoint, known: Known, now: datetime) -> None:
    """Write the endpoint's rows, those that changed. Runs inside the run's transaction."""
    parts = {"known": _parts(known.known), "recent": _parts(known.recent)}
    rows = EndpointSchema.objects.filter(project_id=endpoint.project_id, endpoint_id=endpoint.pk)
    stored: dict[Key, tuple[int, str]] = {
        (part, status, content_type): (pk, digest)
        for part, status, content_type, pk, digest in rows.values_list(
            "part", "status", "content_type", "pk", "schema_digest"
        )
    }
    fresh = []
    for key in sorted(parts["known"].keys() | parts["recent"].keys()):
        state = {name: own[key] for name, own in parts.items() if key in own}
        digest = _digest(state)
        if key not in stored:
            fresh.append(_row(endpoint, key, state, digest, now))
        elif stored[key][1] != digest:
            EndpointSchema.objects.filter(pk=stored[key][0]).update(
                state=state,
                schema_digest=digest,
                samples=_samples(state),
                last_seen_at=known.last_seen_at or now,
            )
    gone = stored.keys() - parts["known"].keys() - parts["recent"].keys()
    EndpointSchema.objects.filter(pk__in=[stored[key][0] for key in gone]).delete()
    EndpointSchema.objects.bulk_create(fresh)


def _digest(state: Mapping[str, Any]) -> str:
    return hashlib.sha256(msgspec.json.encode(state, order="sorted")).hexdigest()


def _row(
    endpoint: Endpoint, key: Key, state: dict[str, Any], digest: str, now: datetime
) -> EndpointSchema:
    part, status, content_type = key
    return EndpointSchema(
        project_id=endpoint.project_id,
        endpoint_id=endpoint.pk,
        part=part,
        status=status,
        content_type=content_type,
        state=state,
        schema_digest=digest,
        samples=_samples(state),
        first_seen_at=now,
        last_seen_at=now,
    )


def _samples(state: Mapping[str, Any]) -> int:
    """The first column of each state is its count, but for tables of parameters."""
    return sum(own[0] for own in state.values() if isinstance(own, list) and own)


def _parts(operation: Operation) -> dict[Key, Any]:
    """JSON values by key; only of what was seen."""
    if not operation.count:
        return {}
    head = _Head(
        operation.count,
        operation.accepted,
        operation.path,
        operation.auth,
        operation.shapes,
        operation.first,
        operation.auth_first,
    )
    parts: dict[Key, Any] = {HEAD: head}
    if operation.query:
        parts[QUERY] = operation.query
    if operation.headers:
        parts[HEADERS] = operation.headers
    for media_type, content in operation.bodies.items():
        parts[Part.REQUEST, 0, media_type] = content
    for status, response in operation.responses.items():
        number = int(status)
        parts[Part.RESPONSE, number, ""] = _Status(response.count, response.headers, response.first)
        for media_type, content in response.contents.items():
            parts[Part.RESPONSE, number, media_type] = content
    return {
        (str(key[0]), key[1], key[2][:CONTENT_TYPE_LENGTH]): msgspec.to_builtins(
            state, str_keys=True
        )
        for key, state in parts.items()
    }


def _operation(endpoint: Endpoint, parts: Mapping[Key, Any]) -> Operation:
    head = _read(parts.get(HEAD), _Head)
    operation = Operation(
        method=endpoint.method,
        template=endpoint.template,
        count=head.count,
        accepted=head.accepted,
        path=head.path,
        auth=head.auth,
        shapes=head.shapes,
        first=head.first,
        auth_first=head.auth_first,
    )
    if QUERY in parts:
        operation.query = _read(parts[QUERY], dict[str, Parameter])
    if HEADERS in parts:
        operation.headers = _read(parts[HEADERS], dict[str, Parameter])
    for (part, status, media_type), state in sorted(parts.items()):
        if part == Part.REQUEST:
            operation.bodies[media_type] = _content(operation, state)
        elif part == Part.RESPONSE and not media_type:
            seen = _read(state, _Status)
            operation.responses[str(status)] = Response(
                count=seen.count, headers=seen.headers, first=seen.first
            )
        elif part == Part.RESPONSE and str(status) in operation.responses:
            contents = operation.responses[str(status)].contents
            contents[media_type] = _content(operation, state)
    return operation


def _content(operation: Operation, state: Any) -> Content:
    content: Content = _read(state, Content)
    operation.cells += content.schema.cells
    return content


def _read(state: Any, kind: Any) -> Any:
    if state is None:
        return kind()
    return msgspec.convert(state, kind, str_keys=True)


def auth_scheme_of(operation: Operation) -> str:
    """As OpenAPI names it: `bearer`, `basic`, `apiKey`, …; empty where most prove nothing."""
    if not operation.auth:
        return ""
    scheme, times = max(operation.auth.items(), key=lambda item: (item[1], item[0]))
    if times * 2 < operation.accepted:
        return ""
    kind, _, name = scheme.partition(":")
    return name if kind == "http" else "apiKey"
