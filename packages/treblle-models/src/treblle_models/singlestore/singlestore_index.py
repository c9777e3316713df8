"""What the entries of `Meta.indexes` share: SQL on SingleStore only."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from treblle_models.singlestore import statements
from treblle_models.singlestore.errors import PlainColumnsOnly
from treblle_models.singlestore.table import Key, KeyKind
from treblle_models.singlestore.table_constraint import (
    NOTHING,
    PUBLIC_MODULE,
    VENDOR,
    column_names,
    distinct,
)
from treblle_models.singlestore.table_storage import Storage


class SingleStoreIndex(models.Index):
    """An index over whole columns that exists on SingleStore only.

    Raises NoFields, RepeatedField or PlainColumnsOnly.
    """

    kind: ClassVar[KeyKind]

    def __init__(self, *, fields: Sequence[str], name: str | None = None, **options: Any) -> None:
        distinct(tuple(fields), type(self).__name__)
        if options or any(field.startswith("-") for field in fields):
            raise PlainColumnsOnly(
                f"{type(self).__name__} of {', '.join(fields)} takes whole columns only:"
                " no direction, condition, expression or include"
            )
        super().__init__(fields=list(fields), name=name)

    def deconstruct(self) -> tuple[str, Sequence[Any], dict[str, Any]]:
        _, arguments, options = super().deconstruct()
        return f"{PUBLIC_MODULE}.{type(self).__name__}", arguments, options

    def create_sql(  # type: ignore[override]  # Django's own answers a Statement; it runs either
        self,
        model: type[models.Model],
        schema_editor: BaseDatabaseSchemaEditor,
        using: str = "",
        **options: Any,
    ) -> str:
        if schema_editor.connection.vendor != VENDOR:
            # Django runs whatever an index answers.
            return NOTHING
        key = Key(self.kind, column_names(model, self.fields), self.name)
        definition = statements.key(key, Storage.COLUMNSTORE, schema_editor.quote_name)
        return f"ALTER TABLE {schema_editor.quote_name(model._meta.db_table)} ADD {definition}"

    def remove_sql(
        self, model: type[models.Model], schema_editor: BaseDatabaseSchemaEditor, **options: Any
    ) -> str:
        if schema_editor.connection.vendor != VENDOR:
            return NOTHING
        return str(super().remove_sql(model, schema_editor, **options))
