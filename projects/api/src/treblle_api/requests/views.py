"""Requests made to a project's API."""

from dataclasses import replace
from math import isfinite
from typing import Any
from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiResponse
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request as HttpRequest
from rest_framework.response import Response
from treblle_models.models import Project, Request
from treblle_models.request_filters import RequestFilter
from treblle_models.request_pages import NEWEST_FIRST, Cursor, request_page
from treblle_models.request_searching import search_bodies

from treblle_api.cursors import NewestFirst, first_page, link_to, page_size_of
from treblle_api.document.operations import operation
from treblle_api.files import file_response
from treblle_api.negotiation import AsAddressed
from treblle_api.parameters import asked
from treblle_api.requests.export import (
    FORMATS,
    MOST_ROWS,
    MOST_ROWS_WITH_DETAILS,
    export,
)
from treblle_api.requests.filters import (
    SortedRequestFilters,
    filter_of,
    sort_of,
)
from treblle_api.requests.queries import details_of, find_request, has_in_bodies
from treblle_api.requests.serializers import RequestDetailSerializer, RequestSummarySerializer
from treblle_api.resource import Listing, Resource


class Requests(Listing):
    row_class = RequestSummarySerializer
    filters = SortedRequestFilters
    pagination_class = NewestFirst
    queryset = Request.objects.none()

    @operation(
        "requests_list",
        "List requests",
        "Requests of a project, newest first by `received_at` unless `sort` says otherwise. Values"
        " of one filter are joined by or, filters by and.",
    )
    def get(self, request: HttpRequest, project_uuid: UUID) -> Response:
        project, given = self.project(), asked(request, SortedRequestFilters)
        filter, sort, cursor = filter_of(project, given), sort_of(given), _cursor_of(request)
        size = page_size_of(request)
        if "body" in given:
            return self._searched(request, project, filter, given, cursor, size)
        page = request_page(project, filter, sort, cursor, size=size)
        links = {
            "next": link_to(request, page.next.encode()) if page.next else None,
            "previous": link_to(request, page.previous.encode()) if page.previous else None,
        }
        if cursor is not None and not page.rows:
            # What was there is gone: the way back is to the beginning.
            links["next" if cursor.backwards else "previous"] = first_page(request)
        return self._page(request, links, page.rows)

    def _searched(
        self,
        request: HttpRequest,
        project: Project,
        filter: RequestFilter,
        given: dict[str, Any],
        cursor: Cursor | None,
        size: int,
    ) -> Response:
        """Bodies are looked into one by one, so only forwards in the order of time."""
        if sort_of(given) != NEWEST_FIRST:
            raise ValidationError({"sort": ["Text in bodies is looked for newest first only."]})
        found = search_bodies(
            project,
            filter,
            replace(cursor, backwards=False) if cursor else None,
            lambda row: has_in_bodies(row, given["body"]),
            size=size,
        )
        links = {
            "next": link_to(request, found.next.encode()) if found.next else None,
            "previous": first_page(request) if cursor else None,
        }
        return self._page(request, links, found.rows)

    def _page(
        self, request: HttpRequest, links: dict[str, str | None], rows: list[Request]
    ) -> Response:
        shown = self.get_serializer(rows, many=True).data
        return self.shown(request, links | {"results": shown})


class OneRequest(Resource):
    row_class = RequestDetailSerializer

    @operation(
        "requests_retrieve",
        "Show a request",
        "All that is known of a request: checks it failed, and headers and bodies while they are"
        " kept.",
        gives=RequestDetailSerializer,
    )
    def get(self, request: HttpRequest, project_uuid: UUID, request_uuid: UUID) -> Response:
        row = find_request(self.project(), request_uuid)
        return self.row_shown(request, row, details=details_of(row))


class ExportFilters(SortedRequestFilters):
    format = serializers.ChoiceField(list(FORMATS), default="json")


class Export(Resource):
    content_negotiation_class = AsAddressed

    @operation(
        "requests_export",
        "Export requests",
        f"What the list shows, as a file that is sent while it is made: CSV or JSON with up to"
        f" {MOST_ROWS:,} requests, or an HTTP Archive 1.2 with headers and bodies of up to"
        f" {MOST_ROWS_WITH_DETAILS:,}. Filters are those of the list.",
        parameters=[ExportFilters],
        gives={
            (200, "application/json"): OpenApiResponse(
                OpenApiTypes.ANY,
                description="The file.",
                examples=[OpenApiExample("json", [{"method": "GET", "path": "/users/7"}])],
            ),
            (200, "text/csv"): OpenApiResponse(
                OpenApiTypes.STR,
                description="The file.",
                examples=[OpenApiExample("csv", "method,path\r\nGET,/users/7\r\n")],
            ),
        },
    )
    def get(self, request: HttpRequest, project_uuid: UUID) -> Any:
        project, given = self.project(), asked(request, ExportFilters)
        chosen = given["format"]
        format = FORMATS[chosen]
        filter, sort = filter_of(project, given), sort_of(given)
        chunks = export(project, filter, sort, format, given.get("body", ""))
        return file_response(
            request, chunks, content_type=format.content_type, name=f"requests.{chosen}"
        )


def _cursor_of(request: HttpRequest) -> Cursor | None:
    text = request.query_params.get("cursor")
    if text is None:
        return None
    try:
        cursor = Cursor.decode(text)
        if cursor.value is not None and not isfinite(cursor.value):
            raise ValueError("not a value of a row")
    except ValueError:
        raise ValidationError({"cursor": ["This is not a cursor of this list."]}) from None
    return cursor
