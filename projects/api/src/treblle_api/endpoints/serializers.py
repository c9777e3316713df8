"""Endpoints as they go in and out."""

from typing import ClassVar, Final

from rest_framework import serializers
from treblle_models.models import Endpoint

from treblle_api.parameters import Parameters

MAX_TEMPLATE_LENGTH: Final = 1024
MAX_MERGED: Final = 100


class EndpointSerializer(serializers.ModelSerializer[Endpoint]):
    class Meta:
        model = Endpoint
        fields: ClassVar = [
            "uuid",
            "method",
            "template",
            "name",
            "source",
            "is_pinned",
            "is_ignored",
            "auth_scheme",
            "first_seen_at",
            "last_seen_at",
        ]
        read_only_fields: ClassVar = fields
        extra_kwargs: ClassVar = {
            "name": {"help_text": "Empty: method and template are its name."},
            "auth_scheme": {"help_text": "As OpenAPI names it; empty where none was seen."},
        }


class EndpointInputSerializer(serializers.Serializer[None]):
    name = serializers.CharField(
        max_length=255, allow_blank=True, required=False, help_text="What people call it."
    )
    template = serializers.CharField(
        max_length=MAX_TEMPLATE_LENGTH,
        required=False,
        help_text="The same path with other names of parameters.",
    )
    is_pinned = serializers.BooleanField(
        required=False, help_text="Learning neither splits nor merges it."
    )
    is_ignored = serializers.BooleanField(required=False, help_text="It counts nowhere.")


class MergeSerializer(serializers.Serializer[None]):
    endpoints = serializers.ListField(
        child=serializers.UUIDField(),
        min_length=1,
        max_length=MAX_MERGED,
        help_text="Of one method.",
    )
    template = serializers.CharField(
        max_length=MAX_TEMPLATE_LENGTH, help_text="What matches each of theirs."
    )


class EndpointFilters(Parameters):
    text = serializers.CharField(
        max_length=255, required=False, help_text="Looked for in template and name."
    )
    method = serializers.CharField(max_length=16, required=False)
    is_pinned = serializers.BooleanField(required=False)
    is_ignored = serializers.BooleanField(
        required=False, help_text="Those that are not, where it is left out."
    )
