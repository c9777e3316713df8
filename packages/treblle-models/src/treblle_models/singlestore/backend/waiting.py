"""Tables wait for the end of their migration, since their keys come in later operations.

`makemigrations` writes CreateModel and then AddConstraint, AddIndex, AddField; SingleStore takes a
shard key, a sort key and most unique keys in CREATE TABLE only. So a table is made when the
migration ends, or just before the first statement that is not about its making.
"""

from collections.abc import Callable
from typing import Any

from django.db import models
from django_singlestore.schema import DatabaseSchemaEditor as OfficialDatabaseSchemaEditor

Model = type[models.Model]


class WaitingTables(OfficialDatabaseSchemaEditor):
    def __init__(self, connection: Any, collect_sql: bool = False, atomic: bool = True) -> None:
        super().__init__(connection, collect_sql, atomic)
        self.waiting: dict[str, Model] = {}
        # Where the statement of a waiting table stands among those collected.
        self.places: dict[str, int] = {}

    def __enter__(self) -> Any:
        self.connection.execute_wrappers.append(self.make_tables_first)
        return super().__enter__()

    def __exit__(self, exc_type: Any, exc_value: Any, traceback: Any) -> None:
        try:
            if exc_type is None:
                self.make_tables()
            super().__exit__(exc_type, exc_value, traceback)
        finally:
            self.connection.execute_wrappers.remove(self.make_tables_first)

    def create_model(self, model: Model) -> None:
        self.waiting[model._meta.db_table] = model
        if self.collect_sql:
            self.places[model._meta.db_table] = len(self.collected_sql)
            self.collected_sql.append("")
        for field in model._meta.local_many_to_many:
            through: Any = field.remote_field.through
            if through._meta.auto_created:
                self.create_model(through)

    def still_waiting(self, model: Model) -> bool:
        """Whether the table is yet to be made; if so, it will be as `model` has it now."""
        if model._meta.db_table not in self.waiting:
            return False
        self.waiting[model._meta.db_table] = model
        return True

    def execute(self, sql: Any, params: Any = ()) -> None:
        self.make_tables()
        super().execute(sql, params)

    def make_tables(self) -> None:
        """Raises RulesBroken where a server would refuse one of them."""
        waiting, self.waiting = self.waiting, {}
        for name, model in waiting.items():
            sql, _ = self.table_sql(model)
            if self.collect_sql:
                self.collected_sql[self.places.pop(name)] = f"{sql};"
            else:
                self.execute(sql, None)

    def make_tables_first(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        """Before any statement on the connection: data migrations use the tables, too."""
        self.make_tables()
        return execute(sql, params, many, context)
