"""Following an API, and saying what it is."""

from collections.abc import Sequence

from treblle_models.models import Project, ProjectFollower, User


def follow_project(*, project: Project, user: User, follows: bool) -> None:
    """However often it is said, one follows once."""
    if follows:
        ProjectFollower.objects.get_or_create(project=project, user=user)
    else:
        ProjectFollower.objects.filter(project=project, user=user).delete()


def describe_project(
    *, project: Project, description: str, category: str, tags: Sequence[str]
) -> None:
    project.description, project.category, project.tags = description, category, list(tags)
    project.save(update_fields=["description", "category", "tags", "updated_at"])
