"""API customers as they go in and out."""

from typing import ClassVar

from rest_framework import serializers
from treblle_models.models import Customer

from treblle_api.parameters import Parameters


class CustomerSerializer(serializers.ModelSerializer[Customer]):
    class Meta:
        model = Customer
        fields: ClassVar = ["uuid", "external_id", "name", "first_seen_at", "last_seen_at"]
        read_only_fields: ClassVar = fields
        extra_kwargs: ClassVar = {"external_id": {"help_text": "As the project knows them."}}


class CustomerInputSerializer(serializers.ModelSerializer[Customer]):
    class Meta:
        model = Customer
        fields: ClassVar = ["name"]


class CustomerFilters(Parameters):
    text = serializers.CharField(
        max_length=255, required=False, help_text="Looked for in id and name."
    )
