"""People as others see them."""

from typing import ClassVar

from rest_framework import serializers
from treblle_models.models import User


class PersonSerializer(serializers.ModelSerializer[User]):
    class Meta:
        model = User
        fields: ClassVar = ["uuid", "email", "name"]
        read_only_fields: ClassVar = fields
