"""Some weeks of the demo's bookshop before it was started, so that long charts have a shape.

Most of it are roll-ups, made as sums of a few weighted draws: months of a busy API cost a second.
Requests themselves are there for the last days, some an hour, with headers and bodies.
"""

import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final

from treblle_models.corrections import digest_of
from treblle_models.histogram import Histogram
from treblle_models.models import (
    Customer,
    DimensionDay,
    DimensionHour,
    Endpoint,
    EndpointDay,
    EndpointHour,
    Project,
    ProjectDay,
    ProjectHour,
    ProjectMinute,
    Rollup,
)
from treblle_models.seeding.plan import BY_HOUR, BY_WEEKDAY
from treblle_models.sums import Sum

from treblle_platform.demo import shop

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
DAYS: Final = 90
DAYS_OF_HOURS: Final = 30
# As many a second as the demo's visitors send, at the hour of the day it is started at.
RATE_PER_S: Final = 3.5
HOURS_OF_MINUTES: Final = 3
DAYS_OF_ENDPOINT_HOURS: Final = 8
DAYS_OF_DIMENSION_HOURS: Final = 8
LOAD_TIME_SIGMA: Final = 0.35
DRAWS: Final = 9
# Hours before the start in which more or less came than usual: see `findings`.
UNUSUAL: Final = {30: 2.6, 31: 2.2, 75: 0.25, 76: 0.2, 142: 2.1, 143: 1.8}

GROWTH_A_DAY: Final = 1.006

# Name of the dimension, its value.
Value = tuple[str, str]


@dataclass(frozen=True)
class Stretch:
    """An hour, or a day of long ago."""

    begins: datetime
    length: timedelta

    def hours(self) -> list[datetime]:
        return [self.begins + n * HOUR for n in range(max(1, self.length // HOUR))]


@dataclass
class Bookshop:
    """Its rows in the database, by what the shop calls them."""

    project: Project
    endpoints: dict[shop.Operation, Endpoint]
    customers: dict[str, Customer]


@dataclass
class Counted:
    """Sums by bucket, and by what the bucket is broken down by."""

    minutes: dict[datetime, Sum] = field(default_factory=lambda: defaultdict(Sum))
    hours: dict[datetime, Sum] = field(default_factory=lambda: defaultdict(Sum))
    days: dict[datetime, Sum] = field(default_factory=lambda: defaultdict(Sum))
    endpoint_hours: dict[tuple[datetime, Endpoint], Sum] = field(default_factory=dict)
    endpoint_days: dict[tuple[datetime, Endpoint], Sum] = field(
        default_factory=lambda: defaultdict(Sum)
    )
    dimension_hours: dict[tuple[datetime, Value], Sum] = field(default_factory=dict)
    dimension_days: dict[tuple[datetime, Value], Sum] = field(
        default_factory=lambda: defaultdict(Sum)
    )


def open_shop(project: Project, since: datetime, until: datetime) -> Bookshop:
    """Its endpoints and customers, those that live traffic has made already included."""
    endpoints = {
        operation: Endpoint.objects.get_or_create(
            project=project,
            method=operation.method,
            template_digest=digest_of(operation.template),
            defaults={
                "template": operation.template,
                "source": Endpoint.Source.FRAMEWORK,
                "last_seen_at": until,
                "first_seen_at": since,
            },
        )[0]
        for operation in shop.OPERATIONS
    }
    customers = {
        name: Customer.objects.get_or_create(
            project=project,
            external_id=name,
            defaults={"first_seen_at": since, "last_seen_at": until},
        )[0]
        for name, _ in shop.CUSTOMERS
        if name
    }
    for model in (Endpoint, Customer):
        model.objects.filter(project=project).update(first_seen_at=since)
    described = {} if project.description else shop.DESCRIPTION
    Project.objects.filter(pk=project.pk).update(first_request_at=since, **described)
    return Bookshop(project, endpoints, customers)


def count(bookshop: Bookshop, dice: Random, until: datetime) -> Counted:
    """What came in the `DAYS` before `until`, which is the beginning of a minute."""
    counted = Counted()
    per_busyness = RATE_PER_S / _busyness(until)
    for stretch in _stretches(until):
        ago = (until - stretch.begins) // HOUR
        factor = UNUSUAL.get(ago, 1.0) * dice.uniform(0.9, 1.1) * GROWTH_A_DAY ** (-ago / 24)
        busyness = sum(map(_busyness, stretch.hours())) / len(stretch.hours())
        number = stretch.length.total_seconds() * per_busyness * busyness * factor
        _count(counted, bookshop, dice, stretch.begins, number, ago)
        if ago < HOURS_OF_MINUTES:
            _count_minutes(counted, dice, stretch)
    return counted


def rollups(counted: Counted, project: Project) -> Iterator[list[Rollup]]:
    """Rows of one table after another."""
    plain: tuple[tuple[type[Rollup], dict[datetime, Sum]], ...] = (
        (ProjectMinute, counted.minutes),
        (ProjectHour, counted.hours),
        (ProjectDay, counted.days),
    )
    for model, sums in plain:
        yield [_row(model, project, bucket, one) for bucket, one in sums.items()]
    by_endpoint = ((EndpointHour, counted.endpoint_hours), (EndpointDay, counted.endpoint_days))
    for model, parts in by_endpoint:
        yield [
            _row(model, project, bucket, one, endpoint=endpoint)
            for (bucket, endpoint), one in parts.items()
        ]
    by_value = ((DimensionHour, counted.dimension_hours), (DimensionDay, counted.dimension_days))
    for model, values in by_value:
        yield [
            _row(model, project, bucket, one, dimension=dimension, value=value)
            for (bucket, (dimension, value)), one in values.items()
        ]


def _row(model: type[Rollup], project: Project, bucket: datetime, one: Sum, **parts: Any) -> Rollup:
    return model(project=project, bucket=bucket, **parts, **one.columns())


def _stretches(until: datetime) -> Iterator[Stretch]:
    """Oldest first: days, then hours, the last of which `until` cuts short."""
    hours_begin = until.replace(hour=0, minute=0) - DAYS_OF_HOURS * DAY
    for number in range(DAYS - DAYS_OF_HOURS, 0, -1):
        yield Stretch(hours_begin - number * DAY, DAY)
    hour = hours_begin
    while hour < until:
        yield Stretch(hour, min(HOUR, until - hour))
        hour += HOUR


def _busyness(moment: datetime) -> float:
    """Of an API that people use by day; its nights are not as quiet as those of one country."""
    return (18 + BY_HOUR[moment.hour]) * (60 + BY_WEEKDAY[moment.weekday()])


def _count(
    counted: Counted, bookshop: Bookshop, dice: Random, hour: datetime, number: float, ago: int
) -> None:
    day = hour.replace(hour=0)
    whole = Sum()
    statuses: dict[str, Sum] = defaultdict(Sum)
    all_weights = sum(operation.weight for operation in shop.OPERATIONS)
    for operation, endpoint in bookshop.endpoints.items():
        share = operation.weight / all_weights * dice.uniform(0.85, 1.15)
        of_operation = Sum()
        for status, requests in _by_status(operation, dice, number * share):
            one = _sum_of(operation, dice, status, requests)
            statuses[str(status)].merge(one)
            of_operation.merge(one)
        whole.merge(of_operation)
        counted.endpoint_days[day, endpoint].merge(of_operation)
        if ago < DAYS_OF_ENDPOINT_HOURS * 24:
            counted.endpoint_hours[hour, endpoint] = of_operation
    if ago < (DAYS_OF_HOURS + 1) * 24:
        counted.hours[hour].merge(whole)
    counted.days[day].merge(whole)
    values = {("status", status): one for status, one in statuses.items()}
    for value, share in _shares(bookshop):
        values[value] = _part(whole, share * dice.uniform(0.8, 1.2))
    for value, one in values.items():
        counted.dimension_days[day, value].merge(one)
        if ago < DAYS_OF_DIMENSION_HOURS * 24:
            counted.dimension_hours[hour, value] = one


def _count_minutes(counted: Counted, dice: Random, stretch: Stretch) -> None:
    minutes = stretch.length // MINUTE
    for number in range(minutes):
        part = _part(counted.hours[stretch.begins], dice.uniform(0.8, 1.2) / minutes)
        # Buckets are two per cent apart: a little faster or slower than the hour was.
        shift = round(dice.gauss(0, 3))
        buckets = part.histogram.buckets
        part.histogram.buckets = {bucket + shift: n for bucket, n in buckets.items()}
        counted.minutes[stretch.begins + number * MINUTE] = part


def _by_status(operation: shop.Operation, dice: Random, number: float) -> Iterator[tuple[int, int]]:
    all_weights = sum(weight for _, weight in operation.statuses)
    for status, weight in operation.statuses:
        # What seldom fails, fails not every hour.
        requests = int(number * weight / all_weights * dice.uniform(0.7, 1.3) + dice.random())
        if requests:
            yield status, requests


def _sum_of(operation: shop.Operation, dice: Random, status: int, requests: int) -> Sum:
    """Of so many requests, of which some are drawn and stand for the others."""
    histogram = Histogram()
    total_ms = 0.0
    draws = min(DRAWS, requests)
    for number in range(draws):
        stands_for = requests // draws + (number < requests % draws)
        load_time_ms = operation.load_time_ms * math.exp(dice.gauss(0, LOAD_TIME_SIGMA))
        histogram.add(load_time_ms, stands_for)
        total_ms += load_time_ms * stands_for
    return Sum(
        requests=requests,
        client_errors=requests if 400 <= status < 500 else 0,
        server_errors=requests if status >= 500 else 0,
        request_bytes=0 if operation.method in ("GET", "DELETE") else 70 * requests,
        response_bytes=requests * (operation.size_bytes if status < 400 else 36),
        load_time_sum_ms=total_ms,
        histogram=histogram,
    )


def _part(whole: Sum, share: float) -> Sum:
    """So much of it, alike in all else."""
    histogram = Histogram()
    buckets = {bucket: round(n * share) for bucket, n in whole.histogram.buckets.items()}
    histogram.buckets = {bucket: n for bucket, n in buckets.items() if n}
    return Sum(
        requests=round(whole.requests * share),
        client_errors=round(whole.client_errors * share),
        server_errors=round(whole.server_errors * share),
        request_bytes=round(whole.request_bytes * share),
        response_bytes=round(whole.response_bytes * share),
        load_time_sum_ms=whole.load_time_sum_ms * share,
        histogram=histogram,
    )


def _shares(bookshop: Bookshop) -> list[tuple[Value, float]]:
    """Of each value of each dimension, but for the status."""
    weights: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for client, weight in shop.CLIENTS:
        for name in ("os", "device", "app", "agent_kind"):
            weights[name][getattr(client, name)] += weight
    for place, weight in shop.PLACES:
        weights["country"][place.country] += weight
    for name, weight in shop.CUSTOMERS:
        weights["customer"][str(bookshop.customers[name].uuid) if name else ""] += weight
    weights["environment"][""] = 1
    return [
        ((dimension, value), weight / sum(values.values()))
        for dimension, values in weights.items()
        for value, weight in values.items()
    ]
