"""Problems of the demo's bookshop before it was started."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Final

from treblle_models.bulk import bulk_insert
from treblle_models.models import Problem, ProblemCustomer, ProblemHour

from treblle_platform.demo.history import DAY, HOUR, Bookshop

PROBLEM_DAYS: Final = 14


@dataclass(frozen=True)
class KnownProblem:
    method: str
    template: str
    kind: str
    status: int
    error_type: str
    message: str
    a_day: int
    state: str = "open"
    came_back: bool = False


PROBLEMS: Final = (
    KnownProblem("POST", "/orders", "exception", 500, "KeyError", "'currency'", 30, came_back=True),
    KnownProblem(
        *("GET", "/books/search", "server_error", 503, "TimeoutError"),
        *("the index of books does not answer", 44),
    ),
    KnownProblem("GET", "/recommendations", "slow", 0, "", "Much slower than usual", 60),
    KnownProblem("POST", "/login", "client_error", 401, "", "session has expired", 90, "ignored"),
    KnownProblem(
        *("PUT", "/orders/{id}", "exception", 500, "TypeError"),
        *("unsupported operand type(s) for +: 'int' and 'NoneType'", 22, "resolved"),
    ),
)


def write_problems(bookshop: Bookshop, dice: Random, until: datetime) -> list[Problem]:
    """With their hours and the customers they touched; requests are others' to show."""
    return [_problem(bookshop, dice, known, until) for known in PROBLEMS]


def _problem(bookshop: Bookshop, dice: Random, known: KnownProblem, until: datetime) -> Problem:
    [endpoint] = [
        endpoint
        for operation, endpoint in bookshop.endpoints.items()
        if (operation.method, operation.template) == (known.method, known.template)
    ]
    last = (
        until.replace(minute=0) - 5 * DAY if known.state == "resolved" else until.replace(minute=0)
    )
    hours = {
        last - number * HOUR: times
        for number in range(1, PROBLEM_DAYS * 24)
        if (times := int(dice.random() ** 2 * known.a_day / 6))
    }
    problem = Problem.objects.create(
        project=bookshop.project,
        endpoint=endpoint,
        fingerprint=hashlib.sha256(f"{known}".encode()).hexdigest(),
        kind=known.kind,
        status=known.status,
        error_type=known.error_type,
        error_message=known.message,
        state=known.state,
        first_seen_at=min(hours),
        last_seen_at=max(hours) + HOUR * dice.random(),
        resolved_at=last if known.state == "resolved" else None,
        regressed_at=until - 2 * DAY if known.came_back else None,
        occurrences=sum(hours.values()),
    )
    of_problem = {"project": bookshop.project, "problem": problem}
    bulk_insert([ProblemHour(bucket=h, occurrences=n, **of_problem) for h, n in hours.items()])
    touched = dice.sample(list(bookshop.customers.values()), k=3)
    bulk_insert(
        [
            ProblemCustomer(
                customer=customer,
                occurrences=problem.occurrences // (rank + 3),
                last_seen_at=problem.last_seen_at,
                **of_problem,
            )
            for rank, customer in enumerate(touched)
        ]
    )
    return problem
