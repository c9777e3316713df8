"""From a Django model to the description of its table."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from django.conf import settings
from django.db import models
from django.db.models.fields import AutoFieldMixin

from treblle_models.singlestore.rules import TIMES
from treblle_models.singlestore.series_timestamp import SeriesTimestamp
from treblle_models.singlestore.shard_key import ShardKey
from treblle_models.singlestore.singlestore_index import SingleStoreIndex
from treblle_models.singlestore.sort_key import SortKey
from treblle_models.singlestore.table import Column, Key, KeyKind, SortColumn, Table
from treblle_models.singlestore.table_constraint import TableConstraint, column_names
from treblle_models.singlestore.table_storage import Storage, TableStorage

if TYPE_CHECKING:
    AnyField = models.Field[Any, Any]

Model = type[models.Model]
Declared = TypeVar("Declared", bound=TableConstraint)


def describe(model: Model) -> Table:
    """The table of a model, with the keys that Django's own declarations become.

    Raises FieldDoesNotExist where a key names none of the model's fields.
    """
    storage, declared = storage_of(model)
    shard_keys = tuple(column_names(model, key.fields) for key in those(model, ShardKey))
    sort_keys = tuple(sort_columns_of(model, key.fields) for key in those(model, SortKey))
    bare = Table(
        name=model._meta.db_table,
        label=model._meta.label,
        storage=storage,
        declared=declared,
        columns=tuple(column_of(field, declared) for field in concrete_fields(model)),
        primary_key=primary_key_of(model, shard_keys[0] if shard_keys else ()),
        shard_keys=shard_keys,
        sort_keys=sort_keys,
        series_timestamps=tuple(
            name
            for series in those(model, SeriesTimestamp)
            for name in column_names(model, (series.field,))
        ),
        storages=max(1, len(those(model, TableStorage))),
    )
    keys, exceptions = keys_and_exceptions(model, bare)
    return replace(bare, keys=tuple(keys), exceptions=tuple(exceptions))


def storage_of(model: Model) -> tuple[Storage, bool]:
    """Where its rows lie, and whether its author said so.

    `SINGLESTORE_STORAGE = {"sessions.Session": "columnstore"}` in the settings speaks for models
    of others. What nobody speaks for is a reference table.
    """
    stated = those(model, TableStorage)
    if stated:
        return stated[0].storage, True
    if those(model, TableConstraint):
        return Storage.COLUMNSTORE, True
    chosen = getattr(settings, "SINGLESTORE_STORAGE", {}).get(model._meta.label)
    return Storage(chosen or Storage.REFERENCE), False


def speaks_of_singlestore(model: Model) -> bool:
    indexed = any(isinstance(index, SingleStoreIndex) for index in model._meta.indexes)
    return indexed or storage_of(model)[1]


def those(model: Model, kind: type[Declared]) -> list[Declared]:
    return [each for each in model._meta.constraints if isinstance(each, kind)]


def concrete_fields(model: Model) -> "list[AnyField]":
    """The fields with a column in the model's own table."""
    return [field for field in model._meta.local_concrete_fields if field.column]


def sort_columns_of(model: Model, fields: Iterable[str]) -> tuple[SortColumn, ...]:
    return tuple(
        SortColumn(column_names(model, (name,))[0], descending=name.startswith("-"))
        for name in fields
    )


def column_of(field: "AnyField", declared: bool) -> Column:
    counted = isinstance(field, AutoFieldMixin)
    return Column(
        name=str(field.column),
        # In tables of others the backend widens these by itself.
        kind="BigAutoField" if counted and not declared else field.get_internal_type(),
        auto_increment=counted,
        nullable=field.null,
        rewritten=bool(getattr(field, "auto_now", False)),
        enforced_reference=bool(field.remote_field and getattr(field, "db_constraint", False)),
        virtual=bool(getattr(field, "generated", False) and not getattr(field, "db_persist", True)),
    )


def is_drawn(field: "AnyField | None") -> bool:
    """Unique because of how its values are made, whether or not a database looks after it."""
    return isinstance(field, AutoFieldMixin) or (
        isinstance(field, models.UUIDField) and callable(field.default)
    )


def primary_key_of(model: Model, shard_key: tuple[str, ...]) -> tuple[str, ...]:
    key = model._meta.pk
    columns = tuple(str(field.column) for field in model._meta.pk_fields)
    widening = tuple(name for name in shard_key if name not in columns)
    return columns + widening if widening and is_drawn(key) else columns


def keys_and_exceptions(model: Model, table: Table) -> tuple[list[Key], list[str]]:
    """The keys of a table, each once, and what it goes without."""
    keys: dict[tuple[str, ...], Key] = {}
    exceptions: list[str] = []
    taken = {table.primary_key}
    for key in (*unique_keys(model), *indexes(model)):
        fitting = fit(model, table, key)
        if isinstance(fitting, str):
            exceptions.append(fitting)
        elif fitting is not None and fitting.columns not in taken and fitting.columns not in keys:
            keys[fitting.columns] = fitting
    return sorted(keys.values(), key=in_order), exceptions


def in_order(key: Key) -> tuple[bool, bool, str, tuple[str, ...]]:
    """Unique keys first, those of the server's naming before named ones, then by name."""
    return key.kind is not KeyKind.UNIQUE, bool(key.name), key.name, key.columns


def unique_keys(model: Model) -> Iterator[Key]:
    for field in concrete_fields(model):
        yield from (key for key in keys_of_field(field) if key.kind is KeyKind.UNIQUE)
    for together in model._meta.unique_together:
        yield Key.unique(column_names(model, together))
    for constraint in model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint):
            yield key_of_constraint(model, constraint)


def indexes(model: Model) -> Iterator[Key]:
    for field in concrete_fields(model):
        yield from (key for key in keys_of_field(field) if key.kind is KeyKind.ORDERED)
    for index in model._meta.indexes:
        yield key_of_index(model, index)


def keys_of_field(field: "AnyField") -> tuple[Key, ...]:
    """What `unique` and `db_index` ask for."""
    if field.primary_key or not field.column:
        return ()
    if field.unique:
        return (Key.unique((str(field.column),)),)
    indexed = getattr(field, "db_index", False)
    return (Key(KeyKind.ORDERED, (str(field.column),)),) if indexed else ()


def key_of_constraint(model: Model, constraint: models.UniqueConstraint) -> Key:
    partial = constraint.condition is not None or constraint.contains_expressions
    columns = column_names(model, constraint.fields)
    return Key(KeyKind.UNIQUE, columns, constraint.name or "", partial=partial)


def key_of_index(model: Model, index: models.Index) -> Key:
    kind = index.kind if isinstance(index, SingleStoreIndex) else KeyKind.ORDERED
    directed = any(order for _, order in index.fields_orders)
    partial = bool(
        directed or index.condition is not None or index.include or index.contains_expressions
    )
    return Key(kind, column_names(model, index.fields), index.name, partial=partial)


def fit(model: Model, table: Table, key: Key) -> Key | str | None:
    """The key as SingleStore can have it; words where it goes without; None where it is served."""
    if key.kind is KeyKind.UNIQUE:
        return fit_unique(model, table, key)
    if key.kind is KeyKind.ORDERED:
        return fit_ordered(table, key)
    return key


def fit_unique(model: Model, table: Table, key: Key) -> Key | str:
    if key.partial and not table.declared:
        return f"{key.name} is not kept unique (it has a condition or expressions)"
    if set(table.shard_key) <= set(key.columns):
        return key
    field = next((f for f in concrete_fields(model) if (f.column,) == key.columns), None)
    if is_drawn(field):
        return Key(KeyKind.HASH, key.columns, key.name)
    if not table.declared:
        return f"({', '.join(key.columns)}) is not kept unique (it lacks the shard key)"
    return key


def fit_ordered(table: Table, key: Key) -> Key | str | None:
    if not key.columns:
        return f"{key.name} is left out (an index over expressions)"
    if table.storage is not Storage.COLUMNSTORE:
        return Key(KeyKind.ORDERED, key.columns, key.name)
    if any(served_by(key.columns, columns) for columns in table.sort_keys):
        return None
    kinds = {column.kind for column in table.columns if column.name in key.columns}
    if kinds & TIMES:
        name = key.name or ", ".join(key.columns)
        return f"the index {name} is left out (a hash finds no range of time)"
    return key if key.partial else Key(KeyKind.HASH, key.columns, key.name)


def served_by(columns: tuple[str, ...], sort_key: tuple[SortColumn, ...]) -> bool:
    """Whether the order of the rows finds what the index would: one begins with the other."""
    order = tuple(column.name for column in sort_key)
    length = min(len(order), len(columns))
    return columns[:length] == order[:length]
