"""The user's projects."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.cache import patch_cache_control
from rest_framework import status
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response
from treblle_models.models import Environment, Erasure, Project, User
from treblle_models.plans import room_for_projects

from treblle_api.access import caller, visible_project, visible_projects
from treblle_api.audit import differences, record
from treblle_api.cursors import NewestFirst
from treblle_api.document.operations import operation
from treblle_api.erasing import order
from treblle_api.me.serializers import ErasureSerializer
from treblle_api.projects.serializers import (
    EnvironmentSerializer,
    ProjectInputSerializer,
    ProjectKeysSerializer,
    ProjectSerializer,
)
from treblle_api.resource import Listing, Resource


class PlanIsFull(PermissionDenied):
    default_detail = "Your plan holds no more projects. A larger one is under Billing."
    default_code = "plan_is_full"


class Projects(Listing):
    row_class = ProjectSerializer
    pagination_class = NewestFirst
    queryset = Project.objects.none()

    def rows(self, filters: dict[str, Any]) -> QuerySet[Project]:
        projects = visible_projects(caller(self.request))
        return projects.select_related("user") if self.expansions(self.request) else projects

    @operation(
        "projects_list",
        "List projects",
        "Projects the user owns or is a member of, newest first.",
    )
    def get(self, request: Request) -> Response:
        return self.listed(request)

    @operation(
        "projects_create",
        "Create a project",
        "The user will be its owner. Their plan may hold no more projects (`plan_is_full`).",
        takes=ProjectInputSerializer,
        gives={201: ProjectSerializer},
    )
    def post(self, request: Request) -> Response:
        given = ProjectInputSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        user = caller(request)
        project = visible_project(user, _make(user, given).uuid)
        record(request, "project.created", project, project=project, changes={"name": project.name})
        address = reverse("project", kwargs={"project_uuid": project.uuid})
        return Response(
            ProjectSerializer(project).data,
            status=status.HTTP_201_CREATED,
            headers={"Location": request.build_absolute_uri(address)},
        )


class OneProject(Resource):
    row_class = ProjectSerializer

    @operation("projects_retrieve", "Show a project", gives=ProjectSerializer)
    def get(self, request: Request, project_uuid: UUID) -> Response:
        return self.row_shown(request, self.project())

    @operation(
        "projects_update",
        "Change a project",
        "Only the fields given change. Owners and members may.",
        takes=ProjectInputSerializer,
        gives=ProjectSerializer,
    )
    def patch(self, request: Request, project_uuid: UUID) -> Response:
        project = self.writable_project()
        given = ProjectInputSerializer(project, data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        changes = differences(project, given.validated_data)
        given.save()
        record(request, "project.changed", project, project=project, changes=changes)
        return Response(ProjectSerializer(project).data)

    @operation(
        "projects_delete",
        "Delete a project",
        "For good, with all its data: in the background, so the project may be seen a moment"
        " longer. Only the owner may.",
        takes=None,
        gives={202: ErasureSerializer},
    )
    def delete(self, request: Request, project_uuid: UUID) -> Response:
        project = self.owned_project()
        with transaction.atomic():
            record(request, "project.deleted", project, changes={"name": project.name})
            erasure = order(Erasure.Subject.PROJECT, caller(request), project)
        return Response(ErasureSerializer(erasure).data, status=status.HTTP_202_ACCEPTED)


@transaction.atomic
def _make(user: User, given: ProjectInputSerializer) -> Project:
    """Raises `PlanIsFull`; projects that are there stay, also where a plan became smaller."""
    # Of two at once the second counts the first.
    User.objects.select_for_update().get(pk=user.pk)
    if room_for_projects(user) == 0:
        raise PlanIsFull
    return given.save(user=user)


class Keys(Resource):
    """Whoever has them can send requests: as with the account key, a token must be good to write."""

    methods_to_read = frozenset({"HEAD", "OPTIONS"})
    row_class = ProjectKeysSerializer

    @operation(
        "projects_keys_retrieve",
        "Show the keys of a project",
        "What an SDK needs to send to the project as the user. Needs a token that may write, and a"
        " role that may. The account key is rotated under `/v1/me/api-key/rotate`; what names the"
        " project stays.",
        gives=ProjectKeysSerializer,
    )
    def get(self, request: Request, project_uuid: UUID) -> Response:
        response = self.row_shown(request, caller(request), project=self.writable_project())
        patch_cache_control(response, no_store=True)
        return response


class Environments(Listing):
    row_class = EnvironmentSerializer
    pagination_class = NewestFirst
    queryset = Environment.objects.none()

    def rows(self, filters: dict[str, Any]) -> QuerySet[Environment]:
        return Environment.objects.for_project(self.project())

    @operation(
        "projects_environments_list",
        "List environments",
        "Where the project's API runs, as SDKs name it.",
    )
    def get(self, request: Request, project_uuid: UUID) -> Response:
        return self.listed(request)
