"""Where alerts may go: what goes in and out, and which addresses are taken."""

from typing import Any, ClassVar, Final

from rest_framework import serializers
from treblle_models.models import AlertChannel, Project
from treblle_service.django import outbound

MAX_OF_A_PROJECT: Final = 50
Kind = AlertChannel.Kind


class AlertChannelSerializer(serializers.ModelSerializer[AlertChannel]):
    """Of a URL only the host: its path can be as good as a password."""

    goes_to = serializers.CharField(
        read_only=True,
        help_text="The email address, or the host of the URL; empty for push messages.",
    )

    class Meta:
        model = AlertChannel
        fields: ClassVar = ["uuid", "kind", "name", "goes_to", "is_enabled", "created_at"]
        read_only_fields: ClassVar = fields


class CreatedAlertChannelSerializer(AlertChannelSerializer):
    class Meta(AlertChannelSerializer.Meta):
        fields: ClassVar = [*AlertChannelSerializer.Meta.fields, "secret"]
        read_only_fields: ClassVar = fields
        extra_kwargs: ClassVar = {
            "secret": {
                "help_text": "What a webhook is signed with (Standard Webhooks); else empty."
            }
        }


class AlertChannelChangeSerializer(serializers.ModelSerializer[AlertChannel]):
    """The kind of a channel stays; `context` holds its project."""

    target = serializers.CharField(
        max_length=1024,
        required=False,
        allow_blank=True,
        help_text="The address of somebody in the team, or an https URL; none for push messages,"
        " which go to the devices of the team.",
    )

    class Meta:
        model = AlertChannel
        fields: ClassVar = ["name", "target", "is_enabled"]

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        kind = attrs.get("kind") or getattr(self.instance, "kind", None)
        if self.instance is None or "target" in attrs:
            project: Project = self.context["project"]
            attrs["target"] = _checked(project, str(kind), attrs.get("target", ""))
        return attrs


class AlertChannelInputSerializer(AlertChannelChangeSerializer):
    class Meta(AlertChannelChangeSerializer.Meta):
        fields: ClassVar = ["kind", "name", "target"]

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        project: Project = self.context["project"]
        if AlertChannel.objects.for_project(project).count() >= MAX_OF_A_PROJECT:
            raise serializers.ValidationError(
                f"A project has up to {MAX_OF_A_PROJECT} channels: delete one first."
            )
        return super().validate(attrs)


def _checked(project: Project, kind: str, target: str) -> str:
    """The target as it is kept. Raises `ValidationError`."""
    target = target.strip()
    if kind == Kind.PUSH:
        problem = "Push messages go to the devices of the team." if target else ""
    elif not target:
        problem = "This channel needs one."
    elif kind == Kind.EMAIL:
        problem = "" if target in project.addresses() else "This is nobody's address in the team."
    else:
        problem = outbound.problem_of(target, AlertChannel.HOSTS.get(kind, ""))
    if problem:
        raise serializers.ValidationError({"target": problem})
    return target
