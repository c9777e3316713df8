"""Recent requests of a project, and for some of them their details as they are kept: masked."""

import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final

import msgspec
from django.conf import settings
from treblle_models.models import Request
from treblle_service import details
from treblle_service.store import NotFound, ObjectStore

from treblle_etl.transform.documents import Exchange

logger = logging.getLogger(__name__)

# Requests looked at in one run: the newest. What is more is left out, as a sample is enough.
MAX_ROWS: Final = 20_000
# Bodies read in one run, and of one endpoint: many of a new one, few of one that is well known.
MAX_BODIES: Final = 128
BODIES_OF_NEW: Final = 32
BODIES_OF_KNOWN: Final = 4
WELL_KNOWN: Final = 500  # requests learned from
# Of each status of an endpoint at least so many.
BODIES_OF_STATUS: Final = 2

_COLUMNS: Final = (
    "uuid",
    "endpoint_id",
    "method",
    "host",
    "path",
    "status",
    "requested_at",
    "loaded_at",
    "details_key",
    "details_offset",
    "details_length",
)


class Row(msgspec.Struct, frozen=True):
    """What of a request is needed here."""

    uuid: str
    endpoint_id: int | None
    method: str
    host: str
    path: str
    status: int
    requested_at: datetime
    place: details.Place


def recent(project_id: int, since: datetime | None, until: datetime) -> list[Row]:
    """The newest requests loaded after `since` and up to `until`, oldest first."""
    rows = Request.objects.filter(project_id=project_id, loaded_at__lte=until)
    if since is not None:
        rows = rows.filter(loaded_at__gt=since)
    newest = rows.order_by("-loaded_at", "-uuid").values(*_COLUMNS)[:MAX_ROWS]
    return [_row(values) for values in newest][::-1]


def _row(values: Mapping[str, Any]) -> Row:
    return Row(
        uuid=str(values["uuid"]),
        endpoint_id=values["endpoint_id"],
        method=values["method"],
        host=values["host"],
        path=values["path"],
        status=values["status"],
        requested_at=values["requested_at"],
        place=details.Place(
            values["details_key"], values["details_offset"], values["details_length"]
        ),
    )


def sampled(rows: Iterable[tuple[int, Row]], known: Mapping[int, int]) -> list[tuple[int, Row]]:
    """Some requests of each endpoint, evenly over time; `known` is how many of it were learned
    from already. Pairs of an endpoint's id and a row."""
    by_endpoint: dict[int, list[Row]] = defaultdict(list)
    for endpoint_id, row in rows:
        if row.place.length:
            by_endpoint[endpoint_id].append(row)
    chosen: list[tuple[int, Row]] = []
    share = max(1, len(by_endpoint) * BODIES_OF_NEW // MAX_BODIES)
    for endpoint_id, own in sorted(by_endpoint.items()):
        most = BODIES_OF_KNOWN if known.get(endpoint_id, 0) >= WELL_KNOWN else BODIES_OF_NEW
        most = max(BODIES_OF_STATUS, most // share)
        chosen += [(endpoint_id, row) for row in _evenly(own, most)]
    return chosen[:MAX_BODIES]


def _evenly(rows: list[Row], most: int) -> list[Row]:
    if len(rows) <= most:
        return rows
    by_status: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        by_status[row.status].append(row)
    first = {row.uuid for own in by_status.values() for row in own[:BODIES_OF_STATUS]}
    step = len(rows) / most
    even = {rows[int(number * step)].uuid for number in range(most)}
    return [row for row in rows if row.uuid in first | even]


def read(store: ObjectStore, rows: Iterable[tuple[int, Row]]) -> Iterator[tuple[int, Exchange]]:
    """The exchanges of rows; those whose details are gone or unreadable are left out.

    Raises `StoreUnavailable`.
    """
    for endpoint_id, row in rows:
        try:
            kept = details.read(store, row.place, settings.DETAILS_KEYS)
        except NotFound:
            continue
        except details.UnreadableDetails as error:
            logger.warning("details of %s are left out: %s", row.uuid, error)
            continue
        yield endpoint_id, _exchange(row, kept)


def _exchange(row: Row, kept: Mapping[str, Any]) -> Exchange:
    request, response = kept.get("request") or {}, kept.get("response") or {}
    return Exchange(
        path=row.path,
        status=row.status,
        query=request.get("query") or {},
        request_headers=request.get("headers") or {},
        request_body=request.get("body"),
        response_headers=response.get("headers") or {},
        response_body=response.get("body"),
        mark=(row.requested_at.timestamp(), row.uuid),
    )
