"""What stands beside one request: its endpoint's usual load time, its like, what people say."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from treblle_models.histogram import Histogram
from treblle_models.models import (
    Collection,
    Comment,
    EndpointDay,
    PinnedRequest,
    Project,
    ProjectMember,
    Request,
    ShareLink,
    User,
)

from treblle_platform.requests.rows import Row, rows_of

USUAL_OVER: Final = timedelta(days=7)
MOST_SIMILAR: Final = 5
# Of the day's requests with the same status, the newest so many are looked at.
LOOKED_AT: Final = 2_000
P50, P95 = 0.50, 0.95


def find_request(project: Project, uuid: UUID) -> Request | None:
    found = Request.objects.for_project(project).filter(uuid=uuid)
    return found.select_related("endpoint", "environment", "customer", "problem").first()


@dataclass(frozen=True)
class Usual:
    """Load times of the endpoint over a week, in milliseconds, and this request among them.

    `mark`, `p50` and `p95` place them on a bar of a hundred.
    """

    p50_ms: float
    p95_ms: float
    mark: float
    p50: float
    p95: float


def usual_load_time(request: Request) -> Usual | None:
    """None where the endpoint or its roll-ups are not known."""
    if request.endpoint_id is None or request.load_time_ms is None:
        return None
    end = request.received_at + timedelta(days=1)
    days = EndpointDay.objects.filter(
        project_id=request.project_id,
        endpoint_id=request.endpoint_id,
        bucket__gte=end - USUAL_OVER,
        bucket__lt=end,
    )
    merged = Histogram()
    for load_times in days.values_list("load_times", flat=True):
        merged.merge(Histogram.from_bytes(bytes(load_times)))
    p50, p95 = merged.percentile(P50), merged.percentile(P95)
    if p50 is None or p95 is None:
        return None
    longest = max(request.load_time_ms, p95) or 1
    of = [100 * value / longest for value in (request.load_time_ms, p50, p95)]
    return Usual(p50, p95, *of)


def similar_requests(request: Request) -> list[Row]:
    """Those before it on its day with the same endpoint and status."""
    if request.endpoint_id is None:
        return []
    same_day = Request.objects.filter(
        project_id=request.project_id,
        received_on=request.received_at.astimezone(UTC).date(),
        status=request.status,
        received_at__lte=request.received_at,
    )
    newest = same_day.order_by("-received_at").values_list("pk", "received_at", "endpoint_id")
    like = [
        (pk, at)
        for pk, at, endpoint in newest[:LOOKED_AT]
        if endpoint == request.endpoint_id and pk != request.pk
    ][:MOST_SIMILAR]
    # By their times too: beside the project alone, SQLite takes an index of all of its requests.
    found = Request.objects.filter(
        project_id=request.project_id,
        received_at__in=[at for _, at in like],
        pk__in=[pk for pk, _ in like],
    )
    return rows_of(list(found.select_related("endpoint").newest_first()))


def comments_of(project: Project, uuid: UUID) -> list[Comment]:
    found = Comment.objects.for_project(project).filter(request_uuid=uuid)
    return list(found.select_related("user").order_by("created_at", "pk"))


def is_pinned(project: Project, uuid: UUID) -> bool:
    return PinnedRequest.objects.for_project(project).filter(request_uuid=uuid).exists()


def people_of(project: Project) -> list[User]:
    """Its owner and active members: who may be mentioned."""
    members = ProjectMember.objects.for_project(project).filter(status=ProjectMember.Status.ACTIVE)
    ids = [project.user_id, *members.values_list("user_id", flat=True)]
    return list(User.objects.filter(pk__in=ids, is_active=True).order_by("email"))


def collections_of(user: User) -> list[Collection]:
    return list(Collection.objects.visible_to(user).order_by("name", "pk"))


def open_links(project: Project, uuid: UUID, now: datetime) -> list[ShareLink]:
    found = ShareLink.objects.for_project(project).filter(request_uuid=uuid, revoked_at=None)
    return list(found.filter(expires_at__gt=now).select_related("user").order_by("expires_at"))
