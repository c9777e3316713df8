"""After rows came with ids of their own, new ids must start behind them."""

from typing import Any

from django.db.migrations.operations.base import Operation, OperationCategory
from django.db.migrations.state import ProjectState

from treblle_models.singlestore.operations.server import Server
from treblle_models.singlestore.table_constraint import VENDOR


class SyncAutoIncrement(Operation):
    """`AGGREGATOR SYNC AUTO_INCREMENT ON `database`.`table` ALL`.

    On a sharded table an insert with an id does not move the counter, so ids would come twice.
    It never lowers a counter: running it twice changes nothing, and going back needs nothing.
    """

    reduces_to_sql = True
    reversible = True
    category = OperationCategory.SQL

    def __init__(self, model_name: str) -> None:
        self.model_name = model_name

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return type(self).__name__, [], {"model_name": self.model_name}

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """The models stay as they are."""

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        model = to_state.apps.get_model(app_label, self.model_name)
        connection = schema_editor.connection
        if connection.vendor == VENDOR and self.allow_migrate_model(connection.alias, model):
            Server(schema_editor).run(sync_sql(schema_editor, model._meta.db_table))

    def database_backwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        """A counter is never lowered."""

    def references_model(self, name: str, app_label: str) -> bool:
        return name.lower() == self.model_name.lower()

    def describe(self) -> str:
        return f"Start new ids of {self.model_name} behind those that are there"

    @property
    def migration_name_fragment(self) -> str:
        return f"sync_ids_of_{self.model_name.lower()}"


def sync_sql(editor: Any, table: str) -> str:
    database = editor.quote_name(str(editor.connection.settings_dict["NAME"]))
    return f"AGGREGATOR SYNC AUTO_INCREMENT ON {database}.{editor.quote_name(table)} ALL"
