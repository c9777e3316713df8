"""Counts kept ready for dashboards: each batch is summed in memory, then merged into the rows."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from django.db import connection
from treblle_models.bulk import bulk_insert, row_maker
from treblle_models.models import Rollup

from treblle_etl.load.batch import Batch
from treblle_etl.load.grains import GRAINS, Grain, Key, Sums, summed
from treblle_etl.load.upserts import Upsert

COUNTS = (
    *("requests", "client_errors", "server_errors"),
    *("request_bytes", "response_bytes", "load_time_sum_ms"),
)
NOTHING: Final[Mapping[Key, bytes]] = MappingProxyType({})


def add(batch: Batch) -> None:
    """Count requests that went in, in the order of keys."""
    sums = summed(batch.counted, batch.customer_uuids, batch.environment_uuids)
    for grain in GRAINS:
        merge(grain, sums[grain])


def merge(grain: Grain, sums: Sums) -> None:
    """Add to the rows that stand. Two workers may meet at a new row: then the second one's
    insert fails, and its batch runs again.
    """
    stored = _locked(grain, sums)
    upsert = Upsert(grain.model, key=grain.names, added=COUNTS, replaced=("load_times",))
    upsert.run(rows_of(grain, sums, stored.keys(), stored))
    bulk_insert(rows_of(grain, sums, sums.keys() - stored.keys()))


def rows_of(
    grain: Grain, sums: Sums, keys: Iterable[Key], stored: Mapping[Key, bytes] = NOTHING
) -> list[Rollup]:
    """Unsaved rows in the order of their keys, with the load times `stored` of each."""
    make = row_maker(grain.model)
    return [
        make(
            {
                **dict(zip(grain.names, key, strict=True)),
                **sums[key].columns(stored.get(key, b"")),
            }
        )
        for key in sorted(keys)
    ]


def _locked(grain: Grain, sums: Sums) -> dict[Key, bytes]:
    """The load times of rows there are, locked in the order of their key so that two workers never
    cross.

    Past the ORM, which takes longer to say this than the database to answer it.
    """
    if not sums:
        return {}
    quote, values = connection.ops.quote_name, list(zip(*sums, strict=True))
    ranges: list[str] = []
    parameters: list[Any] = []
    for name, own in zip(grain.names, values, strict=True):
        wanted = sorted(set(own))
        ranges.append(f"{quote(name)} IN ({', '.join(['%s'] * len(wanted))})")
        parameters += map(_parameter, wanted)
    names = ", ".join(map(quote, grain.names))
    lock = connection.ops.for_update_sql() if connection.features.has_select_for_update else ""
    statement = (
        f"SELECT {names}, {quote('load_times')} FROM {quote(grain.model._meta.db_table)}"  # noqa: S608 (names of our own)
        f" WHERE {' AND '.join(ranges)} ORDER BY {names} {lock}"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        found = {tuple(map(_value, key)): bytes(times) for *key, times in cursor.fetchall()}
    return {key: found[key] for key in found.keys() & sums.keys()}


def _parameter(value: Any) -> Any:
    is_time = isinstance(value, datetime)
    return connection.ops.adapt_datetimefield_value(value) if is_time else value


def _value(value: Any) -> Any:
    is_time = isinstance(value, datetime)
    return value.replace(tzinfo=connection.timezone) if is_time else value
