"""The API customer and the environment of each request, made at first sight."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TypeVar

from django.db.models import Model, QuerySet
from treblle_models.models import Customer, EndpointCustomer, Environment

from treblle_etl.load.batch import Batch
from treblle_etl.load.upserts import Upsert

# How far `last_seen_at` may lag behind, so that a busy customer's row is not written each batch.
SEEN_EVERY = timedelta(seconds=30)
QUERY_CHUNK = 500
# (project id, the customer's id at the project or the environment's name)
Key = tuple[int, str]
M = TypeVar("M", bound=Model)

_SEEN = Upsert(
    Customer,
    key=("project_id", "external_id"),
    greatest=("last_seen_at",),
    least=("first_seen_at",),
)
_PAIRS = Upsert(
    EndpointCustomer,
    key=("project_id", "endpoint_id", "customer_id"),
    added=("requests",),
    greatest=("last_seen_at",),
    least=("first_seen_at",),
)


def fill_customers(batch: Batch) -> None:
    """Set `customer_id` of the batch's requests, and `batch.customer_uuids`."""
    wanted: dict[Key, tuple[datetime, datetime]] = {}
    for (project, understood), request in zip(batch.events, batch.requests, strict=True):
        if understood.caller.customer_id:
            key = project.pk, understood.caller.customer_id
            at = request.requested_at
            first, last = wanted.get(key, (at, at))
            wanted[key] = min(first, at), max(last, at)
    if not wanted:
        return
    found = _customers(wanted)
    missing = sorted(wanted.keys() - found.keys())
    if missing:
        Customer.objects.bulk_create(
            Customer(
                project_id=project_id,
                external_id=external_id,
                first_seen_at=wanted[project_id, external_id][0],
                last_seen_at=wanted[project_id, external_id][1],
            )
            for project_id, external_id in missing
        )
        found |= _customers(missing)
    _mark_seen(found, wanted)
    for (project, understood), request in zip(batch.events, batch.requests, strict=True):
        if understood.caller.customer_id:
            customer = found[project.pk, understood.caller.customer_id]
            request.customer_id = customer.pk
            batch.customer_uuids[customer.pk] = str(customer.uuid)


def fill_environments(batch: Batch) -> None:
    """Set `environment_id` of the batch's requests, and `batch.environment_uuids`."""
    names = [understood.masked.environment.strip() for _, understood in batch.events]
    keys = [(project.pk, name) for (project, _), name in zip(batch.events, names, strict=True)]
    wanted = {key for key in keys if key[1]}
    if not wanted:
        return
    found = _environments(wanted)
    missing = sorted(wanted - found.keys())
    if missing:
        Environment.objects.bulk_create(
            Environment(project_id=project_id, name=name) for project_id, name in missing
        )
        found |= _environments(missing)
    for key, request in zip(keys, batch.requests, strict=True):
        if key in found:
            environment = found[key]
            request.environment_id = environment.pk
            batch.environment_uuids[environment.pk] = str(environment.uuid)


def count_endpoints(batch: Batch) -> None:
    """That a customer calls an endpoint, and how often."""
    pairs: dict[tuple[int, int, int], EndpointCustomer] = {}
    for request in batch.counted:
        if request.customer_id is None or request.endpoint_id is None:
            continue
        key = request.project_id, request.endpoint_id, request.customer_id
        pair = pairs.get(key)
        if pair is None:
            at = request.requested_at
            pair = pairs[key] = EndpointCustomer(
                project_id=key[0],
                endpoint_id=key[1],
                customer_id=key[2],
                first_seen_at=at,
                last_seen_at=at,
            )
        pair.requests += 1
        pair.first_seen_at = min(pair.first_seen_at, request.requested_at)
        pair.last_seen_at = max(pair.last_seen_at, request.requested_at)
    _PAIRS.run(pairs.values())


def _mark_seen(found: dict[Key, Customer], wanted: dict[Key, tuple[datetime, datetime]]) -> None:
    changed = []
    for key in sorted(wanted):
        customer, (first, last) = found[key], wanted[key]
        if last >= customer.last_seen_at + SEEN_EVERY or first < customer.first_seen_at:
            customer.first_seen_at = min(customer.first_seen_at, first)
            customer.last_seen_at = max(customer.last_seen_at, last)
            changed.append(customer)
    if changed:
        _SEEN.run(changed)


def _customers(keys: Iterable[Key]) -> dict[Key, Customer]:
    rows = (row for query in _among(Customer.objects.all(), "external_id", keys) for row in query)
    return {(row.project_id, row.external_id): row for row in rows}


def _environments(keys: Iterable[Key]) -> dict[Key, Environment]:
    rows = (row for query in _among(Environment.objects.all(), "name", keys) for row in query)
    return {(row.project_id, row.name): row for row in rows}


def _among(rows: "QuerySet[M]", column: str, keys: Iterable[Key]) -> "Iterable[QuerySet[M]]":
    """The rows of these keys, a few hundred and one project at a time."""
    by_project: dict[int, list[str]] = {}
    for project_id, name in sorted(keys):
        by_project.setdefault(project_id, []).append(name)
    for project_id, names in by_project.items():
        for start in range(0, len(names), QUERY_CHUNK):
            chunk = {f"{column}__in": names[start : start + QUERY_CHUNK]}
            yield rows.filter(project_id=project_id, **chunk)
