"""SingleStore in Django's models and migrations.

    class Meta:
        constraints = [
            ShardKey("project"),
            SortKey("project", "-received_at"),
        ]
        indexes = [HashIndex(fields=["client_ip"], name="requests_client_ip")]

On SingleStore they stand inside CREATE TABLE; on every other database they do nothing. A table
that declares a shard or sort key is a columnstore; one that declares nothing is a reference
table, on which every unique key of Django holds. See `docs/singlestore.md`.
"""

from treblle_models.singlestore.errors import SingleStoreError
from treblle_models.singlestore.full_text_index import FullTextIndex
from treblle_models.singlestore.hash_index import HashIndex
from treblle_models.singlestore.series_timestamp import SeriesTimestamp
from treblle_models.singlestore.shard_key import ShardKey
from treblle_models.singlestore.sort_key import SortKey
from treblle_models.singlestore.table_storage import Storage, TableStorage

__all__ = [
    "FullTextIndex",
    "HashIndex",
    "SeriesTimestamp",
    "ShardKey",
    "SingleStoreError",
    "SortKey",
    "Storage",
    "TableStorage",
]
