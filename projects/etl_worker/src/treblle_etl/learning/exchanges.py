"""Recent requests of a project, and for some of them their details as they are kept: masked."""

import logging
import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from operator import itemgetter
from typing import Any, Final, NamedTuple
from uuid import UUID

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


class Row(NamedTuple):
    """What of every request is needed here; a few are read further."""

    uuid: UUID
    endpoint_id: int | None
    method: str
    path: str
    status: int
    details_length: int


def recent(project_id: int, since: datetime | None, until: datetime) -> list[Row]:
    """The newest requests loaded after `since` and up to `until`, oldest first."""
    rows = Request.objects.filter(project_id=project_id, loaded_at__lte=until)
    if since is not None:
        rows = rows.filter(loaded_at__gt=since)
    newest = rows.order_by("-loaded_at", "-uuid").values_list(*Row._fields)[:MAX_ROWS]
    return [Row(*values) for values in newest][::-1]


def sampled(rows: Iterable[tuple[int, Row]], known: Mapping[int, int]) -> list[tuple[int, Row]]:
    """Some requests of each endpoint, evenly over time; `known` is how many of it were learned
    from already. Pairs of an endpoint's id and a row."""
    by_endpoint: dict[int, list[Row]] = defaultdict(list)
    for endpoint_id, row in rows:
        if row.details_length:
            by_endpoint[endpoint_id].append(row)
    if not by_endpoint:
        return []
    share = max(1, len(by_endpoint) * BODIES_OF_NEW // MAX_BODIES)
    chosen: dict[int, list[Row]] = {}
    for endpoint_id in _in_turn(by_endpoint, known):
        most = BODIES_OF_KNOWN if known.get(endpoint_id, 0) >= WELL_KNOWN else BODIES_OF_NEW
        most = max(BODIES_OF_STATUS, most // share)
        chosen[endpoint_id] = _evenly(by_endpoint[endpoint_id], most)
    pairs = [(endpoint_id, row) for endpoint_id, own in chosen.items() for row in own]
    return sorted(pairs[:MAX_BODIES], key=itemgetter(0))


def _in_turn(by_endpoint: Mapping[int, list[Row]], known: Mapping[int, int]) -> list[int]:
    """Who is not well known first, and the others in another order each time: where all together
    have more bodies than one run reads, each has its turn in some run.
    """
    dice = random.Random(max(row.uuid.int for own in by_endpoint.values() for row in own))  # noqa: S311
    drawn = {endpoint_id: dice.random() for endpoint_id in sorted(by_endpoint)}
    return sorted(drawn, key=lambda each: (known.get(each, 0) >= WELL_KNOWN, drawn[each]))


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


def read(
    store: ObjectStore, project_id: int, rows: list[tuple[int, Row]]
) -> Iterator[tuple[int, Exchange]]:
    """The exchanges of a project's rows; those whose details are gone or unreadable are left out.

    Raises `StoreUnavailable`.
    """
    stored = Request.objects.filter(project_id=project_id, uuid__in=[row.uuid for _, row in rows])
    columns = ("requested_at", "details_key", "details_offset", "details_length")
    found = {
        uuid: (at, details.Place(*place))
        for uuid, at, *place in stored.values_list("uuid", *columns)
    }
    for endpoint_id, row in rows:
        if row.uuid not in found:
            continue
        requested_at, place = found[row.uuid]
        try:
            kept = details.read(store, place, settings.DETAILS_KEYS)
        except NotFound:
            continue
        except details.UnreadableDetails as error:
            logger.warning("details of %s are left out: %s", row.uuid, error)
            continue
        yield endpoint_id, _exchange(row, requested_at, kept)


def _exchange(row: Row, requested_at: datetime, kept: Mapping[str, Any]) -> Exchange:
    request, response = kept.get("request") or {}, kept.get("response") or {}
    return Exchange(
        path=row.path,
        status=row.status,
        query=request.get("query") or {},
        request_headers=request.get("headers") or {},
        request_body=request.get("body"),
        response_headers=response.get("headers") or {},
        response_body=response.get("body"),
        mark=(requested_at.timestamp(), str(row.uuid)),
    )
