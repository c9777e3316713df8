"""Columns, in the order of words that SingleStore's grammar wants."""

from collections.abc import Iterator
from typing import Any

from django.db import models
from django.db.models.fields import AutoFieldMixin
from django_singlestore.schema import DatabaseSchemaEditor as OfficialDatabaseSchemaEditor
from singlestoredb.mysql.converters import encoders, escape_item

from treblle_models.singlestore.description import describe

CHARSET = "utf8mb4"
LONG = frozenset({"TextField", "BinaryField", "JSONField"})


class ColumnDefinitions(OfficialDatabaseSchemaEditor):
    """Never UNIQUE or PRIMARY KEY inside a column: keys stand after the columns."""

    def column_definition(
        self, model: type[models.Model], field: Any, *, fill: bool = False
    ) -> str | None:
        """What follows the column's name; None of a field without a column.

        `fill`: with the field's default, so that rows that are there get it.
        """
        column_type = self.column_type(field)
        if column_type is None:
            return None
        if getattr(field, "generated", False):
            return f"AS {self.computation(field)} PERSISTED {column_type}"
        return " ".join([column_type, *self.qualities(model, field, fill=fill)])

    def column_sql(
        self, model: type[models.Model], field: Any, include_default: bool = False
    ) -> tuple[str | None, list[Any]]:
        return self.column_definition(model, field, fill=include_default), []

    def column_type(self, field: Any) -> str | None:
        kind: str | None = field.db_parameters(connection=self.connection)["type"]
        if kind is not None and isinstance(target_of(field), AutoFieldMixin):
            return "bigint"
        return kind

    def computation(self, field: Any) -> str:
        sql, params = field.generated_sql(self.connection)
        return f"({sql % tuple(map(self.quote_value, params)) if params else sql})"

    def qualities(self, model: type[models.Model], field: Any, *, fill: bool) -> Iterator[str]:
        collation = field.db_parameters(connection=self.connection).get("collation")
        if collation:
            yield self._collate_sql(collation)
        yield "NULL" if field.null else "NOT NULL"
        if field.has_db_default():
            yield f"DEFAULT {self.db_default_sql(field)[0]}"
        elif fill and not self.takes_no_default(field):
            value = self.effective_default(field)
            if value is not None:
                yield f"DEFAULT {self.quote_value(value)}"
        if suffix := field.db_type_suffix(connection=self.connection):
            yield suffix
        if field.db_comment:
            yield f"COMMENT {self.quote_value(field.db_comment)}"
        if field.column in describe(model).series_timestamps:
            yield "SERIES TIMESTAMP"

    def takes_no_default(self, field: Any) -> bool:
        return field.get_internal_type() in LONG

    def quote_value(self, value: Any) -> str:
        """A literal; written by the driver, which needs no server for it."""
        return str(escape_item(value, CHARSET, encoders))


def target_of(field: Any) -> Any:
    """The field a foreign key points to in the end; None of any other field."""
    if not field.remote_field:
        return None
    target = field.target_field
    return target_of(target) or target
