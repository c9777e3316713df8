"""What a migration asks of a table that stands, and a columnstore would refuse."""

import pkgutil
from collections.abc import Iterator, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any

from django.apps import AppConfig, apps
from django.core import checks
from django.db.migrations import Migration
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import (
    AddConstraint,
    AlterField,
    CreateModel,
    RemoveConstraint,
)
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from treblle_models.singlestore import rules
from treblle_models.singlestore.description import describe, speaks_of_singlestore
from treblle_models.singlestore.operations import AlterColumnByCopy
from treblle_models.singlestore.table_constraint import TableConstraint

if TYPE_CHECKING:
    from django.db import models

    AnyField = models.Field[Any, Any]

QUESTIONABLE = (AlterField, AddConstraint, RemoveConstraint)


def check_migrations(
    app_configs: Sequence[AppConfig] | None = None, **options: Any
) -> list[checks.CheckMessage]:
    """Of the apps whose models declare how they lie in SingleStore."""
    configs = app_configs if app_configs is not None else apps.get_app_configs()
    labels = [
        config.label
        for config in configs
        if any(speaks_of_singlestore(model) for model in config.get_models())
    ]
    return [
        checks.Error(
            violation.message,
            hint=violation.full_hint,
            obj=f"{label}.{migration.name}",
            id=violation.check_id,
        )
        for label in labels
        for migration in questionable(label)
        for violation in violations_of(migration, state_before(label, migration.name))
    ]


def questionable(label: str) -> Iterator[Migration]:
    """Migrations worth a look; found without the graph of all apps, which takes long to load."""
    name, _ = MigrationLoader.migrations_module(label)
    if name is None:
        return
    for found in pkgutil.iter_modules(import_module(name).__path__):
        module = import_module(f"{name}.{found.name}")
        kind = getattr(module, "Migration", Migration)
        if any(isinstance(operation, QUESTIONABLE) for operation in kind.operations):
            yield kind(found.name, label)


def state_before(label: str, name: str) -> ProjectState:
    return MigrationLoader(None).project_state((label, name), at_end=False)


def violations_of(migration: Migration, state: ProjectState) -> Iterator[rules.Violation]:
    """Goes through the operations with the state that each finds."""
    created = set()
    for operation in migration.operations:
        if isinstance(operation, CreateModel):
            created.add(operation.name_lower)
        elif getattr(operation, "model_name_lower", None) not in created:
            try:
                ensure(operation, migration.app_label, state)
            except rules.RulesBroken as broken:
                yield from broken.violations
        operation.state_forwards(migration.app_label, state)


def ensure(operation: Operation, label: str, state: ProjectState) -> None:
    """Raise RulesBroken where the table cannot be changed so."""
    if isinstance(operation, AlterField) and not isinstance(operation, AlterColumnByCopy):
        model = state.apps.get_model(label, operation.model_name)
        old = model._meta.get_field(operation.name)
        if shape(old) != shape(operation.field):
            rules.ensure_not_modified(describe(model), operation.name)
    if isinstance(operation, (AddConstraint, RemoveConstraint)):
        model = state.apps.get_model(label, operation.model_name)
        constraints = {each.name: each for each in model._meta.constraints}
        key = (
            operation.constraint
            if isinstance(operation, AddConstraint)
            else constraints.get(operation.name)
        )
        if isinstance(key, TableConstraint):
            rules.ensure_not_rekeyed(describe(model), type(key).__name__)


def shape(field: "AnyField | Any") -> tuple[Any, ...]:
    """What of a field is in its column's type."""
    sizes = ("max_length", "max_digits", "decimal_places", "null", "db_collation")
    return field.get_internal_type(), *(getattr(field, name, None) for name in sizes)
