"""How a table is kept on SingleStore; on other databases these do nothing."""

from typing import Final

from treblle_models.singlestore import Storage, TableStorage

# A full copy on every node: for tables that do not grow with traffic. All unique keys hold.
REFERENCE: Final = TableStorage(Storage.REFERENCE)
