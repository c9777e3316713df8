"""What every table has that a person can name: a uuid, set however the row is born."""

from typing import Any, Self
from uuid import UUID

from django.db import models, router

from treblle_models import draws
from treblle_models.identity import new_uuid


class NamedModel(models.Model):
    """Has a `uuid` by which the row is known outside, and perhaps random keys.

    They are set on every way a row can be born (`save`, `create`, `get_or_create`, `bulk_create`,
    `bulk_insert`, seeders). One that was given stays; one that was drawn and collides is
    drawn anew (`draws.insert`).
    """

    uuid = models.UUIDField(default=new_uuid, editable=False)

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            super().save(*args, **kwargs)
            return
        draws.draw_missing([self], type(self))
        using = kwargs.get("using") or router.db_for_write(type(self), instance=self)
        save = super().save
        draws.insert([self], using, lambda: save(*args, **kwargs))

    @classmethod
    def find_by_uuid(cls, value: UUID | str) -> Self | None:
        """The row with that uuid; None where there is none or `value` is not a uuid."""
        try:
            wanted = UUID(str(value))
        except ValueError:
            return None
        return cls._default_manager.filter(uuid=wanted).first()


class TreblleModelDefaults(NamedModel):
    """A unique `uuid`, and when the row was made and last changed."""

    uuid = models.UUIDField(default=new_uuid, unique=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True
