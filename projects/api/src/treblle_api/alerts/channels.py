"""Where alerts may go: what goes in and out, and which addresses are taken."""

from typing import Any, ClassVar, Final
from urllib.parse import urlsplit

from rest_framework import serializers
from treblle_models.models import AlertChannel, Project, ProjectMember
from treblle_service.django import outbound

SLACK_HOST: Final = "hooks.slack.com"
MAX_OF_A_PROJECT: Final = 50
Kind = AlertChannel.Kind


class AlertChannelSerializer(serializers.ModelSerializer[AlertChannel]):
    """Of a URL only the host: its path can be as good as a password."""

    goes_to = serializers.SerializerMethodField(
        help_text="The e-mail address, or the host of the URL; empty for push messages."
    )

    class Meta:
        model = AlertChannel
        fields: ClassVar = ["uuid", "kind", "name", "goes_to", "is_enabled", "created_at"]
        read_only_fields: ClassVar = fields

    def get_goes_to(self, channel: AlertChannel) -> str:
        if channel.kind == Kind.EMAIL:
            return channel.target
        return urlsplit(channel.target).hostname or ""


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
        problem = "" if _is_in_team(project, target) else "This is nobody's address in the team."
    else:
        problem = _problem_of_url(kind, target)
    if problem:
        raise serializers.ValidationError({"target": problem})
    return target


def _is_in_team(project: Project, email: str) -> bool:
    active = project.members.filter(status=ProjectMember.Status.ACTIVE)
    return email == project.user.email or active.filter(email=email).exists()


def _problem_of_url(kind: str, url: str) -> str:
    try:
        target = outbound.parse(url)
        if kind == Kind.SLACK and target.host != SLACK_HOST:
            return f"It begins with https://{SLACK_HOST}/."
        outbound.checked_address(target)
    except outbound.Refused as refusal:
        return str(refusal)
    except outbound.NotDelivered:
        pass  # a name that cannot be found yet may come to be
    return ""
