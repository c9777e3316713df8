"""By which columns the rows of a table are spread over the partitions."""

from typing import Any

from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from treblle_models.singlestore import statements
from treblle_models.singlestore.errors import DirectionInShardKey
from treblle_models.singlestore.table_constraint import TableConstraint, column_names, distinct


class ShardKey(TableConstraint):
    """`SHARD KEY (`project_id`)`: rows with equal values lie on one partition.

    Every unique key of the table must contain it. Where the model's primary key is drawn (an
    auto field, or a uuid with a default), the primary key in the database is widened by it.
    Without one, a sharded table is spread by its primary key.

    Raises NoFields, RepeatedField or DirectionInShardKey.
    """

    default_name = "%(app_label)s_%(class)s_shard_key"

    def __init__(self, *fields: str, name: str | None = None) -> None:
        self.fields = distinct(fields, "ShardKey")
        backward = next((field for field in fields if field.startswith("-")), None)
        if backward is not None:
            raise DirectionInShardKey(f"ShardKey takes {backward!r} without the minus")
        super().__init__(name=name)

    def arguments(self) -> tuple[Any, ...]:
        return self.fields

    def definition(self, model: type[models.Model], editor: BaseDatabaseSchemaEditor) -> str:
        return statements.shard_key(column_names(model, self.fields), editor.quote_name)
