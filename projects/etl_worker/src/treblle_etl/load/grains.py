"""Which roll-ups there are, and what a request adds to each."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from treblle_models import models
from treblle_models.models import DimensionRollup, Request, Rollup
from treblle_models.sums import Sum

# The key of a row: the values of `Grain.names`.
Key = tuple[Any, ...]
Sums = dict[Key, Sum]
Dimension = DimensionRollup.Dimension
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
VALUE_LENGTH = 64


@dataclass(frozen=True)
class Grain:
    """One roll-up: its table, the size of its buckets, and what names a row besides project and
    bucket.
    """

    model: type[Rollup]
    bucket: timedelta
    by: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """In the order of the unique constraint, which is that of the index."""
        if self.by == BY_DIMENSION:
            return ("project_id", "dimension", "bucket", "value")
        return ("project_id", "bucket", *self.by)


BY_ENDPOINT = ("endpoint_id",)
BY_DIMENSION = ("dimension", "value")

# Adding a roll-up is one line here, one model and its migration: loading, rebuilding and retention
# go by this list.
GRAINS = (
    Grain(models.ProjectMinute, MINUTE),
    Grain(models.ProjectHour, HOUR),
    Grain(models.ProjectDay, DAY),
    Grain(models.EndpointMinute, MINUTE, BY_ENDPOINT),
    Grain(models.EndpointHour, HOUR, BY_ENDPOINT),
    Grain(models.EndpointDay, DAY, BY_ENDPOINT),
    Grain(models.DimensionHour, HOUR, BY_DIMENSION),
    Grain(models.DimensionDay, DAY, BY_DIMENSION),
)


def models_of(bucket: timedelta) -> tuple[type[Rollup], ...]:
    """The tables with buckets of that size."""
    return tuple(grain.model for grain in GRAINS if grain.bucket == bucket)


# Adding a dimension is one line here and its name in the model. Each gives a request's value;
# customers and environments go by uuid, and are empty where a request has none.
ATTRIBUTES: dict[str, Callable[[Request], str]] = {
    Dimension.COUNTRY: lambda request: request.country,
    Dimension.DEVICE: lambda request: request.device,
    Dimension.OS: lambda request: request.os,
    Dimension.APP: lambda request: request.app,
    Dimension.AGENT_KIND: lambda request: request.agent_kind,
    Dimension.STATUS: lambda request: str(request.status),
}


def beginning(moment: datetime, size: timedelta) -> datetime:
    """Of the bucket that a moment lies in."""
    if size == MINUTE:
        return moment.replace(second=0, microsecond=0)
    hour = 0 if size == DAY else moment.hour
    return moment.replace(hour=hour, minute=0, second=0, microsecond=0)


def summed(
    requests: Iterable[Request],
    customer_uuids: Mapping[int, str],
    environment_uuids: Mapping[int, str],
) -> dict[Grain, Sums]:
    """What requests add to every roll-up. Fine buckets are counted, coarse ones are their sums."""
    endpoints: Sums = {}
    dimensions: Sums = {}
    attributes = [
        *ATTRIBUTES.items(),
        (Dimension.CUSTOMER, lambda request: customer_uuids.get(request.customer_id, "")),
        (Dimension.ENVIRONMENT, lambda request: environment_uuids.get(request.environment_id, "")),
    ]
    for request in requests:
        one = Sum.of(request)
        minute = beginning(request.requested_at, MINUTE)
        merge_into(endpoints, (request.project_id, minute, request.endpoint_id), one)
        hour = beginning(minute, HOUR)
        for dimension, value_of in attributes:
            value = value_of(request)[:VALUE_LENGTH].strip()
            merge_into(dimensions, (request.project_id, dimension, hour, value), one)
    return {grain: _of_grain(grain, endpoints, dimensions) for grain in GRAINS}


def _of_grain(grain: Grain, endpoints: Sums, dimensions: Sums) -> Sums:
    size = grain.bucket
    sums: Sums = {}
    if grain.by == BY_DIMENSION:
        for (project_id, dimension, hour, value), one in dimensions.items():
            merge_into(sums, (project_id, dimension, beginning(hour, size), value), one)
        return sums
    for (project_id, minute, endpoint_id), one in endpoints.items():
        if grain.by != BY_ENDPOINT:
            merge_into(sums, (project_id, beginning(minute, size)), one)
        elif endpoint_id is not None:
            merge_into(sums, (project_id, beginning(minute, size), endpoint_id), one)
    return sums


def merge_into(sums: Sums, key: Key, gained: Sum) -> None:
    """Add to the sum of that key."""
    known = sums.get(key)
    if known is None:
        known = sums[key] = Sum()
    known.merge(gained)
