"""Traffic by people, bots and AI agents, from roll-ups; names of apps beside it."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from treblle_models.models import DimensionRollup, Project, Request

from treblle_platform.lists import Column, Listing, Page
from treblle_platform.periods import Period
from treblle_platform.slots import ROLLUP_COLUMNS, Figures, Slotted

Dimension = DimensionRollup.Dimension
# An empty value: requests of which nobody can tell.
KINDS = (*Request.AgentKind.choices, ("", "Unknown"))
CSS = {"person": "person", "bot": "bot", "ai": "ai", "": "unknown"}
# So many of the newest requests tell which kind an app is of.
NEWEST = 2_000
DEFAULT_SORT = "-requests"
COLUMNS: Sequence[Column] = (
    Column("App", key="app", css="c-main"),
    Column("Kind", key="kind", css="c-outcome"),
    Column("Requests", key="requests", falls=True, number=True),
    Column("Error rate", key="errors", falls=True, number=True),
    Column("p95", key="p95", falls=True, number=True, hint="95 of 100 requests were faster"),
)


@dataclass(frozen=True)
class KindRow:
    kind: str
    label: str
    figures: Figures
    share: float

    @property
    def css(self) -> str:
        return CSS[self.kind]


@dataclass(frozen=True)
class AppRow:
    name: str
    kind: str
    figures: Figures

    @property
    def kind_label(self) -> str:
        return dict(KINDS)[self.kind]

    @property
    def uuid(self) -> UUID:
        return uuid5(NAMESPACE_URL, self.name)


VALUES: dict[str, Callable[[AppRow], Any]] = {
    "app": lambda row: row.name.lower(),
    "kind": lambda row: row.kind_label,
    "requests": lambda row: row.figures.requests,
    "errors": lambda row: row.figures.error_rate,
    "p95": lambda row: row.figures.p95_ms,
}


@dataclass(frozen=True)
class AgentsView:
    kinds: list[KindRow]
    series: dict[str, list[Any]]
    apps: Page[AppRow]
    total: int


def agents_view(
    project: Project, listing: Listing, kind: str | None, period: Period, now: datetime
) -> AgentsView:
    """`kind` leaves only apps of that kind (empty: of none that is known)."""
    start = period.start(now)
    by_kind = _slotted_by_kind(project, period, now)
    total = sum(slotted.total.requests for slotted in by_kind.values())
    kinds = [
        KindRow(value, label, slotted.total, slotted.total.requests / total if total else 0)
        for value, label in KINDS
        for slotted in (by_kind[value],)
    ]
    series: dict[str, list[Any]] = {
        "at": [int(beginning.timestamp()) for beginning in period.beginnings(now)]
    }
    for value, slotted in by_kind.items():
        series[CSS[value]] = [slot.requests for slot in slotted.slots]
    apps = _apps(project, period, start)
    if kind is not None:
        apps = [app for app in apps if app.kind == kind]
    page = listing.page_among(apps, VALUES[listing.sort.column.key], lambda row: row.uuid)
    return AgentsView(kinds, series, page, total)


def _slotted_by_kind(project: Project, period: Period, now: datetime) -> dict[str, Slotted]:
    found: dict[str, list[Sequence[Any]]] = {value: [] for value, _ in KINDS}
    rollups = period.dimension_slots.objects.filter(
        project=project, dimension=Dimension.AGENT_KIND, bucket__gte=period.start(now)
    )
    for value, *row in rollups.values_list("value", "bucket", *ROLLUP_COLUMNS).iterator():
        found.get(value, found[""]).append(row)
    return {value: Slotted.of(period, now, found[value]) for value, _ in KINDS}


def _apps(project: Project, period: Period, start: datetime) -> list[AppRow]:
    figures: dict[str, Figures] = defaultdict(Figures)
    rollups = period.dimensions.objects.filter(
        project=project, dimension=Dimension.APP, bucket__gte=start
    )
    for app, *columns in rollups.exclude(value="").values_list("value", *ROLLUP_COLUMNS).iterator():
        figures[app].add(columns)
    kinds = _kinds_of_apps(project)
    return [AppRow(name, kinds.get(name, ""), sums) for name, sums in figures.items()]


def _kinds_of_apps(project: Project) -> dict[str, str]:
    """As the newest requests have it; no number is read here."""
    newest = Request.objects.for_project(project).newest_first()
    pairs = newest.values_list("app", "agent_kind")[:NEWEST]
    return {app: kind for app, kind in pairs if app and kind}
