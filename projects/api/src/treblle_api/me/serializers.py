"""The user as they go in and out."""

from typing import ClassVar
from zoneinfo import available_timezones

from rest_framework import serializers
from treblle_models.models import Erasure, User

from treblle_api.accounts.serializers import MAX_CODE_LENGTH, MAX_PASSWORD_LENGTH

MAX_GRACE_HOURS = 720
DEFAULT_GRACE_HOURS = 24


class MeInputSerializer(serializers.ModelSerializer[User]):
    time_zone = serializers.CharField(
        max_length=64, required=False, help_text="An IANA name, e.g. `Europe/Amsterdam`."
    )

    class Meta:
        model = User
        fields: ClassVar = ["name", "time_zone"]

    def validate_time_zone(self, name: str) -> str:
        if name not in available_timezones():
            raise serializers.ValidationError("There is no such time zone.")
        return name


class ApiKeySerializer(serializers.Serializer[User]):
    api_key = serializers.CharField(
        help_text="What SDKs send along to say who sends: the account key, `TREBLLE_SDK_TOKEN`."
    )
    previous_expires_at = serializers.DateTimeField(
        source="previous_api_key_expires_at",
        allow_null=True,
        help_text="Until when the key before still works.",
    )


class RotationSerializer(serializers.Serializer[None]):
    grace_hours = serializers.IntegerField(
        min_value=0,
        max_value=MAX_GRACE_HOURS,
        default=DEFAULT_GRACE_HOURS,
        help_text="How long the key in use still works.",
    )


class ConfirmationSerializer(serializers.Serializer[None]):
    password = serializers.CharField(max_length=MAX_PASSWORD_LENGTH, trim_whitespace=False)
    code = serializers.CharField(
        max_length=MAX_CODE_LENGTH,
        required=False,
        help_text="Of the second factor, where the account has one.",
    )


class ErasureSerializer(serializers.ModelSerializer[Erasure]):
    class Meta:
        model = Erasure
        fields: ClassVar = ["uuid", "subject", "progress", "created_at"]
        read_only_fields: ClassVar = fields
