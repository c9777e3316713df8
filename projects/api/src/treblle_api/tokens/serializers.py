"""Personal tokens as they go in and out."""

from typing import Any, ClassVar

from rest_framework import serializers
from treblle_models.models import AccessToken

from treblle_api.accounts.serializers import AccessTokenSerializer

MAX_LIFE_DAYS = 365
DEFAULT_LIFE_DAYS = 90


class NewTokenSerializer(serializers.Serializer[None]):
    name = serializers.CharField(max_length=255, help_text="What it is for, to know it again.")
    scope = serializers.ChoiceField(
        AccessToken.Scope.choices,
        default=AccessToken.Scope.READ,
        help_text="What the token may do.",
    )
    life_days = serializers.IntegerField(
        min_value=1,
        max_value=MAX_LIFE_DAYS,
        default=DEFAULT_LIFE_DAYS,
        help_text="After how many days it ends.",
    )


class IssuedTokenSerializer(AccessTokenSerializer):
    token = serializers.CharField(read_only=True, help_text="Shown this once, and kept nowhere.")

    class Meta(AccessTokenSerializer.Meta):
        fields: ClassVar = ["token", *AccessTokenSerializer.Meta.fields]
        read_only_fields: ClassVar = fields

    def to_representation(self, instance: AccessToken) -> dict[str, Any]:
        instance.token = self.context["token"]  # type: ignore[attr-defined]  # shown, never kept
        return super().to_representation(instance)
