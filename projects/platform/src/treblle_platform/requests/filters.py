"""Filters of the request list, as they stand in its URL."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django.http import QueryDict
from django.utils import timezone
from treblle_models.models import Customer, Environment, Project, Request
from treblle_models.request_filters import RequestFilter

from treblle_platform.moments import local_text, parse_moment
from treblle_platform.requests.links import UNKNOWN

RANGES: Final = {
    "1h": timedelta(hours=1),
    "24h": timedelta(days=1),
    "7d": timedelta(days=7),
    "30d": timedelta(days=30),
}
# Names in the URL, and what they are called in a `RequestFilter`. Several values stand with commas
# between them; `-` is for requests that have none.
LISTS: Final = {
    "method": "methods",
    "status": "statuses",
    "host": "hosts",
    "ip": "ips",
    "country": "countries",
    "city": "cities",
    "device": "devices",
    "os": "operating_systems",
    "app": "apps",
    "agent": "agent_kinds",
    "sdk": "sdks",
}
IDS: Final = {"endpoint": "endpoints", "problem": "problems"}
TEXTS: Final = {"q": "text", "path": "path", "trace": "trace_id", "regulation": "regulation"}
NUMBERS: Final = {
    "min_ms": "least_load_time_ms",
    "max_ms": "most_load_time_ms",
    "min_bytes": "least_size_bytes",
    "max_bytes": "most_size_bytes",
}
FLAGS: Final = {"errors": "has_errors", "checks": "has_failed_checks"}
THREATS: Final = {level.label.lower(): level.value for level in Request.ThreatLevel}
NAMES: Final = (
    *(LISTS | IDS | TEXTS | NUMBERS | FLAGS),
    *("customer", "environment", "metadata", "threat", "from", "to", "range", "body"),
)
# What a method may be made of; a stray blank or comma is no filter.
NOBODY: Final = UUID(int=0)


@dataclass(frozen=True)
class AskedFilter:
    """What the URL asks for: the filter, what is wrong with it, and the text wanted in bodies.

    `values` are the parameters as given, by name, for forms, links and saved searches; but moments
    are in UTC, so that a link means the same to whoever opens it.
    """

    filter: RequestFilter
    values: dict[str, list[str]]
    problems: list[str] = field(default_factory=list)
    body: str = ""

    @property
    def query(self) -> str:
        return urlencode(self.values, doseq=True)

    @property
    def is_relative(self) -> bool:
        """Whether its time moves on, so that what comes in belongs to it."""
        return "to" not in self.values

    @property
    def zone(self) -> str:
        """That of the moments in the form."""
        return timezone.get_current_timezone_name()

    @property
    def local_from(self) -> str:
        return (
            local_text(self.filter.start)
            if "from" in self.values and self.filter.start
            else self.first("from")
        )

    @property
    def local_to(self) -> str:
        return (
            local_text(self.filter.end)
            if "to" in self.values and self.filter.end
            else self.first("to")
        )

    def first(self, name: str) -> str:
        return next(iter(self.values.get(name, ())), "")


def asked_filter(project: Project, query: QueryDict, now: datetime) -> AskedFilter:
    values = {name: [v for v in query.getlist(name) if v.strip()] for name in NAMES}
    values = {name: found for name, found in values.items() if found}
    reader = _Reader(project, values, now)
    return AskedFilter(
        filter=reader.filter(),
        values=values,
        problems=reader.problems,
        body=next(iter(values.get("body", ())), "").strip(),
    )


class _Reader:
    """Reads what it can, and remembers what it cannot."""

    def __init__(self, project: Project, values: dict[str, list[str]], now: datetime) -> None:
        self._project = project
        self._values = values
        self._now = now
        self.problems: list[str] = []

    def filter(self) -> RequestFilter:
        asked: dict[str, Any] = {LISTS[n]: self._words(n) for n in LISTS if n in self._values}
        asked |= {TEXTS[n]: self._values[n][0].strip() for n in TEXTS if n in self._values}
        for names, read in ((IDS, self._uuids), (NUMBERS, self._number), (FLAGS, self._flag)):
            found = {names[n]: read(n) for n in names if n in self._values}
            asked |= {name: value for name, value in found.items() if value is not None}
        asked |= self._time() | self._people() | self._rest()
        if "methods" in asked:
            asked["methods"] = tuple(method.upper() for method in asked["methods"])
        if "countries" in asked:
            asked["countries"] = tuple(code.upper() for code in asked["countries"])
        return self._checked(RequestFilter(**asked))

    def _checked(self, filter: RequestFilter) -> RequestFilter:
        try:
            filter.apply(self._project)
        except ValueError as error:
            self.problems.append(f"{str(error)[:1].upper()}{str(error)[1:]}.")
            return replace(filter, statuses=())
        return filter

    def _words(self, name: str) -> tuple[str, ...]:
        words = (word.strip() for value in self._values[name] for word in value.split(","))
        return tuple("" if word == UNKNOWN else word for word in words if word)

    def _uuids(self, name: str) -> tuple[UUID, ...] | None:
        try:
            return tuple(UUID(word) for word in self._words(name))
        except ValueError:
            self.problems.append(f"“{name}” wants an id, and {self._values[name][0]!r} is none.")
            return None

    def _number(self, name: str) -> float | None:
        text = self._values[name][0].strip()
        try:
            number = float(text)
        except ValueError:
            number = -1
        if not 0 <= number < float("inf"):
            self.problems.append(f"“{name}” wants a number, and {text!r} is none.")
            return None
        return number

    def _flag(self, name: str) -> bool:
        return self._values[name][0] != "0"

    def _time(self) -> dict[str, datetime]:
        if (length := RANGES.get(self._first("range"))) is not None:
            return {"start": self._now - length}
        found = {}
        for name, meaning in (("from", "start"), ("to", "end")):
            if text := self._first(name):
                try:
                    found[meaning] = parse_moment(text)
                    self._values[name] = [found[meaning].isoformat().replace("+00:00", "Z")]
                except ValueError:
                    self.problems.append(f"“{name}” wants a time such as 2026-03-04T12:00.")
        return found

    def _people(self) -> dict[str, tuple[UUID, ...]]:
        found = {}
        if names := self._values.get("environment"):
            environments = Environment.objects.for_project(self._project).filter(name__in=names)
            found["environments"] = _uuids_of(environments) or (NOBODY,)
        if names := self._values.get("customer"):
            customers = Customer.objects.for_project(self._project).filter(external_id__in=names)
            found["customers"] = (*_uuids_of(customers), *filter(None, map(_uuid, names))) or (
                NOBODY,
            )
        return found

    def _rest(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        if pairs := self._values.get("metadata"):
            parts = (pair.partition(":") for pair in pairs)
            found["metadata"] = tuple((name.strip(), value.strip()) for name, _, value in parts)
        if (level := THREATS.get(self._first("threat").lower())) is not None:
            found["least_threat_level"] = level
        return found

    def _first(self, name: str) -> str:
        return next(iter(self._values.get(name, ())), "").strip()


def _uuids_of(rows: Any) -> tuple[UUID, ...]:
    found: Iterable[UUID] = rows.values_list("uuid", flat=True)
    return tuple(found)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
