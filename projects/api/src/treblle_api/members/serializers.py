"""Members and invitations as they go in and out."""

from typing import ClassVar

from rest_framework import serializers
from treblle_models.models import Project, ProjectMember

from treblle_api.people import PersonSerializer
from treblle_api.selection import ExpandingMixin


class MemberSerializer(ExpandingMixin, serializers.ModelSerializer[ProjectMember]):
    expandable: ClassVar = {"user": PersonSerializer}

    class Meta:
        model = ProjectMember
        fields: ClassVar = ["uuid", "email", "role", "created_at", "accepted_at"]
        read_only_fields: ClassVar = fields


class InvitationSerializer(serializers.ModelSerializer[ProjectMember]):
    class Meta:
        model = ProjectMember
        fields: ClassVar = ["uuid", "email", "role", "created_at"]
        read_only_fields: ClassVar = fields


class RoleSerializer(serializers.Serializer[None]):
    role = serializers.ChoiceField(ProjectMember.Role.choices)


class InvitationInputSerializer(RoleSerializer):
    email = serializers.EmailField(max_length=254)

    def validate_email(self, email: str) -> str:
        return email.lower()


class InvitingProjectSerializer(serializers.ModelSerializer[Project]):
    class Meta:
        model = Project
        fields: ClassVar = ["uuid", "name"]
        read_only_fields: ClassVar = fields


class ReceivedInvitationSerializer(serializers.ModelSerializer[ProjectMember]):
    project = InvitingProjectSerializer(read_only=True)

    class Meta:
        model = ProjectMember
        fields: ClassVar = ["uuid", "project", "role", "created_at"]
        read_only_fields: ClassVar = fields
