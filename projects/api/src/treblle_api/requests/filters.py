"""What requests can be narrowed to and sorted by, as query parameters.

Names are those of the platform's list, so that a query can be taken from one to the other.
"""

from dataclasses import fields
from typing import Any, Final

from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from treblle_models.models import Project, Request
from treblle_models.request_filters import RequestFilter
from treblle_models.request_pages import NEWEST_FIRST, SORTS, Sort

from treblle_api.parameters import Parameters

MAX_VALUES: Final = 50
MAX_LENGTH: Final = 255
MAX_MS: Final = 1e9
MAX_BYTES: Final = 2**53
THREATS: Final = {level.label.lower(): level.value for level in Request.ThreatLevel}
SORT_CHOICES: Final = [f"{sign}{name}" for name in SORTS for sign in ("-", "")]


def words(help_text: str) -> serializers.ListField:
    """Several values are joined by or."""
    return serializers.ListField(
        child=serializers.CharField(max_length=MAX_LENGTH),
        max_length=MAX_VALUES,
        required=False,
        help_text=help_text,
    )


def uuids(help_text: str) -> serializers.ListField:
    return serializers.ListField(
        child=serializers.UUIDField(), max_length=MAX_VALUES, required=False, help_text=help_text
    )


def number(help_text: str, largest: float) -> serializers.FloatField:
    return serializers.FloatField(
        min_value=0, max_value=largest, required=False, help_text=help_text
    )


class RequestFilters(Parameters):
    """Each maps onto the column of `RequestFilter` that `source` names."""

    start = serializers.DateTimeField(required=False, help_text="From this time on.")
    end = serializers.DateTimeField(required=False, help_text="Up to this time, without it.")
    method = words("GET, POST …")
    status = words("A status such as 404, or a class such as 5xx.")
    endpoint = uuids("Of endpoints of the project.")
    environment = uuids("Of environments of the project.")
    customer = uuids("Of customers of the project.")
    problem = uuids("Of problems of the project.")
    host = words("The host asked for.")
    ip = words("The address of the caller.")
    country = words("ISO 3166-1 alpha-2.")
    city = words("As in the list.")
    device = words("As in the list.")
    os = words("As in the list.")
    app = words("As in the list.")
    agent_kind = serializers.ListField(
        child=serializers.ChoiceField(Request.AgentKind.choices),
        required=False,
        max_length=MAX_VALUES,
        help_text="Who calls: people, bots, AI agents.",
    )
    sdk = words("As the SDK calls itself.")
    trace_id = serializers.CharField(max_length=128, required=False)
    path = serializers.CharField(
        max_length=MAX_LENGTH, required=False, help_text="Looked for in the path."
    )
    text = serializers.CharField(
        max_length=MAX_LENGTH,
        required=False,
        help_text="Looked for in path, host, address and user agent.",
    )
    has_errors = serializers.BooleanField(required=False)
    has_failed_checks = serializers.BooleanField(required=False)
    threat_level = serializers.ChoiceField(
        list(THREATS), required=False, help_text="Of this level or a higher one."
    )
    regulation = serializers.ChoiceField(
        ["gdpr", "pci", "hipaa", "ccpa"], required=False, help_text="A rule that the data touches."
    )
    min_load_time_ms = number("At least so long.", MAX_MS)
    max_load_time_ms = number("At most so long.", MAX_MS)
    min_size_bytes = number("An answer at least so large.", MAX_BYTES)
    max_size_bytes = number("An answer at most so large.", MAX_BYTES)


class SortedRequestFilters(RequestFilters):
    sort = serializers.ChoiceField(
        SORT_CHOICES,
        required=False,
        help_text=(
            "`-received_at` where it is left out. By anything else, the list covers 31 days before"
            " `end`."
        ),
    )


# Where the name in the query is not that of the filter.
NAMES: Final = {
    "method": "methods",
    "status": "statuses",
    "endpoint": "endpoints",
    "environment": "environments",
    "customer": "customers",
    "problem": "problems",
    "host": "hosts",
    "ip": "ips",
    "country": "countries",
    "city": "cities",
    "device": "devices",
    "os": "operating_systems",
    "app": "apps",
    "agent_kind": "agent_kinds",
    "sdk": "sdks",
    "min_load_time_ms": "least_load_time_ms",
    "max_load_time_ms": "most_load_time_ms",
    "min_size_bytes": "least_size_bytes",
    "max_size_bytes": "most_size_bytes",
}
KNOWN: Final = {field.name for field in fields(RequestFilter)}


def filter_of(project: Project, asked: dict[str, Any]) -> RequestFilter:
    """Raises `ValidationError` for a status that is none."""
    named = {NAMES.get(name, name): value for name, value in asked.items()}
    if "threat_level" in named:
        named["least_threat_level"] = THREATS[named.pop("threat_level")]
    given: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in named.items()
        if name in KNOWN
    }
    found = RequestFilter(**given)
    try:
        found.apply(project)
    except ValueError as error:
        raise ValidationError({"status": [f"{error}."]}) from None
    return found


def sort_of(asked: dict[str, Any]) -> Sort:
    return Sort.parse(asked["sort"]) if "sort" in asked else NEWEST_FIRST
