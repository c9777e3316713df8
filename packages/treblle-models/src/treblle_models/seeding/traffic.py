"""Seeded requests, hour by hour in the order of time."""

import math
from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any

from treblle_models.bulk import row_maker
from treblle_models.identity import UUID7_RANDOM_BITS, uuid7_at
from treblle_models.models import Request
from treblle_models.seeding import vocabulary as words
from treblle_models.seeding.plan import Plan
from treblle_models.seeding.world import Operation, SeededProject, World

CHUNK_ROWS = 5_000
HOUR_S = 3600
# From the request to its place in the database.
LOADED_AFTER = timedelta(milliseconds=40)
MOST_IDS = 100_000
_PLACES, _PLACE_WEIGHTS = zip(*words.PLACES, strict=True)
_CLIENTS, _CLIENT_WEIGHTS = zip(*words.CLIENTS, strict=True)


def requests_of_hour(
    plan: Plan, world: World, hour: datetime, number: int
) -> Iterator[list[Request]]:
    """That many requests of that hour, oldest first, in chunks of at most `CHUNK_ROWS`."""
    dice = plan.dice("hour", (hour - datetime.fromtimestamp(0, hour.tzinfo)) // timedelta(hours=1))
    seconds = sorted(dice.random() * HOUR_S for _ in range(number))
    for start in range(0, number, CHUNK_ROWS):
        moments = [hour + timedelta(seconds=s) for s in seconds[start : start + CHUNK_ROWS]]
        yield _requests(dice, world, moments)


def _requests(dice: Random, world: World, moments: list[datetime]) -> list[Request]:
    make = row_maker(Request)
    number = len(moments)
    projects = dice.choices(world.projects, cum_weights=world.project_weights, k=number)
    places = dice.choices(_PLACES, _PLACE_WEIGHTS, k=number)
    clients = dice.choices(_CLIENTS, _CLIENT_WEIGHTS, k=number)
    return [
        make(_values(dice, *each)) for each in zip(moments, projects, places, clients, strict=True)
    ]


def _values(
    dice: Random,
    moment: datetime,
    seeded: SeededProject,
    place: words.Place,
    client: words.Client,
) -> dict[str, Any]:
    (operation,) = dice.choices(seeded.operations, cum_weights=seeded.operation_weights)
    (status,) = dice.choices(operation.statuses, cum_weights=operation.status_weights)
    (environment,) = dice.choices(seeded.environments, cum_weights=seeded.environment_weights)
    # Few customers ask often: the square of an even draw leans to the first.
    customer = seeded.customers[int(dice.random() ** 2 * len(seeded.customers))]
    milliseconds = int(moment.timestamp() * 1000)
    return {
        "project_id": seeded.project.pk,
        "uuid": uuid7_at(milliseconds, dice.getrandbits(UUID7_RANDOM_BITS)),
        "endpoint_id": operation.endpoint.pk,
        "environment_id": environment.pk,
        "customer_id": customer.pk,
        "received_at": moment,
        "requested_at": moment,
        "loaded_at": moment + LOADED_AFTER,
        "method": operation.endpoint.method,
        "host": seeded.host,
        "path": operation.endpoint.template.replace("{id}", str(dice.randrange(MOST_IDS))),
        "status": status,
        "load_time_ms": _load_time_ms(dice, operation, status),
        "request_size_bytes": 0 if operation.endpoint.method == "GET" else dice.randrange(40, 2000),
        "response_size_bytes": int(
            operation.size_bytes * math.exp(dice.gauss(0, words.SIZE_SIGMA))
        ),
        "error_count": int(status >= 500),
        "ip": f"203.0.113.{dice.randrange(1, 255)}",
        "country": place.country,
        "region": place.region,
        "city": place.city,
        "time_zone": place.time_zone,
        "asn": place.asn,
        "as_organization": place.as_organization,
        "user_agent": client.user_agent,
        "agent_kind": client.agent_kind,
        "os": client.os,
        "device": client.device,
        "app": client.app,
        "app_version": client.app_version,
        "sdk": "django",
        "sdk_version": "2.0.6",
    }


def _load_time_ms(dice: Random, operation: Operation, status: int) -> float:
    """Log-normal, as load times are: most near the median, a long tail."""
    usual = operation.load_time_ms * math.exp(dice.gauss(0, words.LOAD_TIME_SIGMA))
    return round(usual * words.SLOWER.get(status, 1.0), 3)
