"""Columns that follow from another column of the row, kept because an index can lead with them."""

from datetime import UTC, date, datetime
from typing import Any

from django.db import models


class DayField(models.DateField):  # type: ignore[type-arg]  # Django's fields take none at run time
    """The day (UTC) of the time in column `of`; set whenever the row is saved or inserted."""

    def __init__(self, *, of: str = "", **options: Any) -> None:
        self.of = of
        super().__init__(**(options | {"null": True, "editable": False}))

    def deconstruct(self) -> tuple[str, str, Any, dict[str, Any]]:
        """For migrations it is a date like any other."""
        name, _, arguments, options = super().deconstruct()
        return name, "django.db.models.DateField", arguments, options

    def pre_save(self, model_instance: models.Model, add: bool) -> date | None:
        return self.derive(model_instance)

    def derive(self, row: models.Model) -> date | None:
        """Set it on the row."""
        moment: datetime | None = getattr(row, self.of)
        day = None if moment is None else _day_of(moment)
        setattr(row, self.attname, day)
        return day


def _day_of(moment: datetime) -> date:
    return (moment if moment.tzinfo is UTC else moment.astimezone(UTC)).date()
