"""Problems as they go in and out."""

from typing import ClassVar

from rest_framework import serializers
from treblle_models.models import Problem

from treblle_api.endpoints.serializers import EndpointSerializer
from treblle_api.parameters import Parameters
from treblle_api.people import PersonSerializer
from treblle_api.selection import ExpandingMixin


class ProblemSerializer(ExpandingMixin, serializers.ModelSerializer[Problem]):
    endpoint_uuid = serializers.UUIDField(source="endpoint.uuid", allow_null=True, default=None)
    assignee_uuid = serializers.UUIDField(source="assignee.uuid", allow_null=True, default=None)

    expandable: ClassVar = {"endpoint": EndpointSerializer, "assignee": PersonSerializer}

    class Meta:
        model = Problem
        fields: ClassVar = [
            "uuid",
            "kind",
            "status",
            "error_type",
            "error_message",
            "state",
            "occurrences",
            "endpoint_uuid",
            "assignee_uuid",
            "request_uuid",
            "first_seen_at",
            "last_seen_at",
            "resolved_at",
            "regressed_at",
        ]
        read_only_fields: ClassVar = fields
        extra_kwargs: ClassVar = {
            "request_uuid": {"help_text": "The newest request that showed it."},
            "regressed_at": {"help_text": "When it came back after it had been resolved."},
        }


class ProblemInputSerializer(serializers.Serializer[None]):
    state = serializers.ChoiceField(Problem.State.choices, required=False)
    assignee = serializers.UUIDField(
        required=False,
        allow_null=True,
        help_text="The owner or a member of the project; null: nobody.",
    )


class ProblemFilters(Parameters):
    state = serializers.ChoiceField(Problem.State.choices, required=False)
    kind = serializers.ChoiceField(Problem.Kind.choices, required=False)
    endpoint = serializers.UUIDField(required=False)
    assignee = serializers.UUIDField(required=False)
    text = serializers.CharField(
        max_length=255, required=False, help_text="Looked for in error type and message."
    )
