"""How long a project's requests are kept, and the classes in which their details lie together."""

from collections.abc import Iterable
from typing import Final

from treblle_models.models import Plan, Project
from treblle_models.plans import free_plan, subscribed_plan

# Where neither project nor plan says.
DEFAULT_DAYS: Final = 30
# Details of one class lie in the same objects, which end together: the next longer one is taken.
CLASSES: Final = (1, 3, 7, 14, 30, 60, 90, 180, 365, 730)
STANDARD: Final = "standard"


def retention_days(project: Project, free: Plan | None = None) -> int:
    """The project's own wish, within what the plan of its owner allows (`free`, without one)."""
    plan = subscribed_plan(project.user) or free
    allowed = plan.retention_days if plan else DEFAULT_DAYS
    return min(project.retention_days or allowed, allowed)


def classes_of(projects: Iterable[Project]) -> dict[int, str]:
    """The class of each project's details, by its primary key."""
    free = free_plan()
    return {each.pk: retention_class(retention_days(each, free)) for each in projects}


def retention_class(days: int) -> str:
    """The name of the class that keeps details at least that long, as it stands in their key."""
    return f"days-{next((each for each in CLASSES if each >= days), CLASSES[-1])}"


def days_of_class(name: str) -> int | None:
    """How long a class keeps; None for one that is kept for ever, as pinned details are."""
    if name == STANDARD:
        return DEFAULT_DAYS
    lead, _, days = name.partition("-")
    return int(days) if lead == "days" and days.isdigit() else None
