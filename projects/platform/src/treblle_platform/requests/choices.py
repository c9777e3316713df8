"""What the filters offer to choose from, and the filters that are set, in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from treblle_models.models import Endpoint, Request

from treblle_platform.requests.filters import AskedFilter
from treblle_platform.world.countries import name_of

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
STATUSES = (
    ("2xx", "2xx success"),
    ("3xx", "3xx redirect"),
    ("4xx", "4xx client error"),
    ("5xx", "5xx server error"),
    ("4xx,5xx", "All errors"),
)
RANGES = (
    ("1h", "Last hour"),
    ("24h", "Last 24 hours"),
    ("7d", "Last 7 days"),
    ("30d", "Last 30 days"),
)
AGENTS = [(kind.value, kind.label) for kind in Request.AgentKind]
THREATS = [(level.label.lower(), level.label) for level in Request.ThreatLevel if level.value]
LABELS = {
    "q": "Text",
    "method": "Method",
    "status": "Status",
    "endpoint": "Endpoint",
    "environment": "Environment",
    "customer": "Customer",
    "problem": "Problem",
    "country": "Country",
    "city": "City",
    "device": "Device",
    "os": "System",
    "app": "App",
    "agent": "Agent",
    "host": "Host",
    "ip": "IP",
    "sdk": "SDK",
    "trace": "Trace",
    "path": "Path",
    "regulation": "Touches",
    "metadata": "Metadata",
    "min_ms": "Load time from",
    "max_ms": "Load time to",
    "min_bytes": "Size from",
    "max_bytes": "Size to",
    "errors": "With errors",
    "checks": "With failed checks",
    "threat": "Threat from",
    "body": "In bodies",
    "range": "Time",
    "from": "From",
    "to": "To",
}
UNITS = {"min_ms": " ms", "max_ms": " ms", "min_bytes": " B", "max_bytes": " B"}


@dataclass(frozen=True)
class Chip:
    """One filter that is set; `without` is the query that takes it off."""

    name: str
    label: str
    value: str
    without: str


def chips_of(asked: AskedFilter, endpoints: Iterable[Endpoint]) -> list[Chip]:
    known = {str(endpoint.uuid): str(endpoint) for endpoint in endpoints}
    ranges = dict(RANGES)
    chips = []
    for name, values in asked.values.items():
        text = ", ".join(values)
        if name == "endpoint":
            text = ", ".join(known.get(value, value) for value in values)
        elif name == "country":
            text = ", ".join(name_of(code) for code in text.split(","))
        elif name in ("from", "to"):
            text = (asked.local_from if name == "from" else asked.local_to).replace("T", " ")
        elif name == "range":
            text = ranges.get(text, text)
        elif name in ("errors", "checks"):
            text = "no" if text == "0" else "yes"
        text = "unknown" if text == "-" else text
        others = {other: found for other, found in asked.values.items() if other != name}
        value = text + UNITS.get(name, "")
        chips.append(Chip(name, LABELS[name], value, urlencode(others, doseq=True)))
    return chips
