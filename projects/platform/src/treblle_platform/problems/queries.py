"""Problems for the list, and one with whom it touched and when."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet
from treblle_models.models import Problem, ProblemCustomer, ProblemHour, Project, User

from treblle_platform.lists import Column, Listing, Page, contains
from treblle_platform.periods import Period

DEFAULT_SORT = "-seen"
COLUMNS: Sequence[Column] = (
    Column("Problem", css="c-main"),
    Column("Last 24 hours", css="c-spark"),
    Column("Times", key="times", field="occurrences", falls=True, number=True),
    Column("Customers", number=True, hint="API customers it touched"),
    Column("Assigned to", css="c-person"),
    Column("First seen", key="first", field="first_seen_at", falls=True, css="c-time"),
    Column("Last seen", key="seen", field="last_seen_at", falls=True, css="c-time"),
)
SPARK_HOURS = 24
MAX_CUSTOMERS = 20
MINE, NOBODY = "me", "nobody"
CAME_BACK = "came-back"
STATES = (*Problem.State.choices, (CAME_BACK, "Came back"))


@dataclass(frozen=True)
class ProblemFilters:
    """`state` may be `came-back`; `assignee` is `me` or `nobody`; empty filters nothing."""

    text: str = ""
    state: str = ""
    kind: str = ""
    assignee: str = ""
    endpoint: UUID | None = None


@dataclass
class ProblemRow:
    problem: Problem
    customers: int = 0
    hourly: list[int] = field(default_factory=lambda: [0] * SPARK_HOURS)


def problem_page(
    project: Project, user: User, listing: Listing, filters: ProblemFilters, now: datetime
) -> Page[ProblemRow]:
    found = listing.page_of(_filtered(project, user, filters))
    rows = [ProblemRow(problem) for problem in found.rows]
    by_pk = {row.problem.pk: row for row in rows}
    for problem_id, number in _customers_of(project, list(by_pk)):
        by_pk[problem_id].customers = number
    first = _hour(now) - timedelta(hours=SPARK_HOURS - 1)
    hours = ProblemHour.objects.filter(
        project=project, problem_id__in=list(by_pk), bucket__gte=first, bucket__lte=now
    )
    for problem_id, bucket, number in hours.values_list("problem_id", "bucket", "occurrences"):
        by_pk[problem_id].hourly[(bucket - first) // timedelta(hours=1)] += number
    return Page(rows, found.after)


def counts_by_state(project: Project) -> dict[str, int]:
    """How many problems are in each state, for the tabs over the list."""
    found = (
        Problem.objects.filter(project=project, merged_into=None)
        .values("state")
        .annotate(number=Count("pk"))
    )
    return {row["state"]: row["number"] for row in found.order_by("state")}


def problem_of(project: Project, uuid: UUID) -> Problem | None:
    """By the uuid of one that turned out to be another, the other."""
    rows = Problem.objects.filter(project=project).select_related("endpoint", "assignee")
    found = rows.filter(uuid=uuid).first()
    if found is None or found.merged_into_id is None:
        return found
    return rows.filter(pk=found.merged_into_id).first()


@dataclass(frozen=True)
class ProblemView:
    problem: Problem
    customers: list[ProblemCustomer]
    series: dict[str, list[int]]
    total: int


def problem_view(project: Project, problem: Problem, period: Period, now: datetime) -> ProblemView:
    beginnings = period.beginnings(now)
    counts: dict[int, int] = defaultdict(int)
    hours = ProblemHour.objects.filter(
        project=project, problem=problem, bucket__gte=beginnings[0], bucket__lte=now
    )
    for bucket, number in hours.values_list("bucket", "occurrences"):
        counts[(bucket - beginnings[0]) // period.slot] += number
    occurrences = [counts[slot] for slot in range(len(beginnings))]
    customers = ProblemCustomer.objects.filter(project=project, problem=problem)
    return ProblemView(
        problem=problem,
        customers=list(
            customers.select_related("customer").order_by("-occurrences", "pk")[:MAX_CUSTOMERS]
        ),
        series={
            "at": [int(beginning.timestamp()) for beginning in beginnings],
            "occurrences": occurrences,
        },
        total=sum(occurrences),
    )


def people_of(project: Project) -> list[User]:
    """Whom a problem can be assigned to: owner and active members who may change the project."""
    is_member = Q(
        memberships__project=project,
        memberships__status="active",
    )
    people = User.objects.filter(Q(pk=project.user_id) | is_member, is_active=True)
    return list(people.distinct().order_by("email"))


def _filtered(project: Project, user: User, filters: ProblemFilters) -> QuerySet[Problem]:
    rows = Problem.objects.filter(project=project, merged_into=None)
    found = rows.select_related("endpoint", "assignee")
    if filters.state == CAME_BACK:
        found = found.filter(state=Problem.State.OPEN, regressed_at__isnull=False)
    elif filters.state:
        found = found.filter(state=filters.state)
    if filters.kind:
        found = found.filter(kind=filters.kind)
    if filters.assignee:
        found = found.filter(assignee=user if filters.assignee == MINE else None)
    if filters.endpoint:
        found = found.filter(endpoint__uuid=filters.endpoint)
    if filters.text:
        text = filters.text
        found = found.filter(contains("error_type", text) | contains("error_message", text))
    return found


def _customers_of(
    project: Project, problems: list[int]
) -> QuerySet[ProblemCustomer, tuple[int, int]]:
    links = ProblemCustomer.objects.filter(project=project, problem_id__in=problems)
    counted = links.values("problem_id").annotate(number=Count("pk")).order_by("problem_id")
    return counted.values_list(F("problem_id"), "number")


def _hour(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)
