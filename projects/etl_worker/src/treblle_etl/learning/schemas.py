"""What is learned of endpoints, as rows of `endpoint_schemas`: one a part, status and media type.

A row's state holds two: `known` is what the document's newest version is made of, `recent` what
was seen since. So that a comparison of the two tells what changed.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Generic, NamedTuple, TypeVar

import msgspec
from django.db.models import ExpressionWrapper, F, TextField
from treblle_models.bulk import JSONText
from treblle_models.models import Endpoint, EndpointSchema

from treblle_etl.load.upserts import upsert
from treblle_etl.transform.documents import Operation, merged
from treblle_etl.transform.documents.operation import Content, Parameter, Response
from treblle_etl.transform.schemas import Mark

Part = EndpointSchema.Part
T = TypeVar("T")
# (part, status, media type)
Key = tuple[str, int, str]
HEAD: Final[Key] = (Part.PATH, 0, "")
QUERY: Final[Key] = (Part.QUERY, 0, "")
HEADERS: Final[Key] = (Part.HEADERS, 0, "")
CONTENT_TYPE_LENGTH: Final = 128
_KEY: Final = ("project_id", "endpoint_id", "part", "status", "content_type")
_COLUMNS: Final = ("state", "schema_digest", "samples", "first_seen_at", "last_seen_at")
_CHANGES: Final = [(name, f"new:{name}") for name in _COLUMNS if name != "first_seen_at"]
_Table = dict[str, Parameter]


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


class _Both(msgspec.Struct, Generic[T], omit_defaults=True):
    """The state of a row: what is known, and what was seen since."""

    known: T | None = None
    recent: T | None = None


def _kind(key: Key) -> Any:
    """What a row with that key is about."""
    part, _, media_type = key
    if part == Part.PATH:
        return _Head
    if part in (Part.QUERY, Part.HEADERS):
        return _Table
    return _Status if part == Part.RESPONSE and not media_type else Content


_DECODERS: Final = {
    kind: msgspec.json.Decoder(_Both[kind])  # type: ignore[valid-type]
    for kind in (_Head, _Table, _Status, Content)
}


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
    parts: dict[int, dict[Key, _Both[Any]]] = {pk: {} for pk in wanted}
    project_ids = {endpoint.project_id for endpoint in wanted.values()}
    rows = EndpointSchema.objects.filter(project_id__in=project_ids, endpoint_id__in=wanted)
    seen: dict[int, datetime] = {}
    # As text: read into what it stands for in one step.
    text = ExpressionWrapper(F("state"), output_field=TextField())
    for pk, part, status, content_type, last, state in rows.values_list(
        "endpoint_id", "part", "status", "content_type", "last_seen_at", text
    ):
        key = part, status, content_type
        parts[pk][key] = _DECODERS[_kind(key)].decode(state)
        seen[pk] = max(last, seen.get(pk, last))
    found = {pk: _joined(wanted[pk], own) for pk, own in parts.items()}
    for pk, last in seen.items():
        found[pk].last_seen_at = last
    return found


def _joined(endpoint: Endpoint, parts: Mapping[Key, _Both[Any]]) -> Known:
    """The two states of one endpoint from the states of its rows."""
    known = {key: both.known for key, both in parts.items() if both.known is not None}
    recent = {key: both.recent for key, both in parts.items() if both.recent is not None}
    return Known(_operation(endpoint, known), _operation(endpoint, recent))


class Row(NamedTuple):
    """What a row says, ready to be written."""

    state: JSONText
    digest: str
    samples: int
    last_seen_at: datetime | None


# By the endpoint's id; one without rows loses those that it has.
Rows = Mapping[int, Mapping[Key, Row]]


def rows_of(states: Iterable[tuple[int, Known]]) -> Rows:
    """Of endpoints by their ids. Most of the work of saving: not for the inside of a transaction."""
    return {pk: dict(_rows(known)) for pk, known in states}


def _rows(known: Known) -> Iterator[tuple[Key, Row]]:
    older, newer = _parts(known.known), _parts(known.recent)
    for key in sorted(older.keys() | newer.keys()):
        both = _Both(older.get(key), newer.get(key))
        text = msgspec.json.encode(both)
        digest = hashlib.sha256(text).hexdigest()
        samples = sum(getattr(own, "count", 0) for own in (both.known, both.recent))
        yield key, Row(JSONText(text.decode()), digest, samples, known.last_seen_at)


def save(project_id: int, wanted: Rows, now: datetime) -> None:
    """Write rows of a project's endpoints, those that changed. Runs inside the run's transaction."""
    rows = EndpointSchema.objects.filter(project_id=project_id, endpoint_id__in=list(wanted))
    stored = {
        (endpoint_id, *key): (pk, digest)
        for endpoint_id, *key, pk, digest in rows.values_list(
            "endpoint_id", "part", "status", "content_type", "pk", "schema_digest"
        )
    }
    changed = []
    for endpoint_id, own in sorted(wanted.items()):
        for key, row in own.items():
            pk, digest = stored.pop((endpoint_id, *key), (None, ""))
            if digest != row.digest:
                last = row.last_seen_at if pk is not None and row.last_seen_at else now
                values = row.state, row.digest, row.samples, now, last
                changed.append((project_id, endpoint_id, *key, *values))
    EndpointSchema.objects.filter(pk__in=[pk for pk, _ in stored.values()]).delete()
    upsert(EndpointSchema, _KEY, _COLUMNS, _CHANGES, changed)


def _parts(operation: Operation) -> dict[Key, Any]:
    """By key; only of what was seen."""
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
        (str(part), status, media_type[:CONTENT_TYPE_LENGTH]): state
        for (part, status, media_type), state in parts.items()
    }


def _operation(endpoint: Endpoint, parts: Mapping[Key, Any]) -> Operation:
    head = parts.get(HEAD) or _Head()
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
        query=parts.get(QUERY, {}),
        headers=parts.get(HEADERS, {}),
    )
    for (part, status, media_type), state in sorted(parts.items()):
        if part == Part.REQUEST:
            operation.bodies[media_type] = _counted(operation, state)
        elif part == Part.RESPONSE and not media_type:
            operation.responses[str(status)] = Response(
                count=state.count, headers=state.headers, first=state.first
            )
        elif part == Part.RESPONSE and str(status) in operation.responses:
            contents = operation.responses[str(status)].contents
            contents[media_type] = _counted(operation, state)
    return operation


def _counted(operation: Operation, content: Content) -> Content:
    operation.cells += content.schema.cells
    return content


def auth_scheme_of(operation: Operation) -> str:
    """As OpenAPI names it: `bearer`, `basic`, `apiKey`, …; empty where most prove nothing."""
    if not operation.auth:
        return ""
    scheme, times = max(operation.auth.items(), key=lambda item: (item[1], item[0]))
    if times * 2 < operation.accepted:
        return ""
    kind, _, name = scheme.partition(":")
    return name if kind == "http" else "apiKey"
