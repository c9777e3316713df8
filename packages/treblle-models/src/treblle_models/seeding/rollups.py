"""Roll-ups of seeded requests: rows are counted once, coarse grains are sums of fine ones."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from treblle_models import models
from treblle_models.bulk import bulk_insert, row_maker
from treblle_models.models import Request, Rollup
from treblle_models.seeding.world import World
from treblle_models.sums import Sum

# What names a row: the project, the beginning of the bucket, and what the grain adds.
Key = tuple[Any, ...]
Sums = dict[Key, Sum]
Dimension = models.DimensionHour.Dimension
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
PROJECT, ENDPOINT, DIMENSION = (), ("endpoint_id",), ("dimension", "value")


class Rollups:
    """Counts requests hour by hour; what an hour or a day has gathered is written when it ends."""

    def __init__(self, world: World) -> None:
        self._dimensions = _dimensions(world)
        self._endpoint_minutes: Sums = {}
        self._dimension_hours: Sums = {}
        self._endpoint_hours: Sums = {}
        self._dimension_days: Sums = {}

    def add(self, requests: Iterable[Request]) -> None:
        minutes, hours = self._endpoint_minutes, self._dimension_hours
        dimensions = list(self._dimensions.items())
        for request in requests:
            one = Sum.of(request)
            project_id, moment = request.project_id, request.requested_at
            minute = moment.replace(second=0, microsecond=0)
            hour = minute.replace(minute=0)
            _merge(minutes, (project_id, minute, request.endpoint_id), one)
            for dimension, value_of in dimensions:
                _merge(hours, (project_id, hour, dimension, value_of(request)), one)

    def end_hour(self) -> None:
        endpoint_hours = _coarser(self._endpoint_minutes, HOUR)
        project_minutes = _without_tail(self._endpoint_minutes)
        _write(models.EndpointMinute, ENDPOINT, self._endpoint_minutes)
        _write(models.EndpointHour, ENDPOINT, endpoint_hours)
        _write(models.ProjectMinute, PROJECT, project_minutes)
        _write(models.ProjectHour, PROJECT, _coarser(project_minutes, HOUR))
        _write(models.DimensionHour, DIMENSION, self._dimension_hours)
        _add(self._endpoint_hours, endpoint_hours)
        _add(self._dimension_days, _coarser(self._dimension_hours, DAY))
        self._endpoint_minutes, self._dimension_hours = {}, {}

    def end_day(self) -> None:
        endpoint_days = _coarser(self._endpoint_hours, DAY)
        _write(models.EndpointDay, ENDPOINT, endpoint_days)
        _write(models.ProjectDay, PROJECT, _without_tail(endpoint_days))
        _write(models.DimensionDay, DIMENSION, self._dimension_days)
        self._endpoint_hours, self._dimension_days = {}, {}


def _dimensions(world: World) -> dict[str, Callable[[Request], str]]:
    """A request's value for each dimension; customers and environments are known by uuid."""
    customers = {c.pk: str(c.uuid) for seeded in world.projects for c in seeded.customers}
    environments = {e.pk: str(e.uuid) for seeded in world.projects for e in seeded.environments}
    return {
        Dimension.COUNTRY: lambda request: request.country,
        Dimension.DEVICE: lambda request: request.device,
        Dimension.OS: lambda request: request.os,
        Dimension.APP: lambda request: request.app,
        Dimension.AGENT_KIND: lambda request: request.agent_kind,
        Dimension.STATUS: lambda request: str(request.status),
        Dimension.CUSTOMER: lambda request: customers[request.customer_id or 0],
        Dimension.ENVIRONMENT: lambda request: environments[request.environment_id or 0],
    }


def _merge(sums: Sums, key: Key, gained: Sum) -> None:
    known = sums.get(key)
    if known is None:
        known = sums[key] = Sum()
    known.merge(gained)


def _add(sums: Sums, gained: Sums) -> None:
    for key, one in gained.items():
        _merge(sums, key, one)


def _coarser(sums: Sums, size: timedelta) -> Sums:
    """The same in buckets of an hour or a day."""
    coarse: Sums = {}
    for (project_id, bucket, *tail), one in sums.items():
        _merge(coarse, (project_id, _beginning(bucket, size), *tail), one)
    return coarse


def _beginning(moment: datetime, size: timedelta) -> datetime:
    return moment.replace(minute=0) if size == HOUR else moment.replace(minute=0, hour=0)


def _without_tail(sums: Sums) -> Sums:
    """The same by project and bucket only."""
    projects: Sums = {}
    for (project_id, bucket, *_), one in sums.items():
        _merge(projects, (project_id, bucket), one)
    return projects


def _write(model: type[Rollup], tail: tuple[str, ...], sums: Sums) -> None:
    names = ("project_id", "bucket", *tail)
    make = row_maker(model)
    bulk_insert(
        [
            make({**dict(zip(names, key, strict=True)), **sums[key].columns()})
            for key in sorted(sums)
        ]
    )
