"""Which tables move: those of the models of all installed apps, as the source really has them."""

from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.apps import apps
from django.db.models import Field, ForeignKey, Model

from treblle_models.move.columns import Column, kind_of
from treblle_models.move.problems import MoveError
from treblle_models.move.servers import Server


@dataclass(frozen=True)
class Table:
    """A table of the source with what of it is moved."""

    name: str
    primary_key: str
    columns: tuple[Column, ...]
    auto_increment: bool
    # Whether its key is a whole number: then it is read and compared in ranges.
    ranged: bool


@dataclass(frozen=True)
class Found:
    """What a look at models and source gave."""

    tables: tuple[Table, ...]
    # In the source and of no model, or the other way round.
    of_no_model: tuple[str, ...]
    not_in_source: tuple[str, ...]
    # `table.column` of the source that no model knows: it stays behind.
    columns_of_no_model: tuple[str, ...]


@dataclass(frozen=True)
class ColumnFound:
    sql_type: str
    nullable: bool
    auto_increment: bool


def model_tables() -> dict[str, type[Model]]:
    """Every concrete model by its table, many-to-many tables and those of third parties included."""
    models = apps.get_models(include_auto_created=True)
    return {
        model._meta.db_table: model
        for model in models
        if model._meta.managed and not model._meta.proxy and not model._meta.swapped
    }


def look(source: Server) -> Found:
    """Read the models and the source's catalogue."""
    models, catalogue = model_tables(), catalogue_of(source)
    shared = sorted(models.keys() & catalogue.keys())
    left_behind = [
        f"{name}.{column}"
        for name in shared
        for column in sorted(catalogue[name].keys() - _columns_of_model(models[name]).keys())
    ]
    return Found(
        tables=tuple(_table(models[name], catalogue[name]) for name in shared),
        of_no_model=tuple(sorted(catalogue.keys() - models.keys())),
        not_in_source=tuple(sorted(models.keys() - catalogue.keys())),
        columns_of_no_model=tuple(left_behind),
    )


def catalogue_of(server: Server) -> dict[str, dict[str, ColumnFound]]:
    """What the server itself says of its tables and columns."""
    rows = server.ask(
        "SELECT c.TABLE_NAME, c.COLUMN_NAME, c.COLUMN_TYPE, c.IS_NULLABLE, c.EXTRA"
        " FROM information_schema.COLUMNS c JOIN information_schema.TABLES t"
        " ON t.TABLE_SCHEMA = c.TABLE_SCHEMA AND t.TABLE_NAME = c.TABLE_NAME"
        " WHERE c.TABLE_SCHEMA = %s AND t.TABLE_TYPE = 'BASE TABLE'"
        " ORDER BY c.TABLE_NAME, c.ORDINAL_POSITION",
        [server.database],
    )
    return {
        table: {
            column: ColumnFound(sql_type, nullable == "YES", "auto_increment" in extra.lower())
            for _, column, sql_type, nullable, extra in columns
        }
        for table, columns in groupby(rows, itemgetter(0))
    }


def _columns_of_model(model: type[Model]) -> dict[str, "Field[Any, Any]"]:
    # A generated column is computed again at the target and cannot be inserted.
    fields = (field for field in model._meta.local_concrete_fields)
    return {str(field.column): field for field in fields if not getattr(field, "generated", False)}


def _table(model: type[Model], in_source: dict[str, ColumnFound]) -> Table:
    table, key = model._meta.db_table, str(model._meta.pk.column)
    fields = _columns_of_model(model)
    missing = sorted(fields.keys() - in_source.keys())
    if missing:
        raise MoveError(
            f"{table} has no column {', '.join(missing)} in the source: its migrations are behind"
        )
    columns = tuple(_column(name, in_source[name], field) for name, field in fields.items())
    return Table(
        name=table,
        primary_key=key,
        columns=columns,
        auto_increment=in_source[key].auto_increment,
        ranged="int" in in_source[key].sql_type,
    )


def _column(name: str, found: ColumnFound, field: "Field[Any, Any]") -> Column:
    return Column(name, kind_of(found.sql_type, _type_of(field)), found.nullable)


def _type_of(field: "Field[Any, Any]") -> str:
    """Django's name of the field's type; of a foreign key that of what it points at."""
    while isinstance(field, ForeignKey):
        field = field.target_field
    return field.get_internal_type()
