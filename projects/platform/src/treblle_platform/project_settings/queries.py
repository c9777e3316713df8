"""What pages of a project's settings show."""

from dataclasses import dataclass
from typing import Any

from treblle_models.models import AuditEntry, PinnedRequest, Project, Request

PAGE_SIZE = 50
MAX_PINS = 200
PERCENT = 100


@dataclass(frozen=True)
class AuditPage:
    """Newest first; `next` is the `before` of the page after this one, or empty."""

    entries: list[AuditEntry]
    next: str


@dataclass(frozen=True)
class Pin:
    """A pinned request; `request` is None once an erasure took it."""

    pinned: PinnedRequest
    request: Request | None


def data_settings(project: Project) -> dict[str, Any]:
    names = ("masked_names", "masks_emails", "excluded_routes", "retention_days")
    own = {name: getattr(project, name) for name in names}
    return own | {
        "sampling_percent": round(project.sampling_rate * PERCENT, 4),
        "customer_header": project.customer_header,
        "customer_claim": project.customer_claim,
    }


def audit_page(project: Project, *, before: str) -> AuditPage:
    """`before` is the uuid of the last entry seen; uuids are ordered in time."""
    entries = AuditEntry.objects.filter(project=project)
    last = AuditEntry.find_by_uuid(before) if before else None
    if last is not None:
        entries = entries.filter(created_at__lte=last.created_at, pk__lt=last.pk)
    found = list(entries.order_by("-created_at", "-pk")[: PAGE_SIZE + 1])
    shown = found[:PAGE_SIZE]
    return AuditPage(shown, str(shown[-1].uuid) if len(found) > PAGE_SIZE else "")


def pins(project: Project) -> list[Pin]:
    """Newest first."""
    rows = list(PinnedRequest.objects.filter(project=project).order_by("-created_at")[:MAX_PINS])
    uuids = [row.request_uuid for row in rows]
    requests = {r.uuid: r for r in Request.objects.filter(project=project, uuid__in=uuids)}
    return [Pin(row, requests.get(row.request_uuid)) for row in rows]
