"""Operations of a project's API, and what people say of them."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from treblle_models.models import Endpoint

from treblle_api.access import found
from treblle_api.audit import record
from treblle_api.cursors import FirstSeen
from treblle_api.document.operations import operation
from treblle_api.endpoints.operations import change_endpoint, merge_endpoints
from treblle_api.endpoints.queries import endpoints_of
from treblle_api.endpoints.serializers import (
    EndpointFilters,
    EndpointInputSerializer,
    EndpointSerializer,
    MergeSerializer,
)
from treblle_api.resource import Listing, Resource


class Endpoints(Listing):
    row_class = EndpointSerializer
    filters = EndpointFilters
    pagination_class = FirstSeen
    queryset = Endpoint.objects.none()

    def rows(self, filters: dict[str, Any]) -> QuerySet[Endpoint]:
        return endpoints_of(self.project(), filters)

    @operation(
        "endpoints_list",
        "List endpoints",
        "Operations of the API: method and path template. Their numbers are in the analytics.",
    )
    def get(self, request: Request, project_uuid: UUID) -> Response:
        return self.listed(request)


class OneEndpoint(Resource):
    row_class = EndpointSerializer

    @operation("endpoints_retrieve", "Show an endpoint", gives=EndpointSerializer)
    def get(self, request: Request, project_uuid: UUID, endpoint_uuid: UUID) -> Response:
        rows = Endpoint.objects.for_project(self.project())
        return self.row_shown(request, found(rows.filter(uuid=endpoint_uuid)))

    @operation(
        "endpoints_update",
        "Correct an endpoint",
        "Name it, rename its parameters, pin or ignore it. It holds at once; what was counted"
        " follows within the hour.",
        takes=EndpointInputSerializer,
        gives=EndpointSerializer,
    )
    def patch(self, request: Request, project_uuid: UUID, endpoint_uuid: UUID) -> Response:
        project = self.writable_project()
        endpoint = found(Endpoint.objects.for_project(project).filter(uuid=endpoint_uuid))
        given = EndpointInputSerializer(data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        change_endpoint(endpoint, project, given.validated_data)
        changes = dict(given.validated_data)
        record(request, "endpoint.corrected", endpoint, project=project, changes=changes)
        return Response(EndpointSerializer(endpoint).data)


class Merge(Resource):
    @operation(
        "endpoints_merge",
        "Merge endpoints",
        "Several become one, or one gets a parameter: `/users/alice` and `/users/bob` become"
        " `/users/{name}`. What was counted follows within the hour.",
        takes=MergeSerializer,
        gives=EndpointSerializer,
    )
    def post(self, request: Request, project_uuid: UUID) -> Response:
        project = self.writable_project()
        given = MergeSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        wanted = set(given.validated_data["endpoints"])
        endpoints = list(Endpoint.objects.for_project(project).filter(uuid__in=wanted))
        if len(endpoints) < len(wanted):
            raise ValidationError({"endpoints": ["Not all of these are endpoints of the project."]})
        template = given.validated_data["template"]
        target = merge_endpoints(project, endpoints, template)
        record(request, "endpoint.merged", target, project=project, changes={"template": template})
        return Response(EndpointSerializer(target).data)
