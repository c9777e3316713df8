"""How a table is kept: on disk by column, in memory by row, on every node, or for a session."""

from enum import StrEnum
from typing import Any

from treblle_models.singlestore.table_constraint import TableConstraint


class Storage(StrEnum):
    """COLUMNSTORE: on disk by column, sharded. ROWSTORE: in memory, sharded. REFERENCE: in memory,
    a full copy on every node, so each unique key holds. TEMPORARY: a rowstore of one session."""

    COLUMNSTORE = "columnstore"
    ROWSTORE = "rowstore"
    REFERENCE = "reference"
    TEMPORARY = "temporary"

    @property
    def sharded(self) -> bool:
        return self is not Storage.REFERENCE

    @property
    def create(self) -> str:
        """The words before the table's name."""
        return CREATE[self]


CREATE = {
    Storage.COLUMNSTORE: "CREATE TABLE",
    Storage.ROWSTORE: "CREATE ROWSTORE TABLE",
    # By row: only there a column's type can be changed later, which migrations of others do.
    Storage.REFERENCE: "CREATE ROWSTORE REFERENCE TABLE",
    Storage.TEMPORARY: "CREATE ROWSTORE TEMPORARY TABLE",
}


class TableStorage(TableConstraint):
    """`CREATE [ROWSTORE] [REFERENCE | TEMPORARY] TABLE`; columnstore is SingleStore's own default.

    Raises ValueError where `storage` is none of `Storage`.
    """

    default_name = "%(app_label)s_%(class)s_storage"

    def __init__(self, storage: Storage | str, *, name: str | None = None) -> None:
        self.storage = Storage(storage)
        super().__init__(name=name)

    def arguments(self) -> tuple[Any, ...]:
        # As text, so that a migration names no class.
        return (self.storage.value,)
