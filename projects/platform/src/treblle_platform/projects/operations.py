"""What can be done with projects as a whole."""

from treblle_models.models import Project, User
from treblle_models.plans import room_for_projects


class PlanIsFull(Exception):
    """The account's plan holds no more projects, in words for its owner."""


def create_project(*, owner: User, name: str) -> Project:
    """Raises `PlanIsFull`; projects that are there stay, also where a plan became smaller."""
    if room_for_projects(owner) == 0:
        raise PlanIsFull("Your plan holds no more projects. A larger one is under Billing.")
    return Project.objects.create(user=owner, name=name)
