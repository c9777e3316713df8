"""Threats and anomalies as they go out."""

from typing import Any, ClassVar

from rest_framework import serializers
from treblle_models.models import Anomaly

from treblle_api.endpoints.serializers import EndpointSerializer
from treblle_api.parameters import Parameters
from treblle_api.requests.serializers import THREAT_CHOICES
from treblle_api.selection import ExpandingMixin


class ThreatSerializer(serializers.Serializer[Any]):
    code = serializers.CharField(help_text="Of a check of the catalogue.")
    title = serializers.CharField()
    level = serializers.ChoiceField(THREAT_CHOICES)
    requests = serializers.IntegerField(help_text="In the last 30 days.")


class ThreatDaySerializer(serializers.Serializer[Any]):
    at = serializers.DateTimeField(help_text="The day (UTC).")
    requests = serializers.IntegerField(help_text="That threatened in one way or another.")


class SecuritySerializer(serializers.Serializer[Any]):
    threats = ThreatSerializer(many=True, help_text="Those that were seen, the worst first.")
    days = ThreatDaySerializer(many=True, help_text="Of the last 30 days, those with any.")
    anomalies_going_on = serializers.IntegerField()


class AnomalySerializer(ExpandingMixin, serializers.ModelSerializer[Anomaly]):
    endpoint_uuid = serializers.UUIDField(source="endpoint.uuid", allow_null=True, default=None)

    expandable: ClassVar = {"endpoint": EndpointSerializer}

    class Meta:
        model = Anomaly
        fields: ClassVar = [
            "uuid",
            "kind",
            "severity",
            "endpoint_uuid",
            "observed",
            "expected",
            "evidence",
            "started_at",
            "ended_at",
        ]
        read_only_fields: ClassVar = fields
        extra_kwargs: ClassVar = {
            "observed": {"help_text": "Requests in its worst quarter of an hour."},
            "expected": {"help_text": "Requests in a usual one."},
            "ended_at": {"help_text": "Null while it goes on."},
        }


class AnomalyFilters(Parameters):
    kind = serializers.ChoiceField(Anomaly.Kind.choices, required=False)
    severity = serializers.ChoiceField(Anomaly.Severity.choices, required=False)
    is_going_on = serializers.BooleanField(required=False)
