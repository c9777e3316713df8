"""Migration operations for what a standing SingleStore table takes in no other way."""

from treblle_models.singlestore.operations.alter_column_by_copy import AlterColumnByCopy
from treblle_models.singlestore.operations.rebuild_table import RebuildTable
from treblle_models.singlestore.operations.sync_auto_increment import SyncAutoIncrement

__all__ = ["AlterColumnByCopy", "RebuildTable", "SyncAutoIncrement"]
