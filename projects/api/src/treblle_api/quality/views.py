"""Scores of an API, and every check with how it stands."""

from uuid import UUID

from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from treblle_models.models import Project

from treblle_api.audit import record
from treblle_api.document.operations import operation
from treblle_api.parameters import asked
from treblle_api.quality.operations import switch_check
from treblle_api.quality.queries import checks_of, endpoints_of_check, quality_of
from treblle_api.quality.serializers import (
    CheckDetailSerializer,
    CheckFilters,
    CheckInputSerializer,
    CheckListSerializer,
    QualitySerializer,
)
from treblle_api.resource import Resource


class Quality(Resource):
    row_class = QualitySerializer

    @operation(
        "quality_retrieve",
        "Show the scores",
        "Of traffic and of the document, now and over 90 days.",
        gives=QualitySerializer,
    )
    def get(self, request: Request, project_uuid: UUID) -> Response:
        return self.row_shown(request, quality_of(self.project()))


class Checks(Resource):
    @operation(
        "quality_checks_list",
        "List checks",
        "The whole catalogue with how each check stands, why it matters and how to mend it.",
        parameters=[CheckFilters],
        gives=CheckListSerializer,
    )
    def get(self, request: Request, project_uuid: UUID) -> Response:
        project, filters = self.project(), asked(request, CheckFilters)
        rows = [state.shown() for state in checks_of(project).values()]
        fitting = [row for row in rows if filters.items() <= row.items()]
        return Response(CheckListSerializer({"results": fitting}).data)


class OneCheck(Resource):
    row_class = CheckDetailSerializer

    @operation(
        "quality_checks_retrieve",
        "Show a check",
        "With the endpoints on which it fails.",
        gives=CheckDetailSerializer,
    )
    def get(self, request: Request, project_uuid: UUID, code: str) -> Response:
        return self.row_shown(request, self._check(self.project(), code))

    @operation(
        "quality_checks_update",
        "Switch a check on or off",
        "It counts from the next score on.",
        takes=CheckInputSerializer,
        gives=CheckDetailSerializer,
    )
    def patch(self, request: Request, project_uuid: UUID, code: str) -> Response:
        project = self.writable_project()
        self._check(project, code)
        given = CheckInputSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        on = given.validated_data["is_enabled"]
        switch_check(project, code, on=on)
        action = "check.switched_on" if on else "check.switched_off"
        record(request, action, project, project=project, changes={"check": code})
        return Response(CheckDetailSerializer(self._check(project, code)).data)

    def _check(self, project: Project, code: str) -> dict[str, object]:
        state = checks_of(project).get(code)
        if state is None:
            raise NotFound
        return state.shown() | {"endpoints": endpoints_of_check(project, code)}
