"""In which order a columnstore keeps its rows."""

from typing import Any

from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from treblle_models.singlestore import statements
from treblle_models.singlestore.table import SortColumn
from treblle_models.singlestore.table_constraint import TableConstraint, column_names, distinct


class SortKey(TableConstraint):
    """`SORT KEY (`project_id`, `received_at` DESC)`: ranges of it read few segments.

    A leading minus turns the direction, as in `ordering`. Columnstore only, one a table.

    Raises NoFields or RepeatedField.
    """

    default_name = "%(app_label)s_%(class)s_sort_key"

    def __init__(self, *fields: str, name: str | None = None) -> None:
        self.fields = distinct(fields, "SortKey")
        super().__init__(name=name)

    def arguments(self) -> tuple[Any, ...]:
        return self.fields

    def definition(self, model: type[models.Model], editor: BaseDatabaseSchemaEditor) -> str:
        names = column_names(model, self.fields)
        columns = (
            SortColumn(name, descending=field.startswith("-"))
            for name, field in zip(names, self.fields, strict=True)
        )
        return statements.sort_key(columns, editor.quote_name)
