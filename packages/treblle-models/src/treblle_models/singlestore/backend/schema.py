"""The schema editor: whole tables with their keys, and only what a standing table allows."""

from typing import Any

from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django_singlestore.schema import DatabaseSchemaEditor as OfficialDatabaseSchemaEditor

from treblle_models.singlestore import rules, statements
from treblle_models.singlestore.backend.columns import ColumnDefinitions
from treblle_models.singlestore.backend.waiting import WaitingTables
from treblle_models.singlestore.description import (
    describe,
    fit,
    key_of_constraint,
    key_of_index,
    keys_of_field,
)
from treblle_models.singlestore.table import Key
from treblle_models.singlestore.table_constraint import TableConstraint, column_names

Model = type[models.Model]


class DatabaseSchemaEditor(WaitingTables, ColumnDefinitions, OfficialDatabaseSchemaEditor):
    """CREATE TABLE says all keys at once, since few can be added to a table that stands."""

    sql_delete_index = "ALTER TABLE %(table)s DROP INDEX %(name)s"
    sql_rename_column = "ALTER TABLE %(table)s CHANGE %(old_column)s %(new_column)s"

    def table_sql(self, model: Model, name: str = "") -> tuple[str, list[Any]]:
        """CREATE TABLE of the model, under another name where one is given.

        Raises RulesBroken where a server would refuse it.
        """
        table = describe(model)
        rules.ensure(table)
        fields = model._meta.local_concrete_fields
        columns = [
            f"{self.quote_name(field.column)} {definition}"
            for field in fields
            if (definition := self.column_definition(model, field))
        ]
        sql = statements.create_table(table, columns, self.quote_name, name)
        if model._meta.db_table_comment:
            sql += f" COMMENT {self.quote_value(model._meta.db_table_comment)}"
        return sql, []

    def add_index(self, model: Model, index: models.Index) -> None:
        if not self.still_waiting(model):
            self.add_key(model, key_of_index(model, index))

    def remove_index(self, model: Model, index: models.Index) -> None:
        self.drop_key(model, key_of_index(model, index))

    def add_constraint(self, model: Model, constraint: models.BaseConstraint) -> None:
        if not self.still_waiting(model):
            self.change_constraint(model, constraint, added=True)

    def remove_constraint(self, model: Model, constraint: models.BaseConstraint) -> None:
        if not self.still_waiting(model):
            self.change_constraint(model, constraint, added=False)

    def change_constraint(
        self, model: Model, constraint: models.BaseConstraint, *, added: bool
    ) -> None:
        if isinstance(constraint, TableConstraint):
            rules.ensure_not_rekeyed(describe(model), type(constraint).__name__)
        if isinstance(constraint, models.UniqueConstraint):
            key = key_of_constraint(model, constraint)
            (self.add_key if added else self.drop_key)(model, key)

    def alter_unique_together(self, new_model: Model, old_value: Any, new_value: Any) -> None:
        if not self.still_waiting(new_model):
            super().alter_unique_together(new_model, old_value, new_value)

    def _create_unique_sql(self, model: Model, fields: Any, **options: Any) -> str:
        key = Key.unique(column_names(model, [field.name for field in fields]))
        return self.add_key_sql(model, key)

    def add_key(self, model: Model, key: Key) -> None:
        """Nothing where SingleStore serves the key otherwise or goes without it."""
        rules.ensure(describe(model))
        fitting = fit(model, describe(model), key)
        if isinstance(fitting, Key):
            self.execute(self.add_key_sql(model, fitting), None)

    def add_key_sql(self, model: Model, key: Key) -> str:
        definition = statements.key(key, describe(model).storage, self.quote_name)
        return f"ALTER TABLE {self.quote_name(model._meta.db_table)} ADD {definition}"

    def drop_key(self, model: Model, key: Key) -> None:
        if isinstance(fit(model, describe(model), key), Key):
            names = [key.name] if key.name else self.names_of(model, key)
            for name in names:
                self.execute(str(self._delete_index_sql(model, name)), None)

    def names_of(self, model: Model, key: Key) -> list[str]:
        """What the server called a key that has no name of ours."""
        named = {each.name for each in (*model._meta.indexes, *model._meta.constraints)}
        found = self._constraint_names(
            model, list(key.columns), index=True, primary_key=False, exclude=named
        )
        return list(found)

    def add_field(self, model: Model, field: Any) -> None:
        if field.many_to_many or not self.still_waiting(field.model):
            self.add_column(model, field)

    def add_column(self, model: Model, field: Any) -> None:
        if field.many_to_many:
            if field.remote_field.through._meta.auto_created:
                self.create_model(field.remote_field.through)
            return
        definition = self.column_definition(field.model, field, fill=True)
        if definition:
            table, column = self.quote_name(model._meta.db_table), self.quote_name(field.column)
            self.execute(f"ALTER TABLE {table} ADD COLUMN {column} {definition}", None)
            self.fill_texts(table, column, field)
            for key in keys_of_field(field):
                self.add_key(field.model, key)

    def fill_texts(self, table: str, column: str, field: Any) -> None:
        """Long texts and bytes take no DEFAULT; old rows get their value afterwards."""
        value = self.effective_default(field)
        if self.takes_no_default(field) and value not in (None, "", b""):
            self.execute(f"UPDATE {table} SET {column} = %s", [value])  # noqa: S608 (names are quoted)

    def alter_field(
        self, model: Model, old_field: Any, new_field: Any, strict: bool = False
    ) -> None:
        if new_field.many_to_many or not self.still_waiting(new_field.model):
            BaseDatabaseSchemaEditor.alter_field(self, model, old_field, new_field, strict)

    def _alter_field(self, model: Model, old_field: Any, new_field: Any, *types: Any) -> None:
        """Raises RulesBroken where the type would change in place on a columnstore."""
        table = self.quote_name(model._meta.db_table)
        old_keys, new_keys = set(keys_of_field(old_field)), set(keys_of_field(new_field))
        renamed = old_field.column != new_field.column
        for key in old_keys - new_keys if not renamed else ():
            self.drop_key(model, key)
        if renamed:
            self.execute(
                f"ALTER TABLE {table} CHANGE {self.quote_name(old_field.column)}"
                f" {self.quote_name(new_field.column)}",
                None,
            )
        definition = self.column_definition(new_field.model, new_field)
        if definition != self.column_definition(model, old_field):
            rules.ensure_not_modified(describe(model), new_field.column)
            self.fill_nulls(table, old_field, new_field)
            column = self.quote_name(new_field.column)
            self.execute(f"ALTER TABLE {table} MODIFY COLUMN {column} {definition}", None)
        for key in new_keys - old_keys if not renamed else ():
            self.add_key(new_field.model, key)

    def fill_nulls(self, table: str, old_field: Any, new_field: Any) -> None:
        value = self.effective_default(new_field)
        if old_field.null and not new_field.null and value is not None:
            column = self.quote_name(new_field.column)
            self.execute(f"UPDATE {table} SET {column} = %s WHERE {column} IS NULL", [value])  # noqa: S608 (names are quoted)

    def _constraint_names(self, model: Model, columns: Any = None, **kinds: Any) -> list[str]:
        # No foreign key is ever enforced, so none has a name; saves a question to the server.
        if kinds.get("foreign_key"):
            return []
        return list(super()._constraint_names(model, columns, **kinds))
