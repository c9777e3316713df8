"""What is asked for, and how it goes out."""

from typing import Any, Final

from rest_framework import serializers

from treblle_api.parameters import Moment, Parameters

METRICS: Final = [
    ("requests", "Requests"),
    ("errors", "Answers with 4xx or 5xx"),
    ("client_errors", "Answers with 4xx"),
    ("server_errors", "Answers with 5xx"),
    ("error_rate", "Share of answers with 4xx or 5xx, 0 to 1"),
    ("request_bytes", "Bytes of requests"),
    ("response_bytes", "Bytes of responses"),
    ("load_time_avg_ms", "Mean load time"),
    ("load_time_p50_ms", "Median load time"),
    ("load_time_p95_ms", "95th percentile of load times"),
    ("load_time_p99_ms", "99th percentile of load times"),
]
GROUPS: Final = [
    ("endpoint", "Endpoint"),
    ("country", "Country"),
    ("device", "Device"),
    ("os", "Operating system"),
    ("app", "App"),
    ("agent_kind", "People, bots and AI agents"),
    ("status", "Status"),
    ("customer", "API customer"),
    ("environment", "Environment"),
]
INTERVALS: Final = [("minute", "Minute"), ("hour", "Hour"), ("day", "Day")]
MAX_GROUPS: Final = 100
DEFAULT_GROUPS: Final = 10


class AnalyticsFilters(Parameters):
    metric = serializers.ChoiceField(METRICS, default="requests")
    group = serializers.ChoiceField(
        GROUPS, required=False, help_text="Broken down by it; the groups with most requests."
    )
    interval = serializers.ChoiceField(
        INTERVALS,
        required=False,
        help_text=(
            "A series with a value for each of it, in UTC; left out: one value for the whole range."
            " Minutes are counted for the project and for endpoints."
        ),
    )
    start = Moment(
        required=False,
        help_text="From the bucket on that holds it; a day before `end` if left out.",
    )
    end = Moment(required=False, help_text="Now if left out; without it.")
    endpoint = serializers.UUIDField(required=False, help_text="Of this endpoint only.")
    customer = serializers.UUIDField(required=False, help_text="Of this customer only.")
    environment = serializers.UUIDField(required=False, help_text="Of this environment only.")
    limit = serializers.IntegerField(
        min_value=1, max_value=MAX_GROUPS, default=DEFAULT_GROUPS, help_text="Groups at most."
    )


class AnalyticsPointSerializer(serializers.Serializer[Any]):
    at = serializers.DateTimeField(help_text="The beginning of the bucket.")
    value = serializers.FloatField(allow_null=True, help_text="Null where nothing is known.")


class AnalyticsGroupSerializer(serializers.Serializer[Any]):
    value = serializers.CharField(
        allow_null=True,
        help_text="Of the group: a country's code, an endpoint's uuid; null for all.",
    )
    label = serializers.CharField(  # type: ignore[assignment]  # `label` is a field here
        help_text="For people."
    )
    requests = serializers.IntegerField(help_text="By which groups are chosen and sorted.")
    total = serializers.FloatField(
        allow_null=True, help_text="The metric over the whole range; null where nothing is known."
    )
    points = AnalyticsPointSerializer(many=True, help_text="Empty without an interval.")


class AnalyticsSerializer(serializers.Serializer[Any]):
    metric = serializers.ChoiceField(METRICS)
    group = serializers.ChoiceField(GROUPS, allow_null=True)
    interval = serializers.ChoiceField(INTERVALS, allow_null=True)
    start = serializers.DateTimeField(help_text="As it was counted: the beginning of a bucket.")
    end = serializers.DateTimeField()
    results = AnalyticsGroupSerializer(many=True)
