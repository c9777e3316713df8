"""What people do about a problem. Traffic opens a resolved one again when it comes back."""

from typing import Any

from django.db.models import Q
from django.utils import timezone
from rest_framework.exceptions import ValidationError
from treblle_models.models import Problem, Project, ProjectMember, User

State = Problem.State


def change_problem(problem: Problem, project: Project, given: dict[str, Any]) -> None:
    """Resolve, ignore, open again; assign. Raises `ValidationError` for a stranger."""
    values: dict[str, Any] = {}
    if "state" in given:
        resolved = given["state"] == State.RESOLVED
        values = {"state": given["state"], "resolved_at": timezone.now() if resolved else None}
        if resolved:
            values["regressed_at"] = None
    if "assignee" in given:
        values["assignee"] = _assignee(project, given["assignee"])
    for name, value in values.items():
        setattr(problem, name, value)
    # What traffic writes meanwhile (counts, times) is not touched.
    problem.save(update_fields=[*values, "updated_at"])


def _assignee(project: Project, uuid: Any) -> User | None:
    if uuid is None:
        return None
    is_member = Q(memberships__project=project, memberships__status=ProjectMember.Status.ACTIVE)
    people = User.objects.filter(Q(pk=project.user_id) | is_member, is_active=True)
    person: User | None = people.filter(uuid=uuid).first()
    if person is None:
        raise ValidationError({"assignee": ["This is nobody of the project."]})
    return person
