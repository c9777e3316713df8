"""What the entries of `Meta.constraints` share: SQL on SingleStore only, equality by value."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models.constraints import BaseConstraint
from django.db.utils import DEFAULT_DB_ALIAS

from treblle_models.singlestore.errors import NoFields, RepeatedField

VENDOR = "singlestore"
PUBLIC_MODULE = "treblle_models.singlestore"
# Runs everywhere and changes nothing.
NOTHING = "SELECT 1"


class TableConstraint(BaseConstraint):
    """A property of a table that only SingleStore has; elsewhere it is nothing."""

    default_name: ClassVar[str]
    # Nothing a row could violate, so these are no part of the definition.
    violation_error_code = None
    violation_error_message = None

    def __init__(self, name: str | None = None) -> None:
        # Django fills in `%(app_label)s` and `%(class)s` when it makes the model.
        super().__init__(name=name or self.default_name)

    def arguments(self) -> tuple[Any, ...]:
        """The positional arguments that make an equal one."""
        raise NotImplementedError

    def definition(self, model: type[models.Model], editor: BaseDatabaseSchemaEditor) -> str | None:
        """What it adds between the brackets of CREATE TABLE besides the columns, if anything."""
        return None

    def constraint_sql(  # type: ignore[override]  # Django itself allows None
        self, model: type[models.Model] | None, schema_editor: BaseDatabaseSchemaEditor | None
    ) -> str | None:
        if model is None or schema_editor is None or schema_editor.connection.vendor != VENDOR:
            return None
        return self.definition(model, schema_editor)

    def create_sql(  # type: ignore[override]  # as above
        self, model: type[models.Model] | None, schema_editor: BaseDatabaseSchemaEditor | None
    ) -> str | None:
        """None: a key of a table that stands already takes `RebuildTable`.

        Where a column has a default in the database, Django's table_sql runs the answer without
        asking whether there is one; it gets a statement that changes nothing.
        """
        if model is None or not any(field.has_db_default() for field in model._meta.local_fields):
            return None
        return NOTHING

    def remove_sql(  # type: ignore[override]  # as above
        self, model: type[models.Model] | None, schema_editor: BaseDatabaseSchemaEditor | None
    ) -> None:
        """Nothing, as above."""

    def validate(
        self,
        model: type[models.Model],
        instance: models.Model,
        exclude: Any = None,
        using: str = DEFAULT_DB_ALIAS,
    ) -> None:
        """No row violates it."""

    def deconstruct(self) -> tuple[str, tuple[Any, ...], dict[str, Any]]:
        path = f"{PUBLIC_MODULE}.{type(self).__name__}"
        return path, self.arguments(), {"name": self.name}

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, TableConstraint):
            return NotImplemented
        return self.deconstruct() == other.deconstruct()

    def __hash__(self) -> int:
        return hash((type(self), self.arguments(), self.name))

    def __repr__(self) -> str:
        arguments = ", ".join(repr(argument) for argument in self.arguments())
        return f"<{type(self).__name__}: {arguments} name={self.name!r}>"


def distinct(fields: tuple[str, ...], what: str) -> tuple[str, ...]:
    """The same fields.

    Raises NoFields or RepeatedField.
    """
    if not fields:
        raise NoFields(f"{what} needs at least one field")
    names = [field.removeprefix("-") for field in fields]
    repeated = next((name for name in names if names.count(name) > 1), None)
    if repeated is not None:
        raise RepeatedField(f"{what} names {repeated!r} twice")
    return fields


def column_names(model: type[models.Model], fields: Iterable[str]) -> tuple[str, ...]:
    """The columns of these fields; a leading minus is no part of a name.

    Raises FieldDoesNotExist.
    """
    found = (model._meta.get_field(name.removeprefix("-")) for name in fields)
    return tuple(str(getattr(field, "column", field.name)) for field in found)
