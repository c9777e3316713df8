"""Switching checks on and off for a project."""

from django.db import transaction
from treblle_models.models import Project


@transaction.atomic
def switch_check(project: Project, code: str, *, on: bool) -> None:
    """A check that is off is neither shown as failed nor part of a score, from the next one on."""
    locked = Project.objects.select_for_update().get(pk=project.pk)
    off = set(locked.disabled_checks)
    project.disabled_checks = locked.disabled_checks = sorted(off - {code} if on else off | {code})
    locked.save(update_fields=["disabled_checks", "updated_at"])
