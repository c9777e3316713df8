"""The numbers of a dashboard. All come from roll-ups, never from single requests."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from treblle_models.models import DimensionRollup, Environment, Project

from treblle_platform.dashboard.breakdowns import (
    Breakdown,
    Endpoints,
    StatusClass,
    breakdowns_of,
    endpoints_of,
    status_mix,
)
from treblle_platform.dashboard.windows import Window
from treblle_platform.slots import ROLLUP_COLUMNS, Figures, rounded, series, total_of


@dataclass(frozen=True)
class Dashboard:
    """A window beside the one before it. Breakdowns are of all environments, whatever is chosen."""

    window: Window
    slots: list[Figures]
    slots_before: list[Figures]
    endpoints: Endpoints
    breakdowns: dict[str, Breakdown]

    @cached_property
    def total(self) -> Figures:
        return total_of(self.slots)

    @cached_property
    def before(self) -> Figures:
        return total_of(self.slots_before)

    @property
    def status_mix(self) -> list[StatusClass]:
        return status_mix(self.breakdowns[DimensionRollup.Dimension.STATUS])

    def series(self) -> dict[str, list[Any]]:
        """For the charts, with the period before under the same moments."""
        return series(self.window.starts, self.slots) | {
            "before": [slot.requests for slot in self.slots_before],
            "p95_before": [rounded(slot.p95_ms) for slot in self.slots_before],
        }


def dashboard(
    project: Project, window: Window, environment: Environment | None = None
) -> Dashboard:
    if environment is not None:
        window = window.in_hours()
    slots = _slots(project, window, environment)
    half = len(slots) // 2
    return Dashboard(
        window=window,
        slots=slots[half:],
        slots_before=slots[:half],
        endpoints=endpoints_of(project, window),
        breakdowns=breakdowns_of(project, window),
    )


def environments_of(project: Project) -> list[Environment]:
    return list(Environment.objects.for_project(project).order_by("name"))


def _slots(project: Project, window: Window, environment: Environment | None) -> list[Figures]:
    """Those of the period before, then those of the window: one query for both."""
    slots = [Figures() for _ in range(2 * (window.length // window.slot))]
    if environment is None:
        rollups = window.rollup._default_manager.filter(project=project)
    else:
        rollups = window.dimension_rollup._default_manager.filter(
            project=project,
            dimension=DimensionRollup.Dimension.ENVIRONMENT,
            value=str(environment.uuid),
        )
    found = rollups.filter(bucket__gte=window.before, bucket__lt=window.end)
    for bucket, *columns in found.values_list("bucket", *ROLLUP_COLUMNS).iterator():
        slots[(bucket - window.before) // window.slot].add(columns)
    return slots
