"""The vocabulary of queries: `visible_to(user)`, `for_project(project)`, `between(start, end)`."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, Self, TypeVar

from django.db import models

from treblle_models import draws

if TYPE_CHECKING:
    from treblle_models.models.accounts import User
    from treblle_models.models.projects import Project, ProjectQuerySet

M = TypeVar("M", bound=models.Model, covariant=True)


class TreblleQuerySet(models.QuerySet[M]):
    """Rows born in bulk have their uuid and keys as those saved one by one."""

    # The column that says when a row belongs to.
    time_name: ClassVar[str] = "created_at"

    def between(self, start: datetime, end: datetime) -> Self:
        """From `start` (included) to `end` (left out)."""
        return self.filter(**{f"{self.time_name}__gte": start, f"{self.time_name}__lt": end})

    def bulk_create(
        self,
        objs: Iterable[M],
        batch_size: int | None = None,
        ignore_conflicts: bool = False,
        update_conflicts: bool = False,
        update_fields: Collection[str] | None = None,
        unique_fields: Collection[str] | None = None,
    ) -> list[M]:
        """Django's, with drawn values that collide drawn anew."""
        rows = list(objs)
        create = super().bulk_create
        self._for_write = True
        draws.draw_missing(rows, self.model)
        if rows and (ignore_conflicts or update_conflicts):
            draws.settle(rows, self.db)

        def statement() -> list[M]:
            return create(
                rows, batch_size, ignore_conflicts, update_conflicts, update_fields, unique_fields
            )

        return draws.insert(rows, self.db, statement) if rows else []


class UserQuerySet(TreblleQuerySet[M]):
    """Of rows that belong to one user (`user`)."""

    def visible_to(self, user: "User") -> Self:
        return self.filter(user=user)


class ProjectRowQuerySet(TreblleQuerySet[M]):
    """Of rows that belong to a project (`project`)."""

    def for_project(self, project: "Project") -> Self:
        return self.filter(project=project)

    def visible_to(self, user: "User") -> Self:
        """Of projects the user may see, as `Project.objects.visible_to` says."""
        return self.filter(project__in=_projects(self.model).visible_to(user))

    def writable_by(self, user: "User") -> Self:
        """Of projects the user may change."""
        return self.filter(project__in=_projects(self.model).writable_by(user))


class SeenQuerySet(ProjectRowQuerySet[M]):
    """Of what traffic shows again and again; `between` goes by the last time."""

    time_name = "last_seen_at"


class BucketQuerySet(ProjectRowQuerySet[M]):
    """Of roll-ups; `between` goes by the beginning of the bucket."""

    time_name = "bucket"


def _projects(model: type[models.Model]) -> "ProjectQuerySet":
    related = model._meta.get_field("project").related_model
    return related._default_manager.all()  # type: ignore[union-attr,return-value]  # a model's name never stays text
