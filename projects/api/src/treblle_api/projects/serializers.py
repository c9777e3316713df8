"""Projects as they go in and out."""

from typing import ClassVar

from rest_framework import serializers
from treblle_models.models import Environment, Project, User

from treblle_api.access import ROLES
from treblle_api.me.serializers import ApiKeySerializer
from treblle_api.people import PersonSerializer
from treblle_api.selection import ExpandingMixin

MAX_MASKED_NAMES = 100
MAX_MASKED_NAME_LENGTH = 64
MAX_ROUTES = 100
MAX_ROUTE_LENGTH = 255
MAX_DESCRIPTION_LENGTH = 10_000
MAX_RETENTION_DAYS = 3650


class ProjectSerializer(ExpandingMixin, serializers.ModelSerializer[Project]):
    role = serializers.ChoiceField(ROLES, read_only=True, help_text="What the caller is in it.")
    masked_names = serializers.ListField(
        child=serializers.CharField(),
        read_only=True,
        help_text="Names of fields and headers masked besides the usual ones.",
    )
    excluded_routes = serializers.ListField(
        child=serializers.CharField(), read_only=True, help_text="Routes that SDKs leave out."
    )

    expandable: ClassVar = {"user": PersonSerializer}

    class Meta:
        model = Project
        fields: ClassVar = [
            "uuid",
            "name",
            "description",
            "custom_id",
            "role",
            "masked_names",
            "masks_emails",
            "excluded_routes",
            "sampling_rate",
            "retention_days",
            "first_request_at",
            "created_at",
            "updated_at",
        ]
        read_only_fields: ClassVar = fields
        extra_kwargs: ClassVar = {
            "custom_id": {"help_text": "What SDKs name the project by."},
            "sampling_rate": {"help_text": "The share of requests that SDKs send, 0 to 1."},
            "retention_days": {"help_text": "Null: as long as the plan allows."},
            "first_request_at": {"help_text": "Null until a request has come."},
        }


class ProjectInputSerializer(serializers.ModelSerializer[Project]):
    description = serializers.CharField(
        max_length=MAX_DESCRIPTION_LENGTH, required=False, allow_blank=True
    )
    masked_names = serializers.ListField(
        child=serializers.CharField(max_length=MAX_MASKED_NAME_LENGTH),
        max_length=MAX_MASKED_NAMES,
        required=False,
        help_text="Names of fields and headers to mask besides the usual ones.",
    )
    excluded_routes = serializers.ListField(
        child=serializers.CharField(max_length=MAX_ROUTE_LENGTH),
        max_length=MAX_ROUTES,
        required=False,
        help_text="Routes that SDKs shall leave out.",
    )
    sampling_rate = serializers.FloatField(
        min_value=0, max_value=1, required=False, help_text="The share of requests to send."
    )
    retention_days = serializers.IntegerField(
        min_value=1,
        max_value=MAX_RETENTION_DAYS,
        required=False,
        allow_null=True,
        help_text="Null: as long as the plan allows.",
    )

    class Meta:
        model = Project
        fields: ClassVar = [
            "name",
            "description",
            "masked_names",
            "masks_emails",
            "excluded_routes",
            "sampling_rate",
            "retention_days",
        ]


class ProjectKeysSerializer(ApiKeySerializer):
    """The user's account key, and what names the project in `context`."""

    custom_id = serializers.SerializerMethodField(
        help_text="Which project it is; the published SDKs have it as `TREBLLE_API_KEY`."
    )

    def get_custom_id(self, user: User) -> str:
        return str(self.context["project"].custom_id)


class EnvironmentSerializer(serializers.ModelSerializer[Environment]):
    class Meta:
        model = Environment
        fields: ClassVar = ["uuid", "name", "created_at"]
        read_only_fields: ClassVar = fields
