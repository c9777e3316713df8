"""What a list of requests can be narrowed to: one form for the platform, the API and exports."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import Q, QuerySet, TextField
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Lower
from django.db.models.lookups import Contains, Exact

from treblle_models.models import Customer, Endpoint, Environment, Problem, Project, Request

# Times that may be asked for: counting days from within them leads to no day that has no date.
EARLIEST: Final = datetime(1970, 1, 1, tzinfo=UTC)
LATEST: Final = datetime(2500, 1, 1, tzinfo=UTC)
# Where `text` is looked for.
SEARCHED = ("path", "host", "ip", "user_agent", "error_type", "error_message", "trace_id")
STATUS_CLASSES = {f"{hundred}xx": hundred * 100 for hundred in range(1, 6)}


@dataclass(frozen=True, kw_only=True)
class RequestFilter:
    """What is left empty does not narrow; values of one name are joined by or, names by and.

    `start` is included and `end` left out, both by `received_at`. `statuses` are numbers or
    classes (`404`, `5xx`). Endpoint, environment, customer and problem are uuids of rows of the
    same project; another's match nothing. Times are in milliseconds, sizes in bytes, bounds
    included. `text` is looked for in path, host, address, user agent, error, metadata and trace id,
    and is a request's own id where it can be one; `path` in the path. `metadata` are names and
    their values; without a value, whatever has the name.
    """

    start: datetime | None = None
    end: datetime | None = None
    methods: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    endpoints: tuple[UUID, ...] = ()
    environments: tuple[UUID, ...] = ()
    customers: tuple[UUID, ...] = ()
    problems: tuple[UUID, ...] = ()
    hosts: tuple[str, ...] = ()
    ips: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    cities: tuple[str, ...] = ()
    devices: tuple[str, ...] = ()
    operating_systems: tuple[str, ...] = ()
    apps: tuple[str, ...] = ()
    agent_kinds: tuple[str, ...] = ()
    sdks: tuple[str, ...] = ()
    trace_id: str = ""
    metadata: tuple[tuple[str, str], ...] = ()
    path: str = ""
    text: str = ""
    has_errors: bool | None = None
    has_failed_checks: bool | None = None
    least_threat_level: int | None = None
    regulation: str = ""
    least_load_time_ms: float | None = None
    most_load_time_ms: float | None = None
    least_size_bytes: int | None = None
    most_size_bytes: int | None = None

    def apply(self, project: Project) -> QuerySet[Request]:
        """The project's requests that match, in no order. Raises ValueError for a bad status."""
        found: QuerySet[Request] = Request.objects.for_project(project)
        return found.filter(*self._conditions(project))

    @property
    def narrows(self) -> bool:
        """Whether anything but time is asked for: then roll-ups cannot answer."""
        return self != RequestFilter(start=self.start, end=self.end)

    def _conditions(self, project: Project) -> list[Q]:
        found = [Q(**{name: value}) for name, value in self._comparisons() if value is not None]
        found += [Q(**{f"{name}__in": values}) for name, values in self._choices() if values]
        found += [
            Q(**{f"{name}__in": model._default_manager.filter(project=project, uuid__in=uuids)})
            for name, model, uuids in self._rows()
            if uuids
        ]
        if self.statuses:
            found.append(_any_status(self.statuses))
        if self.text:
            found.append(_anywhere(self.text))
        if self.path:
            found.append(_contains("path", self.path))
        found += [_has(name, value) for name, value in self.metadata]
        if self.has_errors is not None:
            found.append(Q(error_count__gt=0) if self.has_errors else Q(error_count=0))
        if self.has_failed_checks is not None:
            failed = self.has_failed_checks
            found.append(Q(failed_check_count__gt=0) if failed else Q(failed_check_count=0))
        return found

    def _comparisons(self) -> list[tuple[str, Any]]:
        return [
            ("received_at__gte", self.start),
            ("received_at__lt", self.end),
            ("trace_id", self.trace_id or None),
            ("threat_level__gte", self.least_threat_level),
            ("regulations__contains", self.regulation or None),
            ("load_time_ms__gte", self.least_load_time_ms),
            ("load_time_ms__lte", self.most_load_time_ms),
            ("response_size_bytes__gte", self.least_size_bytes),
            ("response_size_bytes__lte", self.most_size_bytes),
        ]

    def _choices(self) -> list[tuple[str, tuple[str, ...]]]:
        return [
            ("method", self.methods),
            ("host", self.hosts),
            ("ip", self.ips),
            ("country", self.countries),
            ("city", self.cities),
            ("device", self.devices),
            ("os", self.operating_systems),
            ("app", self.apps),
            ("agent_kind", self.agent_kinds),
            ("sdk", self.sdks),
        ]

    def _rows(self) -> list[tuple[str, Any, tuple[UUID, ...]]]:
        return [
            ("endpoint", Endpoint, self.endpoints),
            ("environment", Environment, self.environments),
            ("customer", Customer, self.customers),
            ("problem", Problem, self.problems),
        ]


def _contains(name: str, text: str) -> Q:
    # Texts are compared by their bytes in MariaDB, so `icontains` alone would mind the case.
    return Q(Contains(Lower(name), text.lower()))


def _anywhere(text: str) -> Q:
    found = _any(_contains(name, text) for name in SEARCHED)
    # Databases keep what is not ASCII in JSON as it is, or escaped.
    metadata = Lower(Cast("metadata", TextField()))
    for form in {text.lower(), json.dumps(text)[1:-1].lower()}:
        found |= Q(Contains(metadata, form))
    if _is_uuid(text):
        found |= Q(uuid=UUID(text))
    return found


def _is_uuid(text: str) -> bool:
    try:
        return bool(UUID(text))
    except ValueError:
        return False


def _has(name: str, value: str) -> Q:
    if not value:
        return Q(metadata__has_key=name)
    return Q(Exact(Cast(KeyTextTransform(name, "metadata"), TextField()), value))


def _any_status(words: tuple[str, ...]) -> Q:
    return _any(_status(word) for word in words)


def _status(word: str) -> Q:
    first = STATUS_CLASSES.get(word.lower())
    if first is not None:
        return Q(status__gte=first, status__lt=first + 100)
    if not (word.isascii() and word.isdigit() and len(word) == 3):
        raise ValueError(f"a status is a number such as 404 or a class such as 5xx, not {word!r}")
    return Q(status=int(word))


def _any(conditions: Any) -> Q:
    found = Q()
    for condition in conditions:
        found |= condition
    return found
