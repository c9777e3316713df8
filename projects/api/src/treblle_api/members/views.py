"""Who is in a project, and who is invited."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from rest_framework import status
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response
from treblle_models.models import ProjectMember

from treblle_api.access import caller, found
from treblle_api.audit import record
from treblle_api.cursors import NewestFirst
from treblle_api.document.operations import operation
from treblle_api.members.operations import accept, invite
from treblle_api.members.queries import invitations_for, invitations_of, members_of
from treblle_api.members.serializers import (
    InvitationInputSerializer,
    InvitationSerializer,
    MemberSerializer,
    ReceivedInvitationSerializer,
    RoleSerializer,
)
from treblle_api.resource import Listing, Resource


class Members(Listing):
    row_class = MemberSerializer
    pagination_class = NewestFirst
    queryset = ProjectMember.objects.none()

    def rows(self, filters: dict[str, Any]) -> QuerySet[ProjectMember]:
        return members_of(self.project())

    @operation("members_list", "List members", "Who is in the project, besides its owner.")
    def get(self, request: Request, project_uuid: UUID) -> Response:
        return self.listed(request)


class OneMember(Resource):
    row_class = MemberSerializer

    @operation("members_retrieve", "Show a member", gives=MemberSerializer)
    def get(self, request: Request, project_uuid: UUID, member_uuid: UUID) -> Response:
        members = members_of(self.project())
        return self.row_shown(request, found(members.filter(uuid=member_uuid)))

    @operation(
        "members_update",
        "Change a member's role",
        "Only the owner may.",
        takes=RoleSerializer,
        gives=MemberSerializer,
    )
    def patch(self, request: Request, project_uuid: UUID, member_uuid: UUID) -> Response:
        project = self.owned_project()
        member = found(members_of(project).filter(uuid=member_uuid))
        given = RoleSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        before, member.role = member.role, given.validated_data["role"]
        member.save(update_fields=["role", "updated_at"])
        changes = {"email": member.email, "role": [before, member.role]}
        record(request, "member.role_changed", member, project=project, changes=changes)
        return Response(MemberSerializer(member).data)

    @operation(
        "members_remove",
        "Remove a member",
        "The owner may remove anyone, a member themselves.",
        takes=None,
        gives={204: None},
    )
    def delete(self, request: Request, project_uuid: UUID, member_uuid: UUID) -> Response:
        project = self.project()
        member = found(members_of(project).filter(uuid=member_uuid))
        leaves = member.user_id == caller(request).pk
        if not leaves and project.user_id != caller(request).pk:
            raise PermissionDenied("Only the owner may remove others.")
        action = "member.left" if leaves else "member.removed"
        record(request, action, member, project=project, changes={"email": member.email})
        member.delete()
        return Response(status=status.HTTP_204_NO_CONTENT)


class Invitations(Listing):
    row_class = InvitationSerializer
    pagination_class = NewestFirst
    queryset = ProjectMember.objects.none()

    def rows(self, filters: dict[str, Any]) -> QuerySet[ProjectMember]:
        return invitations_of(self.project())

    @operation("members_invitations_list", "List invitations", "Those not taken yet.")
    def get(self, request: Request, project_uuid: UUID) -> Response:
        return self.listed(request)

    @operation(
        "members_invite",
        "Invite somebody",
        "By email, which the platform sends. Only the owner may.",
        takes=InvitationInputSerializer,
        gives={201: InvitationSerializer},
    )
    def post(self, request: Request, project_uuid: UUID) -> Response:
        project = self.owned_project()
        given = InvitationInputSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        member = invite(project, inviter=caller(request), **given.validated_data)
        changes = dict(given.validated_data)
        record(request, "member.invited", member, project=project, changes=changes)
        return Response(InvitationSerializer(member).data, status=status.HTTP_201_CREATED)


class OneInvitation(Resource):
    @operation(
        "members_invitations_take_back",
        "Take an invitation back",
        "Only the owner may.",
        takes=None,
        gives={204: None},
    )
    def delete(self, request: Request, project_uuid: UUID, invitation_uuid: UUID) -> Response:
        project = self.owned_project()
        member = found(invitations_of(project).filter(uuid=invitation_uuid))
        record(request, "member.removed", member, project=project, changes={"email": member.email})
        member.delete()
        return Response(status=status.HTTP_204_NO_CONTENT)


class ReceivedInvitations(Listing):
    row_class = ReceivedInvitationSerializer
    pagination_class = NewestFirst
    queryset = ProjectMember.objects.none()

    def rows(self, filters: dict[str, Any]) -> QuerySet[ProjectMember]:
        return invitations_for(caller(self.request))

    @operation(
        "invitations_list",
        "List my invitations",
        "Invitations to projects, sent to an address that is verified as the user's.",
    )
    def get(self, request: Request) -> Response:
        return self.listed(request)


class OneReceivedInvitation(Resource):
    @operation("invitations_decline", "Decline an invitation", takes=None, gives={204: None})
    def delete(self, request: Request, invitation_uuid: UUID) -> Response:
        member = found(invitations_for(caller(request)).filter(uuid=invitation_uuid))
        record(request, "member.declined", member, project=member.project)
        member.delete()
        return Response(status=status.HTTP_204_NO_CONTENT)


class Acceptance(Resource):
    @operation(
        "invitations_accept",
        "Accept an invitation",
        "The project is among the user's from then on.",
        takes=None,
        gives={204: None},
    )
    def post(self, request: Request, invitation_uuid: UUID) -> Response:
        user = caller(request)
        member = found(invitations_for(user).filter(uuid=invitation_uuid))
        accept(member, user)
        record(request, "member.joined", member, project=member.project)
        return Response(status=status.HTTP_204_NO_CONTENT)
