"""The accounts, projects and endpoints that seeded requests belong to."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import accumulate
from random import Random
from uuid import UUID

from treblle_models.identity import (
    ALPHABET,
    CUSTOM_ID_LENGTH,
    UUID7_RANDOM_BITS,
    uuid7_at,
)
from treblle_models.models import Customer, Endpoint, Environment, Project, User
from treblle_models.seeding import vocabulary as words
from treblle_models.seeding.plan import Plan


@dataclass(frozen=True)
class Operation:
    """One endpoint with what its requests are like."""

    endpoint: Endpoint
    load_time_ms: float
    size_bytes: float
    statuses: Sequence[int]
    status_weights: Sequence[int]


@dataclass(frozen=True)
class SeededProject:
    project: Project
    host: str
    operations: Sequence[Operation]
    operation_weights: Sequence[float]
    customers: Sequence[Customer]
    environments: Sequence[Environment]
    environment_weights: Sequence[int] = field(
        default_factory=lambda: cumulative([weight for _, weight in words.ENVIRONMENTS])
    )


@dataclass(frozen=True)
class World:
    projects: Sequence[SeededProject]
    project_weights: Sequence[float]


def make_world(plan: Plan, owner: User, start: datetime, until: datetime) -> World:
    """Make what is missing of it; the same plan finds what it made before."""
    projects = [
        _project(plan, owner, number, start=start, until=until) for number in range(plan.projects)
    ]
    return World(projects, zipf(len(projects)))


def _project(
    plan: Plan, owner: User, number: int, *, start: datetime, until: datetime
) -> SeededProject:
    dice = plan.dice("project", number)
    kind = number % len(words.API_NAMES)
    project, _ = Project.objects.get_or_create(
        custom_id="".join(dice.choices(ALPHABET, k=CUSTOM_ID_LENGTH)),
        defaults={
            "uuid": drawn_uuid(dice, start),
            "user": owner,
            "name": f"{words.API_NAMES[kind]} API {number + 1}",
            "first_request_at": start,
        },
    )
    operations = _operations(project, dice, words.RESOURCES[kind], start, until)
    return SeededProject(
        project=project,
        host=f"api-{number + 1}.example.com",
        operations=operations,
        operation_weights=zipf(len(operations)),
        customers=_customers(project, dice, start, until),
        environments=[
            Environment.objects.get_or_create(
                project=project, name=name, defaults={"uuid": drawn_uuid(dice, start)}
            )[0]
            for name, _ in words.ENVIRONMENTS
        ],
    )


def _operations(
    project: Project, dice: Random, resources: Sequence[str], start: datetime, until: datetime
) -> list[Operation]:
    made = [
        (weight * (len(resources) - rank), _operation(project, dice, resource, shape, start, until))
        for rank, resource in enumerate(resources)
        for shape in words.OPERATIONS
        for weight in (shape[2],)
    ]
    return [operation for _, operation in sorted(made, key=lambda pair: -pair[0])]


def _operation(
    project: Project,
    dice: Random,
    resource: str,
    shape: tuple[str, str, int, float, int],
    start: datetime,
    until: datetime,
) -> Operation:
    tail, method, _, load_time_ms, size_bytes = shape
    template = f"/v1/{resource}{tail}"
    endpoint, _ = Endpoint.objects.get_or_create(
        project=project,
        method=method,
        template_digest=hashlib.sha256(template.encode()).hexdigest(),
        defaults={
            "uuid": drawn_uuid(dice, start),
            "template": template,
            "source": Endpoint.Source.FRAMEWORK,
            "first_seen_at": start,
            "last_seen_at": until,
        },
    )
    statuses, weights = zip(*words.STATUSES[method], strict=True)
    tempo = dice.lognormvariate(0, 0.4)
    return Operation(endpoint, load_time_ms * tempo, size_bytes, statuses, cumulative(weights))


def _customers(project: Project, dice: Random, start: datetime, until: datetime) -> list[Customer]:
    """All at once; the ids of what is made are read back."""
    drawn = [
        Customer(
            project=project,
            uuid=drawn_uuid(dice, start),
            external_id=f"customer-{number + 1}",
            first_seen_at=start,
            last_seen_at=until,
        )
        for number in range(words.CUSTOMERS_A_PROJECT)
    ]
    if not Customer.objects.filter(project=project).exists():
        Customer.objects.bulk_create(drawn)
    found = Customer.objects.in_bulk([each.uuid for each in drawn], field_name="uuid")
    return [found[each.uuid] for each in drawn]


def drawn_uuid(dice: Random, moment: datetime) -> UUID:
    return uuid7_at(int(moment.timestamp() * 1000), dice.getrandbits(UUID7_RANDOM_BITS))


def zipf(number: int) -> list[float]:
    """Cumulative weights: the first is asked for far more often than the last."""
    return list(accumulate(rank**-words.ZIPF_EXPONENT for rank in range(1, number + 1)))


def cumulative(weights: Sequence[int]) -> list[int]:
    return list(accumulate(weights))
