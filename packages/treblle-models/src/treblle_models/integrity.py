"""Rows whose foreign key points nowhere. The database does not keep references; this looks after it.

Tables are read in ranges of their primary key, so that no query takes long, however many rows.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import DEFAULT_DB_ALIAS, models
from django.db.models import Exists, OuterRef

RANGE_ROWS = 20_000
EXAMPLES = 5


@dataclass
class Reference:
    """A foreign key, and what was found of it: `examples` are primary keys of orphans."""

    model: type[models.Model]
    foreign_key: "models.ForeignKey[Any, Any]"
    orphans: int = 0
    examples: list[Any] = field(default_factory=list)

    def __str__(self) -> str:
        target = self.foreign_key.remote_field.model._meta.db_table
        return f"{self.model._meta.db_table}.{self.foreign_key.column} → {target}"

    def look(self, rows: "models.QuerySet[Any]") -> None:
        """Count the orphans among these rows."""
        parent = self.foreign_key.remote_field.model._base_manager.using(rows.db)
        target = self.foreign_key.target_field.attname
        there = Exists(parent.filter(**{target: OuterRef(self.foreign_key.attname)}))
        pointing = rows.filter(**{f"{self.foreign_key.attname}__isnull": False})
        found = pointing.filter(~there).order_by("pk").values_list("pk", flat=True)
        self.examples += found[: EXAMPLES - len(self.examples)]
        self.orphans += found.count()


def references_of(model: type[models.Model]) -> list[Reference]:
    """One for each foreign key of the model that has a column of its own."""
    return [
        Reference(model, each)
        for each in model._meta.local_concrete_fields
        if isinstance(each, models.ForeignKey)
    ]


def check(
    tables: Iterable[type[models.Model]],
    *,
    using: str = DEFAULT_DB_ALIAS,
    range_rows: int = RANGE_ROWS,
) -> Iterator[Reference]:
    """Every reference of these tables, each as soon as its table was read."""
    for model in tables:
        references = references_of(model)
        if references:
            for rows in ranges(model, using, range_rows):
                for reference in references:
                    reference.look(rows)
        yield from references


def ranges(
    model: type[models.Model], using: str, range_rows: int
) -> "Iterator[models.QuerySet[Any]]":
    """The table in pieces of that many rows, in the order of the primary key."""
    rest = model._base_manager.using(using).order_by("pk")
    while True:
        last = rest.values_list("pk", flat=True)[range_rows - 1 : range_rows].first()
        if last is None:
            yield rest
            return
        yield rest.filter(pk__lte=last)
        rest = model._base_manager.using(using).filter(pk__gt=last).order_by("pk")
