"""What was understood of the demo's bookshop before it was started: requests, problems, scores."""

import json
import math
from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final

from django.conf import settings
from treblle_models.bulk import bulk_insert
from treblle_models.identity import uuid7, uuid7_at
from treblle_models.models import (
    Anomaly,
    EndpointCheckDay,
    EndpointCustomer,
    Problem,
    ProjectScore,
    Request,
)
from treblle_service.details import DetailsWriter, key_for
from treblle_service.store import open_store

from treblle_platform.demo import shop
from treblle_platform.demo.history import DAY, DAYS, HOUR, LOAD_TIME_SIGMA, Bookshop
from treblle_platform.demo.problems import write_problems

HOURS_OF_REQUESTS: Final = 48
REQUESTS_AN_HOUR: Final = 14
LOADED_AFTER: Final = timedelta(milliseconds=40)
SIZE_OF_RANDOM: Final = 74
# So many requests of each problem that goes on lead to it.
SHOWN_BY: Final = 6
# First and last value of the line, and the groups of each stage.
SCORES: Final = {
    "run_time": (66.0, 90.0, ("design", "performance", "security", "run_time")),
    "design_time": (34.0, 49.0, ("design", "ai_ready", "performance", "security")),
}
# Kind, severity, hours ago, hours it lasted, observed, expected, evidence; see `history.UNUSUAL`.
ANOMALIES: Final = (
    ("spike", "high", 31, 2.0, 8120, 3150, ""),
    ("drop", "medium", 76, 2.0, 610, 2990, ""),
    ("attack", "high", 118, 0.5, 412, 20, "203.0.113.9 tried 412 log-ins"),
    ("spike", "medium", 143, 2.0, 6240, 3080, ""),
    ("attack", "medium", 260, 0.25, 96, 4, "203.0.113.77 asked for /.env, /wp-login.php and 38 others"),
)  # fmt: skip
# Code of the check, how many a day, path with which it came.
SEARCH: Final = "/books/search"
ATTACKS_ON_SEARCH: Final = 0.1
THREATS: Final = (
    ("sql-injection", 9, "/books/search?q=1'%20OR%20'1'='1"),
    ("path-traversal", 5, "/books/..%2f..%2fetc%2fpasswd"),
    ("script-injection", 4, "/books/search?q=%3Cscript%3E"),
)


def write_findings(bookshop: Bookshop, dice: Random, until: datetime) -> None:
    problems = write_problems(bookshop, dice, until)
    bulk_insert(_requests(bookshop, dice, problems, until))
    for problem in problems:
        shown = Request.objects.filter(project=bookshop.project, problem=problem)
        problem.request_uuid = shown.order_by("-received_at").values_list("uuid", flat=True).first()
        problem.save(update_fields=["request_uuid", "updated_at"])
    bulk_insert(list(_callers(bookshop, dice, until)))
    bulk_insert(list(_scores(bookshop, dice, until)))
    bulk_insert(list(_anomalies(bookshop, until)))
    bulk_insert(list(_threats(bookshop, dice, until)))


def _requests(
    bookshop: Bookshop, dice: Random, problems: list[Problem], until: datetime
) -> list[Request]:
    """With their details in one object, which is durable before the rows are there."""
    writer = DetailsWriter(key_for(until, "standard", str(uuid7())), settings.DETAILS_KEYS)
    operations = list(bookshop.endpoints)
    weights = [operation.weight for operation in operations]
    drawn = dice.choices(operations, weights, k=HOURS_OF_REQUESTS * REQUESTS_AN_HOUR)
    asked = [(operation, _pick(dice, operation.statuses)) for operation in drawn]
    by_endpoint = {endpoint: operation for operation, endpoint in bookshop.endpoints.items()}
    for problem in problems:
        if problem.state != Problem.State.RESOLVED and problem.endpoint is not None:
            asked += SHOWN_BY * [(by_endpoint[problem.endpoint], problem.status or 200)]
    dice.shuffle(asked)
    moments = sorted(until - HOURS_OF_REQUESTS * HOUR * dice.random() for _ in asked)
    made = [
        _request(bookshop, dice, operation, status, problems, moment, writer)
        for moment, (operation, status) in zip(moments, asked, strict=True)
    ]
    writer.put(open_store(settings.DETAILS_STORE_URL))
    return made


def _request(
    bookshop: Bookshop,
    dice: Random,
    operation: shop.Operation,
    status: int,
    problems: list[Problem],
    moment: datetime,
    writer: DetailsWriter,
) -> Request:
    client, place = _pick(dice, shop.CLIENTS), _pick(dice, shop.PLACES)
    endpoint = bookshop.endpoints[operation]
    problem = next(
        (p for p in problems if (p.endpoint, p.status or 200) == (endpoint, status)), None
    )
    if problem is not None and problem.kind == "slow" and dice.random() < 0.5:
        problem = None
    answer = operation.answer(status)
    details: dict[str, Any] = {
        "request": {"headers": {"accept": "application/json", "user-agent": client.user_agent}},
        "response": {
            "headers": {"content-type": "application/json", "content-length": str(len(answer))},
            "body": json.loads(answer),
        },
    }
    if problem is not None and problem.error_type:
        details["errors"] = [{"type": problem.error_type, "message": problem.error_message}]
    found = writer.add(json.dumps(details).encode(), bookshop.project.uuid)
    path = operation.template.replace("{id}", str(dice.randrange(1, 11)))
    threat_level = Request.ThreatLevel.NONE
    if operation.template == SEARCH and dice.random() < ATTACKS_ON_SEARCH:
        path, threat_level = dice.choice(THREATS)[2], Request.ThreatLevel.HIGH
    usual = operation.load_time_ms * math.exp(dice.gauss(0, LOAD_TIME_SIGMA))
    return Request(
        project=bookshop.project,
        uuid=uuid7_at(int(moment.timestamp() * 1000), dice.getrandbits(SIZE_OF_RANDOM)),
        endpoint=endpoint,
        customer=bookshop.customers.get(_pick(dice, shop.CUSTOMERS)),
        problem=problem,
        received_at=moment,
        requested_at=moment,
        loaded_at=moment + LOADED_AFTER,
        method=operation.method,
        host="shop.example.com",
        path=path,
        threat_level=threat_level,
        status=status,
        load_time_ms=round(usual, 2),
        response_size_bytes=len(answer),
        error_count=int(problem is not None and bool(problem.error_type)),
        error_type=problem.error_type if problem else "",
        error_message=problem.error_message if problem else "",
        ip=f"203.0.113.{dice.randrange(1, 255)}",
        **vars(client),
        **vars(place),
        sdk="django",
        sdk_version="20",
        details_key=found.key,
        details_offset=found.offset,
        details_length=found.length,
    )


def _callers(bookshop: Bookshop, dice: Random, until: datetime) -> Iterator[EndpointCustomer]:
    """Where live traffic has not said so already."""
    known = set(
        EndpointCustomer.objects.filter(project=bookshop.project).values_list(
            "endpoint", "customer"
        )
    )
    weights = dict(shop.CUSTOMERS)
    for operation, endpoint in bookshop.endpoints.items():
        for name, customer in bookshop.customers.items():
            if (endpoint.pk, customer.pk) not in known:
                yield EndpointCustomer(
                    project=bookshop.project,
                    endpoint=endpoint,
                    customer=customer,
                    requests=operation.weight * weights[name] * dice.randrange(180, 260),
                    first_seen_at=until - DAYS * DAY,
                    last_seen_at=until - dice.random() * HOUR,
                )


def _scores(bookshop: Bookshop, dice: Random, until: datetime) -> Iterator[ProjectScore]:
    """Up to yesterday: today's are worked out from what is there."""
    today = until.replace(hour=0, minute=0)
    for stage, (first, last, groups) in SCORES.items():
        for number in range(DAYS):
            # Better in steps, as when a release mends something.
            step = round(number / DAYS * 5) / 5
            value = first + (last - first) * step + dice.gauss(0, 0.7)
            yield ProjectScore(
                project=bookshop.project,
                bucket=today - (DAYS - number) * DAY,
                stage=stage,
                value=round(value, 1),
                groups={name: round(value + dice.gauss(0, 5), 1) for name in groups},
            )


def _anomalies(bookshop: Bookshop, until: datetime) -> Iterator[Anomaly]:
    for kind, severity, ago, lasted, observed, expected, evidence in ANOMALIES:
        begun = until.replace(minute=0) - ago * HOUR
        yield Anomaly(
            project=bookshop.project,
            kind=kind,
            severity=severity,
            started_at=begun,
            ended_at=begun + lasted * HOUR,
            observed=observed,
            expected=expected,
            evidence=evidence,
        )


def _threats(bookshop: Bookshop, dice: Random, until: datetime) -> Iterator[EndpointCheckDay]:
    """Up to yesterday, for today's are counted live."""
    today = until.replace(hour=0, minute=0)
    [search] = [e for o, e in bookshop.endpoints.items() if o.template == SEARCH]
    for code, a_day, _ in THREATS:
        for number in range(1, DAYS):
            failed = int(dice.expovariate(1 / a_day))
            if failed:
                yield EndpointCheckDay(
                    project=bookshop.project,
                    endpoint=search,
                    bucket=today - number * DAY,
                    code=code,
                    failed=failed,
                )


def _pick(dice: Random, weighted: Any) -> Any:
    things, weights = zip(*weighted, strict=True)
    return dice.choices(things, weights)[0]
