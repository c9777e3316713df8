"""Rules, alerts and deliveries as they go in and out."""

from typing import Any, ClassVar, Final
from zoneinfo import available_timezones

from rest_framework import serializers
from treblle_models.models import (
    Alert,
    AlertChannel,
    AlertDelivery,
    AlertRule,
    Endpoint,
    Environment,
    SavedSearch,
)

from treblle_api.alerts.channels import AlertChannelSerializer
from treblle_api.parameters import Parameters
from treblle_api.selection import ExpandingMixin

MAX_WINDOW_MINUTES: Final = 1440
MAX_REQUESTS: Final = 1_000_000
MAX_THRESHOLD: Final = 1e9
MAX_CHANNELS: Final = 50
# Environments are counted by the hour.
LEAST_OF_ENVIRONMENTS: Final = 60
Metric = AlertRule.Metric
EVENTS_OF_ALERTS: Final = [("opened", "Opened"), ("closed", "Closed")]
WITHOUT_THRESHOLD: Final = frozenset(
    {Metric.NEW_ENDPOINT, Metric.BREAKING_CHANGE, Metric.NEW_PROBLEM}
)


class AlertRuleSerializer(serializers.ModelSerializer[AlertRule]):
    endpoint_uuid = serializers.UUIDField(source="endpoint.uuid", allow_null=True, default=None)
    environment_uuid = serializers.UUIDField(
        source="environment.uuid", allow_null=True, default=None
    )
    saved_search_uuid = serializers.UUIDField(
        source="saved_search.uuid", allow_null=True, default=None
    )
    channels = serializers.SerializerMethodField(help_text="Where its alerts go.")

    class Meta:
        model = AlertRule
        fields: ClassVar = [
            "uuid",
            "name",
            "metric",
            "threshold",
            "window_minutes",
            "min_requests",
            "endpoint_uuid",
            "environment_uuid",
            "saved_search_uuid",
            "channels",
            "quiet_from",
            "quiet_until",
            "time_zone",
            "is_enabled",
            "evaluated_at",
            "created_at",
        ]
        read_only_fields: ClassVar = fields
        extra_kwargs: ClassVar = {
            "threshold": {
                "help_text": "In the metric's unit: a share 0 to 1, milliseconds, a factor, points."
            }
        }

    def get_channels(self, rule: AlertRule) -> list[str]:
        return sorted(str(each.channel.uuid) for each in rule.rule_channels.all())


class AlertRuleInputSerializer(serializers.ModelSerializer[AlertRule]):
    """Rows it names are of the project in `context`; another's are unknown."""

    threshold = serializers.FloatField(
        min_value=0, max_value=MAX_THRESHOLD, required=False, allow_null=True
    )
    window_minutes = serializers.IntegerField(
        min_value=1, max_value=MAX_WINDOW_MINUTES, required=False
    )
    min_requests = serializers.IntegerField(min_value=0, max_value=MAX_REQUESTS, required=False)
    endpoint = serializers.SlugRelatedField(
        slug_field="uuid", queryset=Endpoint.objects.all(), required=False, allow_null=True
    )
    environment = serializers.SlugRelatedField(
        slug_field="uuid", queryset=Environment.objects.all(), required=False, allow_null=True
    )
    saved_search = serializers.SlugRelatedField(
        slug_field="uuid", queryset=SavedSearch.objects.all(), required=False, allow_null=True
    )
    channels = serializers.ListField(
        child=serializers.UUIDField(), max_length=MAX_CHANNELS, required=False
    )

    class Meta:
        model = AlertRule
        fields: ClassVar = [
            "name",
            "metric",
            "threshold",
            "window_minutes",
            "min_requests",
            "endpoint",
            "environment",
            "saved_search",
            "channels",
            "quiet_from",
            "quiet_until",
            "time_zone",
            "is_enabled",
        ]

    def get_fields(self) -> dict[str, Any]:
        fields = super().get_fields()
        project = self.context.get("project")
        for name in ("endpoint", "environment", "saved_search"):
            field: Any = fields[name]
            rows = field.queryset.none() if project is None else field.queryset
            field.queryset = rows.filter(project=project)
            if name == "saved_search" and project is not None:
                field.queryset = field.queryset.visible_to(self.context["user"])
        return fields

    def validate_time_zone(self, name: str) -> str:
        if name not in available_timezones():
            raise serializers.ValidationError("There is no such time zone.")
        return name

    def validate_channels(self, uuids: list[Any]) -> list[AlertChannel]:
        wanted = set(uuids)
        project = self.context["project"]
        channels = list(AlertChannel.objects.for_project(project).filter(uuid__in=wanted))
        if len(channels) < len(wanted):
            raise serializers.ValidationError("Not all of these are channels of the project.")
        return channels

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        rule = self.instance

        def value(name: str, default: Any = None) -> Any:
            return attrs[name] if name in attrs else getattr(rule, name, default)

        if value("metric") not in WITHOUT_THRESHOLD and value("threshold") is None:
            raise serializers.ValidationError({"threshold": "This metric needs one."})
        if value("metric") == Metric.SEARCH and value("saved_search") is None:
            raise serializers.ValidationError({"saved_search": "This metric needs one."})
        if value("environment") and value("endpoint"):
            raise serializers.ValidationError({"environment": "Not together with an endpoint."})
        if value("environment") and value("window_minutes", 5) < LEAST_OF_ENVIRONMENTS:
            raise serializers.ValidationError(
                {"window_minutes": "Environments are counted by the hour."}
            )
        if (value("quiet_from") is None) != (value("quiet_until") is None):
            raise serializers.ValidationError(
                {"quiet_until": "Quiet hours need a beginning and an end."}
            )
        return attrs


class AlertSerializer(ExpandingMixin, serializers.ModelSerializer[Alert]):
    rule_uuid = serializers.UUIDField(source="rule.uuid")

    expandable: ClassVar = {"rule": AlertRuleSerializer}

    class Meta:
        model = Alert
        fields: ClassVar = [
            "uuid",
            "rule_uuid",
            "message",
            "value",
            "opened_at",
            "closed_at",
            "link",
        ]
        read_only_fields: ClassVar = fields
        extra_kwargs: ClassVar = {
            "value": {"help_text": "The metric when it opened, in its unit."},
            "closed_at": {"help_text": "Null while it is open."},
            "link": {"help_text": "The path of the platform's page behind it."},
        }


class AlertDeliverySerializer(serializers.ModelSerializer[AlertDelivery]):
    channel = AlertChannelSerializer(read_only=True)
    event = serializers.ChoiceField(EVENTS_OF_ALERTS, read_only=True)

    class Meta:
        model = AlertDelivery
        fields: ClassVar = [
            "uuid",
            "event",
            "status",
            "attempts",
            "channel",
            "response_status",
            "error",
            "created_at",
            "next_attempt_at",
            "delivered_at",
        ]
        read_only_fields: ClassVar = fields


class ChannelDeliverySerializer(AlertDeliverySerializer):
    event = serializers.ChoiceField(AlertDelivery.Event.choices, read_only=True)
    alert_uuid = serializers.UUIDField(
        source="alert.uuid", allow_null=True, default=None, help_text="Null for a test."
    )

    class Meta(AlertDeliverySerializer.Meta):
        fields: ClassVar = [*AlertDeliverySerializer.Meta.fields, "alert_uuid"]
        read_only_fields: ClassVar = fields


class AlertFilters(Parameters):
    is_open = serializers.BooleanField(required=False)
    rule = serializers.UUIDField(required=False)
