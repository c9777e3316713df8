"""What requests can be narrowed to and sorted by, as query parameters: all that the platform's list can."""

from dataclasses import fields
from typing import Any, Final

from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from treblle_models.models import Project, Request
from treblle_models.request_filters import RequestFilter
from treblle_models.request_pages import NEWEST_FIRST, SORTS, Sort

from treblle_api.parameters import Moment, Parameters

MAX_VALUES: Final = 50
MAX_LENGTH: Final = 255
MAX_MS: Final = 1e9
MAX_BYTES: Final = 2**53
# For requests that have none.
NONE: Final = "-"
THREATS: Final = {level.label.lower(): level.value for level in Request.ThreatLevel}
SORT_CHOICES: Final = [f"{sign}{name}" for name in SORTS for sign in ("-", "")]


def words(help_text: str, *, has_none: bool = False) -> serializers.ListField:
    """Several values are joined by or."""
    return serializers.ListField(
        child=serializers.CharField(max_length=MAX_LENGTH),
        max_length=MAX_VALUES,
        required=False,
        help_text=f"{help_text} `{NONE}` for none." if has_none else help_text,
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

    start = Moment(required=False, help_text="From this time on.")
    end = Moment(required=False, help_text="Up to this time, without it.")
    method = words("GET, POST …")
    status = words("A status such as 404, or a class such as 5xx.")
    endpoint = uuids("Of endpoints of the project.")
    environment = uuids("Of environments of the project.")
    customer = uuids("Of customers of the project.")
    problem = uuids("Of problems of the project.")
    host = words("The host asked for.")
    ip = words("The address of the caller.")
    country = words("ISO 3166-1 alpha-2.", has_none=True)
    city = words("As in the list.", has_none=True)
    device = words("As in the list.", has_none=True)
    os = words("As in the list.", has_none=True)
    app = words("As in the list.", has_none=True)
    agent_kind = serializers.ListField(
        child=serializers.ChoiceField([*Request.AgentKind.choices, (NONE, "Not known")]),
        required=False,
        max_length=MAX_VALUES,
        help_text=f"Who calls: people, bots, AI agents. `{NONE}` where it is not known.",
    )
    sdk = words("As the SDK calls itself.", has_none=True)
    metadata = serializers.ListField(
        child=serializers.CharField(max_length=MAX_LENGTH),
        max_length=MAX_VALUES,
        required=False,
        help_text="`name:value`, or `name` for any value of it; all must be so.",
    )
    trace_id = serializers.CharField(max_length=128, required=False)
    path = serializers.CharField(
        max_length=MAX_LENGTH, required=False, help_text="Looked for in the path."
    )
    text = serializers.CharField(
        max_length=MAX_LENGTH,
        required=False,
        help_text=(
            "Looked for in path, host, address, user agent, error, metadata and trace id; or a"
            " request's uuid."
        ),
    )
    body = serializers.CharField(
        max_length=MAX_LENGTH,
        required=False,
        help_text=(
            "Looked for in bodies while they are kept, newest first. So many requests are looked"
            " into for a page that it may hold few or none and yet have a `next`."
        ),
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
UPPER: Final = frozenset({"methods", "countries"})
KNOWN: Final = {field.name for field in fields(RequestFilter)}


def filter_of(project: Project, asked: dict[str, Any]) -> RequestFilter:
    """Raises `ValidationError` for a status that is none."""
    named = {NAMES.get(name, name): value for name, value in asked.items()}
    if "threat_level" in named:
        named["least_threat_level"] = THREATS[named.pop("threat_level")]
    if "metadata" in named:
        pairs = (pair.partition(":") for pair in named["metadata"])
        named["metadata"] = [(name.strip(), value.strip()) for name, _, value in pairs]
    given: dict[str, Any] = {
        name: _values(name, value) if isinstance(value, list) else value
        for name, value in named.items()
        if name in KNOWN
    }
    found = RequestFilter(**given)
    try:
        found.apply(project)
    except ValueError as error:
        raise ValidationError({"status": [f"{error}."]}) from None
    return found


def _values(name: str, values: list[Any]) -> tuple[Any, ...]:
    if name in UPPER:
        values = [value.upper() for value in values]
    return tuple("" if value == NONE else value for value in values)


def sort_of(asked: dict[str, Any]) -> Sort:
    return Sort.parse(asked["sort"]) if "sort" in asked else NEWEST_FIRST
