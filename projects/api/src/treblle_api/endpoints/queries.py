"""Reading endpoints. One that became part of another is not shown."""

from typing import Any

from django.db.models import Q, QuerySet
from treblle_models.models import Endpoint, Project


def endpoints_of(project: Project, filters: dict[str, Any]) -> QuerySet[Endpoint]:
    found = Endpoint.objects.for_project(project).filter(merged_into=None)
    if "text" in filters:
        text = filters["text"]
        found = found.filter(Q(template__icontains=text) | Q(name__icontains=text))
    if "method" in filters:
        found = found.filter(method=filters["method"].upper())
    if "is_pinned" in filters:
        found = found.filter(is_pinned=filters["is_pinned"])
    return found.filter(is_ignored=filters.get("is_ignored", False))
