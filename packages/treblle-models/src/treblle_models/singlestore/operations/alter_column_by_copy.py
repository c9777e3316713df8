"""Another type for a column of a columnstore, which has no MODIFY for it."""

from dataclasses import dataclass, replace
from typing import Any

from django.db.migrations.operations import AlterField

from treblle_models.singlestore import rules, statements
from treblle_models.singlestore.description import describe
from treblle_models.singlestore.errors import RenameApart, ValuesWouldBeLost
from treblle_models.singlestore.operations.server import BATCH_ROWS, Server, plain_type
from treblle_models.singlestore.table import Key, Table
from treblle_models.singlestore.table_constraint import VENDOR

SUFFIX = "__copy"


class AlterColumnByCopy(AlterField):
    """AlterField for a columnstore, without MODIFY:

        ALTER TABLE `t` ADD COLUMN `c__copy` bigint NULL
        UPDATE `t` SET `c__copy` = `c` :> bigint WHERE `id` > … AND `id` <= …     (in batches)
        ALTER TABLE `t` DROP INDEX …                                              (those on `c`)
        ALTER TABLE `t` DROP COLUMN `c`
        ALTER TABLE `t` CHANGE `c__copy` `c`
        ALTER TABLE `t` ADD KEY (`c`) USING HASH                                  (as before)

    It goes on where it was interrupted, and does nothing where it is done. Going back is the same
    towards the old type. Either way it stops before the swap where a value would not come back
    the same (ValuesWouldBeLost). A column of the shard, sort or primary key takes `RebuildTable`.
    On other databases it is AlterField.
    """

    def __init__(
        self,
        model_name: str,
        name: str,
        field: Any,
        preserve_default: bool = True,
        batch_rows: int = BATCH_ROWS,
    ) -> None:
        if batch_rows < 1:
            raise ValueError(f"batch_rows is {batch_rows}; a batch has at least one row")
        self.batch_rows = batch_rows
        super().__init__(model_name, name, field, preserve_default)

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        _, arguments, options = super().deconstruct()
        if self.batch_rows != BATCH_ROWS:
            options["batch_rows"] = self.batch_rows
        return type(self).__name__, list(arguments), options

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        if schema_editor.connection.vendor != VENDOR:
            super().database_forwards(app_label, schema_editor, from_state, to_state)
            return
        new_model = to_state.apps.get_model(app_label, self.model_name)
        if self.allow_migrate_model(schema_editor.connection.alias, new_model):
            old_model = from_state.apps.get_model(app_label, self.model_name)
            copy = ColumnCopy(
                Server(schema_editor),
                old_model,
                new_model,
                self.name,
                self.batch_rows,
            )
            copy.run()

    def describe(self) -> str:
        return f"Alter field {self.name} on {self.model_name} by a copy of the column"

    @property
    def migration_name_fragment(self) -> str:
        return f"copy_{self.model_name_lower}_{self.name_lower}"


@dataclass(frozen=True)
class ColumnCopy:
    """One column on its way to another type."""

    server: Server
    model: Any
    new_model: Any
    field_name: str
    batch_rows: int

    @property
    def old_field(self) -> Any:
        return self.model._meta.get_field(self.field_name)

    @property
    def new_field(self) -> Any:
        return self.new_model._meta.get_field(self.field_name)

    @property
    def table(self) -> Table:
        return describe(self.model)

    @property
    def column(self) -> str:
        return str(self.old_field.column)

    @property
    def copy(self) -> str:
        return self.column + SUFFIX

    def quote(self, name: str) -> str:
        return str(self.server.editor.quote_name(name))

    def type_of(self, field: Any) -> str:
        return str(self.server.editor.column_type(field))

    def run(self) -> None:
        """Raises RulesBroken for a column of a key, ValuesWouldBeLost where the type is too small."""
        ensure_free(self.table, self.column)
        if self.new_field.column != self.column:
            raise RenameApart(f"{self.column} gets another name, too: put that in a RenameField")
        if self.server.only_writes:
            self.add_column()
            self.copy_values()
            self.drop_column()
            self.take_name()
            self.add_keys()
            return
        there = self.server.columns(self.table.name)
        wanted = plain_type(self.type_of(self.new_field), self.new_field.null)
        if self.column in there and (self.copy in there or there[self.column] != wanted):
            if self.copy not in there:
                self.add_column()
            self.copy_values()
            self.ensure_nothing_lost()
            self.drop_column()
        if self.copy in self.server.columns(self.table.name):
            self.take_name()
        self.add_keys()

    def add_column(self) -> None:
        definition = self.server.editor.column_definition(self.model, self.new_field, fill=True)
        self.alter(f"ADD COLUMN {self.quote(self.copy)} {definition}")

    def copy_values(self) -> None:
        copy, value, table = self.quote(self.copy), self.value(), self.quote(self.table.name)
        key = self.table.primary_key[0]
        for condition in self.server.ranges(self.table.name, key, self.batch_rows):
            self.server.run(f"UPDATE {table} SET {copy} = {value} WHERE {condition}")  # noqa: S608 (names are quoted)

    def value(self) -> str:
        """The old value in the new type; the default where there was none and now must be one."""
        editor, column = self.server.editor, self.quote(self.column)
        default = editor.effective_default(self.new_field)
        if self.old_field.null and not self.new_field.null and default is not None:
            column = f"COALESCE({column}, {editor.quote_value(default)})"
        return f"{column} :> {self.type_of(self.new_field)}"

    def ensure_nothing_lost(self) -> None:
        """Compares all rows, those that came while the batches ran too."""
        column, copy = self.quote(self.column), self.quote(self.copy)
        back = f"({copy} :> {self.type_of(self.old_field)}) <=> {column}"
        lost = self.server.count(self.table.name, f"{column} IS NOT NULL AND NOT ({back})")
        if lost:
            raise ValuesWouldBeLost(
                f"{lost} rows of {self.table.name} have another {self.column} in the new type, or"
                f" were written meanwhile; {self.copy} is left for you to look at."
            )

    def keys_of(self, model: Any) -> list[Key]:
        return [key for key in describe(model).keys if self.column in key.columns]

    def keys_there(self) -> dict[str, tuple[str, ...]]:
        """By name; where statements are only written, as a server would name them."""
        if self.server.only_writes:
            keys = self.keys_of(self.model)
            return {key.name or key.columns[0]: key.columns for key in keys}
        return self.server.keys(self.table.name)

    def drop_column(self) -> None:
        lost = {key.columns for key in self.keys_of(self.model)}
        for name, columns in self.keys_there().items():
            if columns in lost:
                self.alter(f"DROP INDEX {self.quote(name)}")
        self.alter(f"DROP COLUMN {self.quote(self.column)}")

    def take_name(self) -> None:
        self.alter(f"CHANGE {self.quote(self.copy)} {self.quote(self.column)}")

    def add_keys(self) -> None:
        there = () if self.server.only_writes else self.keys_there().values()
        for key in self.keys_of(self.new_model):
            if key.columns not in there:
                self.alter(f"ADD {statements.key(key, self.table.storage, self.quote)}")

    def alter(self, change: str) -> None:
        self.server.run(f"ALTER TABLE {self.quote(self.table.name)} {change}")


def ensure_free(table: Table, column: str) -> None:
    """Raise RulesBroken where the column is part of a key that only a new table can change."""
    rules.ensure_not_updated(table, [column])
    sorted_by = {each.name for columns in table.sort_keys for each in columns}
    if column in sorted_by | set(table.primary_key):
        rules.ensure_not_rekeyed(replace(table, label=f"{table.label}.{column}"), "A key")
