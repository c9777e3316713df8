"""Threats in what clients send, and what is out of the usual."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response
from treblle_models.models import Anomaly

from treblle_api.cursors import NewestFirst
from treblle_api.document.operations import operation
from treblle_api.resource import Listing, Resource
from treblle_api.security.queries import security_of
from treblle_api.security.serializers import (
    AnomalyFilters,
    AnomalySerializer,
    SecuritySerializer,
)


class StartedFirst(NewestFirst):
    sorts = ("started_at",)


class Security(Resource):
    row_class = SecuritySerializer

    @operation(
        "security_retrieve",
        "Show threats",
        "Requests of the last 30 days that threaten the API, by kind and by day.",
        gives=SecuritySerializer,
    )
    def get(self, request: Request, project_uuid: UUID) -> Response:
        return self.row_shown(request, security_of(self.project()))


class Anomalies(Listing):
    row_class = AnomalySerializer
    filters = AnomalyFilters
    pagination_class = StartedFirst
    queryset = Anomaly.objects.none()

    def rows(self, filters: dict[str, Any]) -> QuerySet[Anomaly]:
        rows = Anomaly.objects.for_project(self.project())
        if (going_on := filters.pop("is_going_on", None)) is not None:
            rows = rows.filter(ended_at__isnull=going_on)
        return rows.filter(**filters).select_related("endpoint")

    @operation("security_anomalies_list", "List anomalies", "Spikes, drops and attacks.")
    def get(self, request: Request, project_uuid: UUID) -> Response:
        return self.listed(request)
