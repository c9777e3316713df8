"""Counts kept ready for dashboards: each batch is summed in memory, then merged into the rows."""

from collections.abc import Iterable

from django.db import connection
from treblle_models.bulk import bulk_insert, row_maker
from treblle_models.histogram import Histogram
from treblle_models.models import Rollup

from treblle_etl.load.batch import Batch
from treblle_etl.load.grains import GRAINS, Grain, Key, Sums, summed
from treblle_etl.load.upserts import Upsert

COUNTS = (
    *("requests", "client_errors", "server_errors"),
    *("request_bytes", "response_bytes", "load_time_sum_ms"),
)


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
    for key, histogram in stored.items():
        sums[key].histogram.merge(histogram)
    upsert = Upsert(grain.model, key=grain.names, added=COUNTS, replaced=("load_times",))
    upsert.run(rows_of(grain, sums, stored.keys()))
    bulk_insert(rows_of(grain, sums, sums.keys() - stored.keys()))


def rows_of(grain: Grain, sums: Sums, keys: Iterable[Key]) -> list[Rollup]:
    """Unsaved rows in the order of their keys."""
    make = row_maker(grain.model)
    return [
        make({**dict(zip(grain.names, key, strict=True)), **sums[key].columns()})
        for key in sorted(keys)
    ]


def _locked(grain: Grain, sums: Sums) -> dict[Key, Histogram]:
    """The load times of rows there are, locked in the order of their key so that two workers never cross."""
    if not sums:
        return {}
    ranges = {f"{name}__in": sorted({key[i] for key in sums}) for i, name in enumerate(grain.names)}
    rows = grain.model._default_manager.filter(**ranges).order_by(*grain.names)
    if connection.features.has_select_for_update:
        rows = rows.select_for_update()
    found = {tuple(key): times for *key, times in rows.values_list(*grain.names, "load_times")}
    return {key: Histogram.from_bytes(bytes(found[key])) for key in found.keys() & sums.keys()}
