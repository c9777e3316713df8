"""Devices as they go in and out."""

from typing import Any, ClassVar, Final

from rest_framework import serializers
from treblle_models.models import NotificationDevice

MAX_PUSH_TOKEN_LENGTH: Final = 4096


class DeviceSerializer(serializers.ModelSerializer[NotificationDevice]):
    class Meta:
        model = NotificationDevice
        fields: ClassVar = [
            "uuid",
            "platform",
            "name",
            "app_version",
            "is_enabled",
            "last_delivered_at",
            "created_at",
        ]
        read_only_fields: ClassVar = fields


class DeviceInputSerializer(serializers.Serializer[None]):
    platform = serializers.ChoiceField(NotificationDevice.Platform.choices)
    push_token = serializers.CharField(
        max_length=MAX_PUSH_TOKEN_LENGTH, help_text="As APNs or FCM gave it to the app."
    )
    name = serializers.CharField(max_length=255, required=False, allow_blank=True, default="")
    app_version = serializers.CharField(max_length=64, required=False, allow_blank=True, default="")


class PushResultSerializer(serializers.Serializer[Any]):
    is_delivered = serializers.BooleanField()
    detail = serializers.CharField(help_text="What happened, for a person to read.")
