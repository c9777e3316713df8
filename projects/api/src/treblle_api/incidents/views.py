"""Problems of a project's API: what fails alike, again and again."""

from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from rest_framework.request import Request
from rest_framework.response import Response
from treblle_models.models import Problem, Project

from treblle_api.access import found
from treblle_api.audit import record
from treblle_api.cursors import LastSeenFirst
from treblle_api.document.operations import operation
from treblle_api.incidents.operations import change_problem
from treblle_api.incidents.serializers import (
    ProblemFilters,
    ProblemInputSerializer,
    ProblemSerializer,
)
from treblle_api.resource import Listing, Resource


class Problems(Listing):
    row_class = ProblemSerializer
    filters = ProblemFilters
    pagination_class = LastSeenFirst
    queryset = Problem.objects.none()

    def rows(self, filters: dict[str, Any]) -> QuerySet[Problem]:
        rows = problems_of(self.project()).filter(merged_into=None)
        for name in ("state", "kind"):
            if name in filters:
                rows = rows.filter(**{name: filters[name]})
        for name in ("endpoint", "assignee"):
            if name in filters:
                rows = rows.filter(**{f"{name}__uuid": filters[name]})
        if "text" in filters:
            text = filters["text"]
            rows = rows.filter(Q(error_type__icontains=text) | Q(error_message__icontains=text))
        return rows

    @operation(
        "problems_list",
        "List problems",
        "Requests that fail alike, counted together. `sort=-first_seen_at` keeps pages still while"
        " problems go on.",
    )
    def get(self, request: Request, project_uuid: UUID) -> Response:
        return self.listed(request)


class OneProblem(Resource):
    row_class = ProblemSerializer

    @operation(
        "problems_retrieve",
        "Show a problem",
        "One that turned out to be the same as another, as endpoints became one, is the other.",
        gives=ProblemSerializer,
    )
    def get(self, request: Request, project_uuid: UUID, problem_uuid: UUID) -> Response:
        return self.row_shown(request, _problem(self.project(), problem_uuid))

    @operation(
        "problems_update",
        "Resolve, ignore or assign a problem",
        "A resolved one that comes back is opened again; an ignored one is counted and not told of.",
        takes=ProblemInputSerializer,
        gives=ProblemSerializer,
    )
    def patch(self, request: Request, project_uuid: UUID, problem_uuid: UUID) -> Response:
        project = self.writable_project()
        problem = _problem(project, problem_uuid)
        given = ProblemInputSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        change_problem(problem, project, given.validated_data)
        changes = {name: str(value) for name, value in given.validated_data.items()}
        record(request, "problem.changed", problem, project=project, changes=changes)
        return Response(ProblemSerializer(problem).data)


def _problem(project: Project, uuid: UUID) -> Problem:
    """By the uuid of one that turned out to be another, the other."""
    problem = found(problems_of(project).filter(uuid=uuid))
    if problem.merged_into_id is None:
        return problem
    return found(problems_of(project).filter(pk=problem.merged_into_id))


def problems_of(project: Project) -> QuerySet[Problem]:
    return Problem.objects.for_project(project).select_related("endpoint", "assignee")
