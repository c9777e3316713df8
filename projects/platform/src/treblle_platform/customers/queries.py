"""API customers with their numbers, from roll-ups by customer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F, FloatField, QuerySet, Sum
from django.db.models.functions import Cast
from treblle_models.histogram import Histogram
from treblle_models.models import (
    Customer,
    DimensionRollup,
    EndpointCustomer,
    Problem,
    ProblemCustomer,
    Project,
)

from treblle_platform.lists import Column, Listing, Page, contains
from treblle_platform.periods import Period
from treblle_platform.slots import P95, ROLLUP_COLUMNS, Slotted

DIMENSION = DimensionRollup.Dimension.CUSTOMER
DEFAULT_SORT = "-seen"
COLUMNS: Sequence[Column] = (
    Column("Customer", key="id", field="external_id", css="c-main"),
    Column("Requests", key="requests", falls=True, number=True),
    Column("Error rate", number=True),
    Column("p95", number=True, hint="95 of 100 requests were faster"),
    Column("First seen", key="first", field="first_seen_at", falls=True, css="c-time"),
    Column("Last seen", key="seen", field="last_seen_at", falls=True, css="c-time"),
)
# Sorted by requests, a search looks among so many of those that fit.
MAX_FOUND = 1_000
MAX_ENDPOINTS = 20
MAX_PROBLEMS = 10


@dataclass
class CustomerRow:
    customer: Customer
    requests: int = 0
    errors: int = 0
    load_times: Histogram | None = None

    @property
    def error_rate(self) -> float | None:
        return self.errors / self.requests if self.requests else None

    @property
    def p95_ms(self) -> float | None:
        return self.load_times.percentile(P95) if self.load_times else None


def customer_page(
    project: Project, listing: Listing, text: str, period: Period, now: datetime
) -> Page[CustomerRow]:
    start = period.start(now)
    rollups = period.dimensions.objects.filter(
        project=project, dimension=DIMENSION, bucket__gte=start
    )
    if listing.sort.column.key == "requests":
        found = _busiest(project, listing, text, rollups)
    else:
        found = listing.page_of(_matching(project, text))
    rows = {str(each.uuid): CustomerRow(each) for each in found.rows}
    for rollup in rollups.filter(value__in=list(rows)).iterator():
        row = rows[rollup.value]
        row.requests += rollup.requests
        row.errors += rollup.client_errors + rollup.server_errors
        row.load_times = row.load_times or Histogram()
        row.load_times.merge(rollup.histogram())
    return Page(list(rows.values()), found.after)


def _matching(project: Project, text: str) -> QuerySet[Customer]:
    found = Customer.objects.filter(project=project)
    if text:
        found = found.filter(contains("external_id", text) | contains("name", text))
    return found


def _busiest(
    project: Project, listing: Listing, text: str, rollups: QuerySet[DimensionRollup]
) -> Page[Customer]:
    """By requests of the period: those without any are left out, as is what has no customer."""
    rollups = rollups.exclude(value="")
    if text:
        matching = _matching(project, text).order_by("-last_seen_at", "-uuid")
        rollups = rollups.filter(
            value__in=[str(uuid) for uuid in matching.values_list("uuid", flat=True)[:MAX_FOUND]]
        )
    sums: QuerySet[Any, Any] = rollups.values("value").annotate(
        total=Cast(Sum("requests"), FloatField()), uuid=F("value")
    )
    page = listing.page_of_sums(sums, "total")
    known = Customer.objects.filter(project=project, uuid__in=[row["value"] for row in page.rows])
    by_uuid = {str(customer.uuid): customer for customer in known}
    return Page([by_uuid[row["value"]] for row in page.rows if row["value"] in by_uuid], page.after)


def customer_of(project: Project, uuid: UUID) -> Customer | None:
    return Customer.objects.filter(project=project, uuid=uuid).first()


@dataclass(frozen=True)
class CustomerView:
    customer: Customer
    figures: Slotted
    endpoints: list[EndpointCustomer]
    problems: list[ProblemCustomer]


def customer_view(
    project: Project, customer: Customer, period: Period, now: datetime
) -> CustomerView:
    rollups = period.dimension_slots.objects.filter(
        project=project,
        dimension=DIMENSION,
        value=str(customer.uuid),
        bucket__gte=period.start(now),
    )
    endpoints = EndpointCustomer.objects.filter(project=project, customer=customer)
    problems = ProblemCustomer.objects.filter(
        project=project, customer=customer, problem__state=Problem.State.OPEN
    )
    return CustomerView(
        customer=customer,
        figures=Slotted.of(period, now, rollups.values_list("bucket", *ROLLUP_COLUMNS).iterator()),
        endpoints=list(
            endpoints.select_related("endpoint").order_by("-requests", "pk")[:MAX_ENDPOINTS]
        ),
        problems=list(
            problems.select_related("problem").order_by("-last_seen_at", "pk")[:MAX_PROBLEMS]
        ),
    )
