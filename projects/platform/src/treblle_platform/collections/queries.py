"""Collections somebody may see, and the requests in one of them."""

from collections import defaultdict
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q
from treblle_models.models import Collection, CollectionItem, Project, Request, User

from treblle_platform.requests.rows import Row, rows_of

MOST_COLLECTIONS = 500
MOST_ITEMS = 500


@dataclass(frozen=True)
class KeptRequest:
    """`row` is None once retention has removed the request."""

    item: CollectionItem
    row: Row | None


def collections_seen_by(user: User) -> list[Collection]:
    """One's own, then those with requests of projects one may see; `kept` is how many requests."""
    projects = Project.objects.visible_to(user).values("pk")
    inside = CollectionItem.objects.filter(project__in=projects).values("collection_id")
    found = Collection.objects.filter(Q(user=user) | Q(pk__in=inside)).select_related("user")
    seen = Count("items", filter=Q(items__project__in=projects))
    ordered = list(found.annotate(kept=seen).order_by("name", "pk")[:MOST_COLLECTIONS])
    return sorted(ordered, key=lambda each: each.user_id != user.pk)


def kept_requests(collection: Collection, user: User) -> list[KeptRequest]:
    """Newest first; only those of projects the user may see."""
    items = list(
        CollectionItem.objects.visible_to(user)
        .filter(collection=collection)
        .select_related("project")
        .order_by("-created_at", "-pk")[:MOST_ITEMS]
    )
    rows = _rows(items)
    return [KeptRequest(item, rows.get(item.request_uuid)) for item in items]


def _rows(items: list[CollectionItem]) -> dict[UUID, Row]:
    """A query a project: requests are found within theirs only."""
    wanted: dict[int, list[UUID]] = defaultdict(list)
    for item in items:
        wanted[item.project_id].append(item.request_uuid)
    requests = [
        request
        for project_id, uuids in wanted.items()
        for request in Request.objects.filter(project_id=project_id, uuid__in=uuids).select_related(
            "endpoint"
        )
    ]
    return {UUID(row["uuid"]): row for row in rows_of(requests)}
