"""Which requests a project wants taken in: none of excluded routes, and a share of the rest."""

import re
from collections.abc import Iterable

from treblle_etl.event import Event
from treblle_etl.transform.project import ProjectSettings

FIRST_ERROR = 400
# The last bits of a UUIDv7 are random: read as a fraction they draw the lot, the same each time.
RANDOM_BITS = 32


def is_wanted(event: Event, project: ProjectSettings) -> bool:
    """Errors are always kept, but of excluded routes: sampling must not hide what goes wrong."""
    if project.excluded is not None and project.excluded.match(f"{event.method} {event.path}"):
        return False
    if project.sampling_rate >= 1 or event.status >= FIRST_ERROR or event.errors:
        return True
    drawn: float = event.uuid.int % 2**RANDOM_BITS / 2**RANDOM_BITS
    return drawn < project.sampling_rate


def excluded_routes(routes: Iterable[str]) -> "re.Pattern[str] | None":
    """`/health`, `GET /internal/*`: a `*` is anything, `{name}` one segment, no method any."""
    expressions = [_expression(route.strip()) for route in routes if route.strip()]
    return re.compile(rf"(?:{'|'.join(expressions)})\Z") if expressions else None


def _expression(route: str) -> str:
    method, _, path = route.rpartition(" ")
    parts = re.split(r"(\*|\{[^{}]*\})", path)
    kinds = {"*": ".*", "{": "[^/]+"}
    written = "".join(kinds.get(part[:1]) or re.escape(part) for part in parts)
    return f"{re.escape(method.upper()) if method else r'[A-Z]+'} {written}"
