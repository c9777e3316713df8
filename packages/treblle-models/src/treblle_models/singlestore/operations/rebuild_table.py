"""Another shard key, sort key or storage: only a new table has it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.migrations.operations.base import OperationCategory
from django.db.migrations.operations.models import ModelOperation
from django.db.migrations.state import ProjectState

from treblle_models.singlestore.description import describe
from treblle_models.singlestore.errors import RowsCameMeanwhile
from treblle_models.singlestore.operations.server import BATCH_ROWS, Server
from treblle_models.singlestore.operations.sync_auto_increment import sync_sql
from treblle_models.singlestore.table import SortColumn, Table
from treblle_models.singlestore.table_constraint import VENDOR, TableConstraint
from treblle_models.singlestore.table_storage import Storage

NEW = "__new"
OLD = "__old"


class RebuildTable(ModelOperation):
    """Give a table the shard key, sort key and storage of `keys`, and no others:

        CREATE TABLE `t__new` (…)
        INSERT INTO `t__new` (…) SELECT … FROM `t` WHERE `id` > … AND `id` <= …   (in batches)
        ALTER TABLE `t` RENAME TO `t__old`
        ALTER TABLE `t__new` RENAME TO `t`
        AGGREGATOR SYNC AUTO_INCREMENT ON `database`.`t` ALL      (where the server draws the ids)
        DROP TABLE `t__old`

    Stop what writes to the table: it stops before the swap where the counts differ
    (RowsCameMeanwhile). It goes on where it was interrupted, and does nothing where the table has
    these keys. Going back rebuilds with the keys as they were. Elsewhere nothing happens.
    """

    reversible = True
    reduces_to_sql = True
    category = OperationCategory.ALTERATION
    serialization_expand_args = ["keys"]  # noqa: RUF012 (as Django has it)

    def __init__(
        self, name: str, keys: Sequence[TableConstraint], batch_rows: int = BATCH_ROWS
    ) -> None:
        if not all(isinstance(key, TableConstraint) for key in keys):
            raise TypeError("RebuildTable takes ShardKey, SortKey, TableStorage, SeriesTimestamp")
        if batch_rows < 1:
            raise ValueError(f"batch_rows is {batch_rows}; a batch has at least one row")
        self.keys = list(keys)
        self.batch_rows = batch_rows
        super().__init__(name)

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        options: dict[str, Any] = {"name": self.name, "keys": self.keys}
        if self.batch_rows != BATCH_ROWS:
            options["batch_rows"] = self.batch_rows
        return type(self).__name__, [], options

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        model = state.models[app_label, self.name_lower]
        others = [
            constraint
            for constraint in model.options.get("constraints", [])
            if not isinstance(constraint, TableConstraint)
        ]
        keys = [named(key, app_label, self.name_lower) for key in self.keys]
        model.options["constraints"] = [*others, *keys]
        state.reload_model(app_label, self.name_lower, delay=True)

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        model = to_state.apps.get_model(app_label, self.name)
        connection = schema_editor.connection
        if connection.vendor == VENDOR and self.allow_migrate_model(connection.alias, model):
            Rebuilding(Server(schema_editor), model, self.batch_rows).run()

    def database_backwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        self.database_forwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        return f"Rebuild the table of {self.name} with other keys"

    @property
    def migration_name_fragment(self) -> str:
        return f"rebuild_{self.name_lower}"


def named(key: TableConstraint, app_label: str, model_name: str) -> TableConstraint:
    """With the name that Django would give it on the model."""
    copy: TableConstraint = key.clone()
    copy.name = str(copy.name) % {"app_label": app_label.lower(), "class": model_name}
    return copy


@dataclass(frozen=True)
class Rebuilding:
    """One table on its way to other keys."""

    server: Server
    model: Any
    batch_rows: int

    @property
    def table(self) -> Table:
        return describe(self.model)

    def quote(self, name: str) -> str:
        return str(self.server.editor.quote_name(name))

    def run(self) -> None:
        """Raises RulesBroken, RowsCameMeanwhile."""
        name = self.table.name
        new, old = name + NEW, name + OLD
        if self.server.only_writes:
            self.copy_to(new)
            self.rename(name, old)
            self.take(new, old)
            return
        there = self.server.tables(name, new, old)
        if name in there and self.has_keys():
            if old in there:
                self.server.run(f"DROP TABLE {self.quote(old)}")
            return
        if name in there:
            if new in there:
                self.server.run(f"DROP TABLE {self.quote(new)}")
            self.copy_to(new)
            self.ensure_all_came(new)
            self.rename(name, old)
        self.take(new, old)

    def copy_to(self, new: str) -> None:
        sql, _ = self.server.editor.table_sql(self.model, new)
        self.server.run(sql)
        # The server fills computed columns by itself and takes no values for them.
        names = ", ".join(
            self.quote(str(field.column))
            for field in self.model._meta.local_concrete_fields
            if not getattr(field, "generated", False)
        )
        name, key = self.table.name, self.table.primary_key[0]
        for condition in self.server.ranges(name, key, self.batch_rows):
            self.server.run(
                f"INSERT INTO {self.quote(new)} ({names})"  # noqa: S608 (names are quoted)
                f" SELECT {names} FROM {self.quote(name)} WHERE {condition}"
            )

    def ensure_all_came(self, new: str) -> None:
        before, after = self.server.count(self.table.name), self.server.count(new)
        if before != after:
            raise RowsCameMeanwhile(
                f"{self.table.name} has {before} rows and its copy {after}: stop what writes to it"
                " and migrate again."
            )

    def rename(self, name: str, to: str) -> None:
        self.server.run(f"ALTER TABLE {self.quote(name)} RENAME TO {self.quote(to)}")

    def take(self, new: str, old: str) -> None:
        self.rename(new, self.table.name)
        if any(column.auto_increment for column in self.table.columns):
            self.server.run(sync_sql(self.server.editor, self.table.name))
        self.server.run(f"DROP TABLE {self.quote(old)}")

    def has_keys(self) -> bool:
        return keys_in(self.server.definition(self.table.name)) == (
            self.table.storage,
            self.table.shard_key,
            self.table.sort_keys[0] if self.table.sort_keys else (),
        )


Keys = tuple[Storage, tuple[str, ...], tuple[SortColumn, ...]]


def keys_in(definition: str) -> Keys:
    """Storage, shard key and sort key of a CREATE TABLE as a server tells it."""
    head = definition.upper().split("TABLE", 1)[0].split()
    storage = next((each for each in STORAGE_WORDS if each.upper() in head), Storage.COLUMNSTORE)
    shard = re.search(r"SHARD KEY\s*(?:`[^`]*`\s*)?\(([^)]*)\)", definition)
    sort = re.search(r"SORT KEY\s*(?:`[^`]*`\s*)?\(([^)]*)\)", definition)
    columns = tuple(re.findall(r"`([^`]+)`", shard[1])) if shard else ()
    order = tuple(
        SortColumn(name, descending=direction == "DESC")
        for name, direction in re.findall(r"`([^`]+)`\s*(DESC|ASC)?", sort[1] if sort else "")
    )
    return storage, columns, order


# The first that stands there: a reference or temporary table may be a rowstore besides.
STORAGE_WORDS = (Storage.REFERENCE, Storage.TEMPORARY, Storage.ROWSTORE)
