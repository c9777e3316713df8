"""Collections as they go in and out."""

from typing import ClassVar

from rest_framework import serializers
from treblle_models.models import Collection, CollectionItem

MAX_DESCRIPTION_LENGTH = 10_000


class CollectionSerializer(serializers.ModelSerializer[Collection]):
    class Meta:
        model = Collection
        fields: ClassVar = ["uuid", "name", "description", "num_views", "created_at", "updated_at"]
        read_only_fields: ClassVar = fields


class CollectionInputSerializer(serializers.ModelSerializer[Collection]):
    description = serializers.CharField(
        max_length=MAX_DESCRIPTION_LENGTH, required=False, allow_blank=True, allow_null=True
    )

    class Meta:
        model = Collection
        fields: ClassVar = ["name", "description"]


class ItemSerializer(serializers.ModelSerializer[CollectionItem]):
    project_uuid = serializers.UUIDField(source="project.uuid")

    class Meta:
        model = CollectionItem
        fields: ClassVar = ["uuid", "project_uuid", "request_uuid", "note", "created_at"]
        read_only_fields: ClassVar = fields
        extra_kwargs: ClassVar = {
            "request_uuid": {"help_text": "It may be gone by retention, unless it is pinned."}
        }


class ItemInputSerializer(serializers.Serializer[None]):
    project = serializers.UUIDField()
    request = serializers.UUIDField()
    note = serializers.CharField(max_length=1024, required=False, allow_blank=True, default="")
