"""What is understood of seeded traffic: problems, checks, scores, anomalies, who calls what."""

import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from treblle_models import models
from treblle_models.bulk import bulk_insert
from treblle_models.models import Customer, Endpoint, Problem, Project, Request, Stage
from treblle_models.seeding import vocabulary as words
from treblle_models.seeding.documents import seed_documents, seed_schemas
from treblle_models.seeding.plan import Plan
from treblle_models.seeding.world import Operation, SeededProject, World, drawn_uuid

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PROBLEM_HOURS = 7 * 24
SCORE_DAYS = 60
CHECK_DAYS = 30
CALLERS = 6
# So many requests of each problem lead to it.
SHOWN_BY = 30


def seed_insight(plan: Plan, world: World, start: datetime, until: datetime) -> None:
    """Once a plan, after its traffic."""
    for number, seeded in enumerate(world.projects):
        dice = plan.dice("insight", number)
        _describe(seeded.project, number)
        _name_customers(seeded.customers)
        seed_schemas(seeded, start, until)
        seed_documents(seeded, dice, until)
        bulk_insert(_callers(seeded, dice, start, until))
        for rank, told in enumerate(words.PROBLEMS):
            _problem(seeded, dice, rank, told, until)
        bulk_insert(list(_project_results(seeded, dice, until)))
        bulk_insert(list(_endpoint_results(seeded, dice, until)))
        bulk_insert(list(_check_days(seeded, dice, until)))
        bulk_insert(list(_scores(seeded.project, dice, until)))
        bulk_insert(list(_endpoint_scores(seeded, dice, until)))
        bulk_insert(list(_anomalies(seeded, dice, until)))


def _describe(project: Project, number: int) -> None:
    kind = number % len(words.API_NAMES)
    project.category = words.CATEGORIES[number % len(words.CATEGORIES)]
    project.tags = list(words.TAGS[number % len(words.TAGS)])
    project.description = f"{words.API_NAMES[kind]} for apps and partners."
    project.save(update_fields=["category", "tags", "description", "updated_at"])


def _name_customers(customers: Any) -> None:
    for customer, name in zip(customers, words.CUSTOMER_NAMES, strict=False):
        customer.name = name
        customer.save(update_fields=["name", "updated_at"])


def _callers(
    seeded: SeededProject, dice: Random, start: datetime, until: datetime
) -> list[models.EndpointCustomer]:
    return [
        models.EndpointCustomer(
            project=seeded.project,
            endpoint=operation.endpoint,
            customer=customer,
            requests=dice.randrange(20, 4000) // (rank + 1),
            first_seen_at=start,
            last_seen_at=until - dice.randrange(1, 72) * HOUR,
        )
        for operation in seeded.operations
        for rank, customer in enumerate(seeded.customers[:CALLERS])
    ]


def _problem(
    seeded: SeededProject, dice: Random, rank: int, told: words.SeededProblem, until: datetime
) -> None:
    operation = seeded.operations[rank % len(seeded.operations)]
    hours = _hours(dice, told.a_day, until)
    newest = _newest_requests(seeded.project, operation, told.status)
    problem = Problem.objects.create(
        project=seeded.project,
        uuid=drawn_uuid(dice, until - 20 * DAY),
        endpoint=operation.endpoint,
        fingerprint=hashlib.sha256(f"{seeded.project.pk}/{rank}".encode()).hexdigest(),
        kind=told.kind,
        status=told.status,
        error_type=told.error_type,
        error_message=told.message,
        state=told.state,
        first_seen_at=until - dice.randrange(8, 20) * DAY,
        last_seen_at=max(hours, default=until - DAY),
        resolved_at=until - 5 * DAY if told.state == "resolved" or told.came_back else None,
        regressed_at=until - 2 * DAY if told.came_back else None,
        occurrences=sum(hours.values()) * 3,
        request_uuid=next(iter(newest.values()), None),
    )
    Request.objects.filter(project=seeded.project, pk__in=list(newest)).update(problem=problem)
    bulk_insert(
        [
            models.ProblemHour(project=seeded.project, bucket=hour, problem=problem, occurrences=n)
            for hour, n in sorted(hours.items())
        ]
    )
    touched: list[Customer] = dice.sample(list(seeded.customers), k=dice.randrange(1, 9))
    bulk_insert(
        [
            models.ProblemCustomer(
                project=seeded.project,
                problem=problem,
                customer=customer,
                occurrences=dice.randrange(1, 40),
                last_seen_at=until - dice.randrange(1, 100) * HOUR,
            )
            for customer in touched
        ]
    )


def _hours(dice: Random, a_day: int, until: datetime) -> dict[datetime, int]:
    counted = {until - n * HOUR: int(dice.random() * a_day / 12) for n in range(1, PROBLEM_HOURS)}
    return {hour: number for hour, number in counted.items() if number}


def _newest_requests(project: Project, operation: Operation, status: int) -> dict[int, UUID]:
    """Some that show a problem, by primary key, newest first."""
    found = Request.objects.filter(project=project, endpoint=operation.endpoint, status=status)
    return dict(found.newest_first().values_list("pk", "uuid")[:SHOWN_BY])


def _project_results(
    seeded: SeededProject, dice: Random, until: datetime
) -> Iterator[models.ProjectCheckResult]:
    for code, stage, outcome, evidence in words.PROJECT_CHECKS:
        yield models.ProjectCheckResult(
            project=seeded.project,
            code=code,
            stage=stage,
            outcome=outcome,
            evidence=evidence,
            since=until - dice.randrange(1, 20) * DAY,
            last_seen_at=until,
        )


def _endpoint_results(
    seeded: SeededProject, dice: Random, until: datetime
) -> Iterator[models.EndpointCheckResult]:
    for operation in seeded.operations:
        for code, failing, evidence in words.ENDPOINT_CHECKS:
            outcome = dice.choices(("fail", "warning", "pass"), (failing, failing, 100))[0]
            yield models.EndpointCheckResult(
                project=seeded.project,
                endpoint=operation.endpoint,
                code=code,
                stage=Stage.RUN_TIME,
                outcome=outcome,
                evidence=evidence if outcome != "pass" else "",
                since=until - dice.randrange(1, 20) * DAY,
                last_seen_at=until,
            )


def _check_days(
    seeded: SeededProject, dice: Random, until: datetime
) -> Iterator[models.EndpointCheckDay]:
    for operation in seeded.operations[:8]:
        for code, failing, _ in (*words.ENDPOINT_CHECKS, *words.THREATS):
            for day in _days(until, CHECK_DAYS):
                passed = dice.randrange(200, 900)
                failed = int(passed * failing / 100 * dice.random())
                if failed or failing >= 1:
                    yield models.EndpointCheckDay(
                        project=seeded.project,
                        bucket=day,
                        endpoint=operation.endpoint,
                        code=code,
                        passed=passed,
                        failed=failed,
                    )


def _scores(project: Project, dice: Random, until: datetime) -> Iterator[models.ProjectScore]:
    for stage, first in ((Stage.RUN_TIME, 71.0), (Stage.DESIGN_TIME, 58.0)):
        value = first + dice.random() * 12
        for day in _days(until, SCORE_DAYS):
            value = min(98.0, max(40.0, value + dice.gauss(0.12, 0.9)))
            yield models.ProjectScore(
                project=project,
                bucket=day,
                stage=stage,
                value=round(value, 1),
                groups={name: _near(dice, value) for name in words.SCORE_GROUPS[stage.value]},
            )


def _endpoint_scores(
    seeded: SeededProject, dice: Random, until: datetime
) -> Iterator[models.EndpointScore]:
    for day in _days(until, 2):
        for operation in seeded.operations:
            value = min(100.0, 55 + dice.random() * 45)
            yield models.EndpointScore(
                project=seeded.project,
                endpoint=operation.endpoint,
                bucket=day,
                stage=Stage.RUN_TIME,
                value=round(value, 1),
                groups={name: _near(dice, value) for name in words.SCORE_GROUPS["run_time"]},
            )


def _near(dice: Random, value: float) -> float:
    return round(min(100.0, max(0.0, value + dice.gauss(0, 9))), 1)


def _anomalies(seeded: SeededProject, dice: Random, until: datetime) -> Iterator[models.Anomaly]:
    for number, (kind, severity, factor, evidence) in enumerate(words.ANOMALIES):
        begun = until - (number * 31 + dice.randrange(1, 20)) * HOUR
        expected = dice.randrange(40, 160)
        endpoint: Endpoint | None = seeded.operations[number].endpoint if number % 3 else None
        yield models.Anomaly(
            project=seeded.project,
            uuid=drawn_uuid(dice, begun),
            endpoint=endpoint,
            kind=kind,
            severity=severity,
            started_at=begun,
            ended_at=None if number == 0 else begun + dice.randrange(15, 180) * HOUR / 60,
            observed=expected * factor,
            expected=expected,
            evidence=evidence,
        )


def _days(until: datetime, number: int) -> list[datetime]:
    today = until.replace(hour=0)
    return [today - n * DAY for n in range(number - 1, -1, -1)]
