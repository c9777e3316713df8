"""The OpenAPI documents of a project, and what changed from one to the next."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from drf_spectacular.renderers import OpenApiYamlRenderer2
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiRequest, OpenApiResponse
from rest_framework import status
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from treblle_models.models import ApiChange, ApiDocument, EndpointCustomer
from treblle_service.documents import MAX_BYTES

from treblle_api.access import caller, found
from treblle_api.audit import record
from treblle_api.cursors import NewestFirst
from treblle_api.document.operations import operation
from treblle_api.drift.serializers import (
    ChangeFilters,
    ChangeSerializer,
    DocumentFilters,
    DocumentSerializer,
    OneDocumentFilters,
)
from treblle_api.drift.uploading import (
    DocumentParser,
    YamlDocumentParser,
    content_of,
    upload,
)
from treblle_api.negotiation import AsAddressed
from treblle_api.parameters import asked
from treblle_api.resource import Listing, Resource

EXAMPLE = {"openapi": "3.1.0", "info": {"title": "Shop", "version": "3"}, "paths": {}}


class DetectedFirst(NewestFirst):
    sorts = ("detected_at",)


class Documents(Listing):
    row_class = DocumentSerializer
    filters = DocumentFilters
    pagination_class = NewestFirst
    queryset = ApiDocument.objects.none()
    parser_classes = (DocumentParser, YamlDocumentParser)

    def rows(self, filters: dict[str, Any]) -> QuerySet[ApiDocument]:
        return ApiDocument.objects.for_project(self.project()).filter(**filters).defer("content")

    @operation("documents_list", "List document versions", "Without their contents, newest first.")
    def get(self, request: Request, project_uuid: UUID) -> Response:
        return self.listed(request)

    @operation(
        "documents_upload",
        "Upload an OpenAPI document",
        f"OpenAPI 3.0 or 3.1, up to {MAX_BYTES // 1_000_000} MB: the body is the document, as"
        " JSON or YAML; Swagger 2.0 is kept as OpenAPI 3.0. It becomes the next version of the team's own document and is compared"
        " with traffic. The same as the newest version changes nothing and answers 200.",
        takes=dict.fromkeys(
            ("application/json", "application/yaml"),
            OpenApiRequest(OpenApiTypes.OBJECT, examples=[OpenApiExample("document", EXAMPLE)]),
        ),
        gives={200: DocumentSerializer, 201: DocumentSerializer},
    )
    def post(self, request: Request, project_uuid: UUID) -> Response:
        project = self.writable_project()
        document, is_new = upload(project, caller(request), content_of(request))
        if is_new:
            changes = {"version": document.version}
            record(request, "document.uploaded", document, project=project, changes=changes)
        made = status.HTTP_201_CREATED if is_new else status.HTTP_200_OK
        return Response(DocumentSerializer(document).data, status=made)


class DocumentAsJson(Resource):
    content_negotiation_class = AsAddressed
    renderer_classes: Sequence[type[BaseRenderer]] = (JSONRenderer,)

    @operation(
        "documents_retrieve_json",
        "Show the OpenAPI document as JSON",
        "Of the project's API, as traffic shows it or as it was uploaded.",
        parameters=[OneDocumentFilters],
        gives={
            200: OpenApiResponse(
                OpenApiTypes.OBJECT,
                description="An OpenAPI 3.1 document.",
                examples=[OpenApiExample("document", EXAMPLE)],
            )
        },
    )
    def get(self, request: Request, project_uuid: UUID) -> Response:
        return Response(self.content(request))

    def content(self, request: Request) -> Any:
        filters = asked(request, OneDocumentFilters)
        documents = ApiDocument.objects.for_project(self.project()).filter(**filters)
        return found(documents.order_by("-version")).content


class Yaml(OpenApiYamlRenderer2):
    """Any JSON as YAML."""

    media_type = "application/yaml"


class DocumentAsYaml(DocumentAsJson):
    @operation(
        "documents_retrieve_yaml",
        "Show the OpenAPI document as YAML",
        "Of the project's API, as traffic shows it or as it was uploaded.",
        parameters=[OneDocumentFilters],
        gives={
            (200, "application/yaml"): OpenApiResponse(
                # Of no type, so that clients that read no YAML hand it on as text.
                OpenApiTypes.ANY,
                description="An OpenAPI 3.1 document.",
                examples=[OpenApiExample("document", EXAMPLE)],
            )
        },
    )
    def get(self, request: Request, project_uuid: UUID) -> Any:
        text = Yaml().render(self.content(request))  # type: ignore[no-untyped-call]
        return HttpResponse(text, content_type="application/yaml; charset=utf-8")


class Changes(Listing):
    row_class = ChangeSerializer
    filters = ChangeFilters
    pagination_class = DetectedFirst
    queryset = ApiChange.objects.none()

    def rows(self, filters: dict[str, Any]) -> QuerySet[ApiChange]:
        found = ApiChange.objects.for_project(self.project())
        found = found.filter(document__source=filters["source"])
        if "is_breaking" in filters:
            found = found.filter(is_breaking=filters["is_breaking"])
        if "endpoint" in filters:
            found = found.filter(endpoint__uuid=filters["endpoint"])
        return found.select_related("endpoint", "document").defer("document__content")

    def paginate_queryset(self, queryset: QuerySet[ApiChange]) -> Any:  # type: ignore[override]
        page: list[Any] = super().paginate_queryset(queryset)  # type: ignore[assignment]  # never None
        endpoints = {each.endpoint_id for each in page if each.endpoint_id is not None}
        numbers = EndpointCustomer.objects.numbers(page[0].project_id, endpoints) if page else {}
        for each in page:
            each.customers_touched = numbers.get(each.endpoint_id, 0)
        return page

    @operation(
        "changes_list",
        "List changes of the API",
        "Drift: what one version of the document has otherwise than the one before.",
    )
    def get(self, request: Request, project_uuid: UUID) -> Response:
        return self.listed(request)
