"""Versions of documents, and changes."""

from typing import ClassVar

from rest_framework import serializers
from treblle_models.models import ApiChange, ApiDocument

from treblle_api.endpoints.serializers import EndpointSerializer
from treblle_api.parameters import Parameters
from treblle_api.selection import ExpandingMixin

SOURCES = ApiDocument.Source.choices


class DocumentSerializer(serializers.ModelSerializer[ApiDocument]):
    class Meta:
        model = ApiDocument
        fields: ClassVar = ["uuid", "source", "version", "created_at"]
        read_only_fields: ClassVar = fields


class ChangeSerializer(ExpandingMixin, serializers.ModelSerializer[ApiChange]):
    endpoint_uuid = serializers.UUIDField(source="endpoint.uuid", allow_null=True, default=None)
    document_version = serializers.IntegerField(source="document.version")
    customers_touched = serializers.IntegerField(
        min_value=0,
        help_text="How many API customers call the endpoint; 0 where it is none of the API's now.",
    )

    expandable: ClassVar = {"endpoint": EndpointSerializer}

    class Meta:
        model = ApiChange
        fields: ClassVar = [
            "uuid",
            "code",
            "is_breaking",
            "description",
            "location",
            "endpoint_uuid",
            "document_version",
            "request_uuid",
            "customers_touched",
            "detected_at",
        ]
        read_only_fields: ClassVar = fields
        extra_kwargs: ClassVar = {
            "request_uuid": {"help_text": "The first request that showed it."},
            "location": {"help_text": "Where in the document, as a JSON Pointer."},
        }


class DocumentFilters(Parameters):
    source = serializers.ChoiceField(  # type: ignore[assignment]  # `source` is a field here
        SOURCES, required=False
    )


class OneDocumentFilters(Parameters):
    source = serializers.ChoiceField(  # type: ignore[assignment]  # as above
        SOURCES, default=ApiDocument.Source.TRAFFIC, help_text="Made from traffic, or uploaded."
    )
    version = serializers.IntegerField(
        min_value=1, max_value=2**31 - 1, required=False, help_text="The newest if left out."
    )


class ChangeFilters(Parameters):
    is_breaking = serializers.BooleanField(required=False)
    endpoint = serializers.UUIDField(required=False)
    source = serializers.ChoiceField(  # type: ignore[assignment]  # as above
        SOURCES,
        default=ApiDocument.Source.TRAFFIC,
        help_text="Drift in traffic, or what traffic does otherwise than the uploaded document.",
    )
