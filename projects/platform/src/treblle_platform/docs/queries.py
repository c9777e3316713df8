"""An API's documents, version by version, and what changed from one to the next."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from treblle_models.models import ApiChange, ApiDocument, EndpointCustomer, Project

from treblle_platform.lists import Column, Listing, Page, contains

Source = ApiDocument.Source
VERSION_COLUMNS: Sequence[Column] = (
    Column("Version", css="c-main"),
    Column("Changes", number=True),
    Column("Made", key="made", field="created_at", falls=True, css="c-time"),
    Column("Read it", css="acts"),
)
CHANGE_COLUMNS: Sequence[Column] = (
    Column("What changed", css="c-main"),
    Column("Version", css="c-version"),
    Column("Seen", key="seen", field="detected_at", falls=True, css="c-time"),
)
BREAKING, HARMLESS = "breaking", "harmless"
DIFFERENCES = ((Source.UPLOAD, "Your document against traffic"),)
BREAKS = ((BREAKING, "Breaking"), (HARMLESS, "Not breaking"))
NEWEST_CHANGES = 8


def document_of(
    project: Project, source: str = "", version: int | None = None
) -> ApiDocument | None:
    """The newest of that source, or that version; without a source an uploaded one goes first."""
    found = ApiDocument.objects.filter(project=project)
    if source:
        found = found.filter(source=source)
    if version is not None:
        found = found.filter(version=version)
    # `upload` sorts after `traffic`.
    return found.order_by("-source", "-version").first()


@dataclass(frozen=True)
class Newest:
    """The newest document of each source without its content; None where there is none."""

    traffic: ApiDocument | None
    upload: ApiDocument | None

    @property
    def shown(self) -> ApiDocument | None:
        return self.upload or self.traffic


def newest_of(project: Project) -> Newest:
    """One query a source: contents are large and stay where they are."""
    documents = ApiDocument.objects.filter(project=project).defer("content").order_by("-version")
    return Newest(
        traffic=documents.filter(source=Source.TRAFFIC).first(),
        upload=documents.filter(source=Source.UPLOAD).select_related("user").first(),
    )


def version_page(project: Project, listing: Listing, source: str) -> Page[ApiDocument]:
    found = ApiDocument.objects.filter(project=project).defer("content").select_related("user")
    if source:
        found = found.filter(source=source)
    page = listing.page_of(found)
    changes = (
        ApiChange.objects.filter(project=project, document__in=page.rows)
        .values("document_id")
        .annotate(number=Count("pk"), breaking=Count("pk", filter=Q(is_breaking=True)))
        .order_by("document_id")
    )
    counted = {row["document_id"]: row for row in changes}
    for document in page.rows:
        row = counted.get(document.pk)
        document.change_count = row["number"] if row else 0  # type: ignore[attr-defined]
        document.breaking_count = row["breaking"] if row else 0  # type: ignore[attr-defined]
    return page


def change_page(
    project: Project, listing: Listing, source: str, breaks: str, text: str
) -> Page[ApiChange]:
    """Of traffic it is drift; of an uploaded document, where traffic is otherwise."""
    found = _changes(project, source)
    if breaks:
        found = found.filter(is_breaking=breaks == BREAKING)
    if text:
        found = found.filter(contains("description", text))
    page = listing.page_of(found)
    _count_touched(project, page.rows)
    return page


def newest_changes(project: Project) -> list[ApiChange]:
    ordered = _changes(project, Source.TRAFFIC).order_by("-detected_at", "-uuid")
    found = list(ordered[:NEWEST_CHANGES])
    _count_touched(project, found)
    return found


def _count_touched(project: Project, changes: Sequence[ApiChange]) -> None:
    """Give each change `touched`: how many API customers call its endpoint."""
    endpoints = {change.endpoint_id for change in changes if change.endpoint_id is not None}
    numbers = EndpointCustomer.objects.numbers(project.pk, endpoints)
    for change in changes:
        change.touched = numbers.get(change.endpoint_id or 0, 0)  # type: ignore[attr-defined]


def difference_count(project: Project, document: ApiDocument | None) -> int:
    """In how many places traffic is otherwise than the uploaded document."""
    found = ApiChange.objects.filter(project=project, document=document)
    return found.count() if document else 0


def _changes(project: Project, source: str) -> QuerySet[ApiChange]:
    found = ApiChange.objects.filter(project=project, document__source=source)
    return found.select_related("document", "endpoint").defer("document__content")
