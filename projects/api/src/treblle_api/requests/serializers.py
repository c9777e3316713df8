"""Requests as they go out: the system's one summary, and all the rest."""

from typing import Any

from rest_framework import serializers
from treblle_models.models import Request
from treblle_models.summary import summary_of
from treblle_service.check_catalog import CATALOG, find_check

from treblle_api.quality.choices import GROUP_CHOICES, SEVERITY_CHOICES
from treblle_api.requests.queries import Details, MissingDetails

THREAT_LEVELS = {level.value: level.name.lower() for level in Request.ThreatLevel}
THREAT_CHOICES = [(name, name.capitalize()) for name in THREAT_LEVELS.values()]
MISSING_CHOICES = [(reason.value, reason.name.capitalize()) for reason in MissingDetails]
FROM_THE_ROW = (
    "claimed_requested_at",
    "request_size_bytes",
    "error_count",
    "error_type",
    "error_message",
    "failed_check_count",
    "ip",
    "region",
    "time_zone",
    "user_agent",
    "agent_kind",
    "app_version",
    "sdk",
    "sdk_version",
    "trace_id",
    "metadata",
)
RELATED = ("environment", "customer", "problem")


class RequestSummarySerializer(serializers.Serializer[Request]):
    """Describes `treblle_models.summary.RequestSummary`, which makes the content."""

    uuid = serializers.UUIDField()
    received_at = serializers.DateTimeField(help_text="When it came in; lists go by it.")
    requested_at = serializers.DateTimeField(help_text="When it was made, by the API's clock.")
    loaded_at = serializers.DateTimeField()
    method = serializers.CharField()
    host = serializers.CharField()
    path = serializers.CharField()
    endpoint = serializers.CharField(
        allow_null=True, help_text="The path's template; null where no endpoint was recognised."
    )
    status = serializers.IntegerField()
    load_time_ms = serializers.FloatField(allow_null=True)
    response_size_bytes = serializers.IntegerField(allow_null=True)
    country = serializers.CharField(help_text="ISO 3166-1 alpha-2; empty where unknown.")
    city = serializers.CharField()
    os = serializers.CharField()
    device = serializers.CharField()
    app = serializers.CharField()
    has_errors = serializers.BooleanField(help_text="Whether the SDK reported errors with it.")

    def to_representation(self, instance: Request) -> dict[str, Any]:
        template = instance.endpoint.template if instance.endpoint else None
        return dict(summary_of(instance, template))


class RequestContentSerializer(serializers.Serializer[None]):
    query = serializers.JSONField()
    headers = serializers.DictField(child=serializers.JSONField())
    body = serializers.JSONField(help_text="Any JSON value.")


class ResponseContentSerializer(serializers.Serializer[None]):
    headers = serializers.DictField(child=serializers.JSONField())
    body = serializers.JSONField(help_text="Any JSON value.")


class ReportedErrorSerializer(serializers.Serializer[None]):
    source = serializers.CharField()  # type: ignore[assignment]  # `source` is a field here
    type = serializers.CharField()
    message = serializers.CharField()
    file = serializers.CharField(allow_null=True)
    line = serializers.IntegerField(allow_null=True)


class DetailsSerializer(serializers.Serializer[None]):
    """Describes what the ETL keeps of a request; it goes out as it was kept."""

    request = RequestContentSerializer()
    response = ResponseContentSerializer()
    errors = ReportedErrorSerializer(many=True)  # type: ignore[assignment]  # as is `errors`
    server = serializers.DictField(child=serializers.JSONField())
    language = serializers.DictField(child=serializers.JSONField())


class FailedCheckSerializer(serializers.Serializer[None]):
    """A check of the catalogue that the request failed, and what was found."""

    code = serializers.CharField()
    title = serializers.CharField()
    group = serializers.ChoiceField(GROUP_CHOICES)
    severity = serializers.ChoiceField(SEVERITY_CHOICES)
    found = serializers.CharField(help_text="What was found on this request.")


class RequestDetailSerializer(RequestSummarySerializer):
    """The summary, the rest of the row, and the details from the store (`context["details"]`)."""

    claimed_requested_at = serializers.DateTimeField(
        allow_null=True, help_text="What the API's clock said, where that cannot be right."
    )
    request_size_bytes = serializers.IntegerField(allow_null=True)
    error_count = serializers.IntegerField()
    error_type = serializers.CharField(help_text="Of the first error that the SDK reported.")
    error_message = serializers.CharField()
    failed_check_count = serializers.IntegerField()
    failed_checks = FailedCheckSerializer(many=True, help_text="While details are kept.")
    threat_level = serializers.ChoiceField(THREAT_CHOICES)
    regulations = serializers.ListField(
        child=serializers.CharField(), help_text="Rules that the data touches."
    )
    endpoint_uuid = serializers.UUIDField(allow_null=True)
    environment_uuid = serializers.UUIDField(allow_null=True)
    customer_uuid = serializers.UUIDField(allow_null=True)
    problem_uuid = serializers.UUIDField(allow_null=True)
    ip = serializers.CharField()
    region = serializers.CharField()
    time_zone = serializers.CharField()
    user_agent = serializers.CharField()
    agent_kind = serializers.ChoiceField(
        Request.AgentKind.choices, allow_blank=True, help_text="Empty where it is not known."
    )
    app_version = serializers.CharField()
    sdk = serializers.CharField()
    sdk_version = serializers.CharField()
    trace_id = serializers.CharField()
    metadata = serializers.DictField(
        child=serializers.JSONField(), help_text="As the API's own headers gave it."
    )
    details = DetailsSerializer(allow_null=True, help_text="Headers, bodies and errors, masked.")
    details_missing = serializers.ChoiceField(
        MISSING_CHOICES,
        allow_null=True,
        help_text="Why `details` is null: `unavailable` may be asked again, the rest will not change.",
    )

    def to_representation(self, instance: Request) -> dict[str, Any]:
        details: Details = self.context["details"]
        row = {name: self._from_the_row(instance, name) for name in FROM_THE_ROW}
        related = {name: getattr(instance, name) for name in ("endpoint", *RELATED)}
        more = {
            "failed_checks": _failed_checks(details),
            "threat_level": THREAT_LEVELS[instance.threat_level],
            "regulations": [each for each in instance.regulations.split(",") if each],
            **{f"{name}_uuid": str(row.uuid) if row else None for name, row in related.items()},
            "details": _shown(details.content),
            "details_missing": details.missing,
        }
        return super().to_representation(instance) | row | more

    def _from_the_row(self, instance: Request, name: str) -> Any:
        value = getattr(instance, name)
        return None if value is None else self.fields[name].to_representation(value)


def _failed_checks(details: Details) -> list[dict[str, Any]]:
    """With what the catalogue says; codes that no release knows any more are left out."""
    failed = (details.content or {}).get("checks", ())
    return [_failed_check(code, found) for code, found in failed if find_check(code)]


def _failed_check(code: str, found: str) -> dict[str, Any]:
    check = CATALOG[code]
    return {
        "code": code,
        "title": check.title,
        "group": check.group.value,
        "severity": check.severity.name.lower(),
        "found": found,
    }


def _shown(content: dict[str, Any] | None) -> dict[str, Any] | None:
    if content is None:
        return None
    return {name: value for name, value in content.items() if name != "checks"}
