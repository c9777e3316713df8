"""Requests of one API customer, as its own portal shows them."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TypedDict
from uuid import UUID

from treblle_models.models import Customer, DimensionHour, Embed, Project, Request

PAGE_ROWS = 50
# Where the newest requests lie is told by roll-ups; so many hours are looked into.
MAX_HOURS = 24
# Commits do not come in the order of `loaded_at`: look back a little further than asked.
OVERLAP = timedelta(seconds=5)
MAX_MISSED = 200


class EmbeddedRequest(TypedDict):
    """What a customer may see of its own requests. JSON types only; times are RFC 3339, UTC."""

    uuid: str
    received_at: str
    loaded_at: str
    method: str
    path: str
    endpoint: str | None
    status: int
    load_time_ms: float | None
    response_size_bytes: int | None


def embed_of(uuid: UUID) -> Embed | None:
    return Embed.objects.filter(uuid=uuid).select_related("project").first()


def embeds_of(project: Project) -> list[Embed]:
    return list(Embed.objects.filter(project=project).order_by("name", "uuid"))


def newest_requests(project: Project, customer: Customer) -> list[EmbeddedRequest]:
    """Newest first. Requests are reached by time alone, so only hours it called in are read."""
    hours = DimensionHour.objects.filter(
        project=project,
        dimension=DimensionHour.Dimension.CUSTOMER,
        value=str(customer.uuid),
        requests__gt=0,
    ).order_by("-bucket")
    wanted, found = 0, []
    for bucket, number in hours.values_list("bucket", "requests")[:MAX_HOURS]:
        found.append(bucket)
        wanted += number
        if wanted >= PAGE_ROWS:
            break
    rows: list[Request] = []
    for bucket in found:
        requests = Request.objects.for_project(project).filter(
            customer=customer,
            received_at__gte=bucket,
            received_at__lt=bucket + timedelta(hours=1),
        )
        rows += requests.select_related("endpoint").newest_first()[: PAGE_ROWS - len(rows)]
        if len(rows) >= PAGE_ROWS:
            break
    return [_shown(row) for row in rows]


def requests_since(
    project: Project, customer: Customer, since: datetime
) -> tuple[list[EmbeddedRequest], bool]:
    """Loaded since then, oldest first, and whether these are all."""
    found = (
        Request.objects.for_project(project)
        .filter(loaded_at__gte=since - OVERLAP, customer=customer)
        .select_related("endpoint")
        .order_by("-loaded_at", "-uuid")[: MAX_MISSED + 1]
    )
    rows = list(found)
    return [_shown(row) for row in reversed(rows[:MAX_MISSED])], len(rows) <= MAX_MISSED


def recent_customers(project: Project) -> Iterable[Customer]:
    """To preview an embed with."""
    return Customer.objects.filter(project=project).order_by("-last_seen_at", "-uuid")[:20]


def _shown(request: Request) -> EmbeddedRequest:
    return {
        "uuid": str(request.uuid),
        "received_at": request.received_at.isoformat(timespec="microseconds"),
        "loaded_at": request.loaded_at.isoformat(timespec="microseconds"),
        "method": request.method,
        "path": request.path,
        "endpoint": request.endpoint.template if request.endpoint else None,
        "status": request.status,
        "load_time_ms": request.load_time_ms,
        "response_size_bytes": request.response_size_bytes,
    }
