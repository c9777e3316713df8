"""What goes in and out when one logs in."""

from typing import Any, ClassVar

from rest_framework import serializers
from treblle_models.models import AccessToken, User

from treblle_api.accounts.second_factor import METHODS

MAX_PASSWORD_LENGTH = 4096
MAX_TEXT_LENGTH = 2048
MAX_CODE_LENGTH = 32


class LoginSerializer(serializers.Serializer[None]):
    email = serializers.EmailField(max_length=254)
    password = serializers.CharField(max_length=MAX_PASSWORD_LENGTH, trim_whitespace=False)
    name = serializers.CharField(
        max_length=255, default="API", help_text="What logs in, to know the session again."
    )
    scope = serializers.ChoiceField(
        AccessToken.Scope.choices,
        default=AccessToken.Scope.WRITE,
        help_text="What the token may do.",
    )


class SessionTokensSerializer(serializers.Serializer[Any]):
    uuid = serializers.UUIDField(help_text="The session's, as in the list of sessions.")
    token = serializers.CharField(help_text="Shown this once, and kept nowhere.")
    expires_at = serializers.DateTimeField()
    refresh_token = serializers.CharField(help_text="Good once, for the next pair of tokens.")
    refresh_expires_at = serializers.DateTimeField()
    scope = serializers.ChoiceField(AccessToken.Scope.choices)


class ChallengeSerializer(serializers.Serializer[Any]):
    challenge = serializers.CharField(help_text="To be sent with the code, within five minutes.")
    methods = serializers.ListField(
        child=serializers.ChoiceField(METHODS), help_text="What the code may be."
    )


class ChallengeAnswerSerializer(serializers.Serializer[None]):
    challenge = serializers.CharField(max_length=MAX_TEXT_LENGTH)
    code = serializers.CharField(max_length=MAX_CODE_LENGTH)


class RefreshSerializer(serializers.Serializer[None]):
    refresh_token = serializers.CharField(max_length=MAX_TEXT_LENGTH)


class SessionSerializer(serializers.ModelSerializer[AccessToken]):
    is_current = serializers.SerializerMethodField(help_text="Whether this was asked with it.")

    class Meta:
        model = AccessToken
        fields: ClassVar = [
            "uuid",
            "name",
            "scope",
            "ip",
            "user_agent",
            "is_current",
            "created_at",
            "last_used_at",
            "refresh_expires_at",
        ]
        read_only_fields: ClassVar = fields
        extra_kwargs: ClassVar = {
            "refresh_expires_at": {"help_text": "It ends then, unless it is renewed."}
        }

    def get_is_current(self, session: AccessToken) -> bool:
        token: AccessToken = self.context["request"].auth
        return session.pk == token.pk


class AccessTokenSerializer(serializers.ModelSerializer[AccessToken]):
    class Meta:
        model = AccessToken
        fields: ClassVar = ["uuid", "name", "scope", "created_at", "expires_at", "last_used_at"]
        read_only_fields: ClassVar = fields
        extra_kwargs: ClassVar = {"expires_at": {"help_text": "Null: never."}}


class MeSerializer(serializers.ModelSerializer[User]):
    token = AccessTokenSerializer(read_only=True, help_text="The token this was asked with.")

    class Meta:
        model = User
        fields: ClassVar = ["uuid", "email", "name", "time_zone", "created_at", "token"]
        read_only_fields: ClassVar = fields
