#!/usr/bin/env python3
"""Fails where a migration is missing, cannot be undone, or breaks old code, and does not say why.

usage: check_migrations.py

A migration that truly cannot be undone says so: `irreversible = "the reason"` in its class. One
that processes of the release before could not work with says `breaking = "the reason"`.
"""

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import django
from django.apps import AppConfig, apps
from django.core.management import call_command
from django.db.migrations import Migration
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import (
    AddConstraint,
    AddField,
    AlterField,
    AlterModelTable,
    CreateModel,
    DeleteModel,
    RemoveConstraint,
    RemoveField,
    RenameField,
    RenameModel,
    RunPython,
)
from django.db.migrations.operations.base import Operation
from django.db.migrations.operations.special import SeparateDatabaseAndState
from django.db.migrations.state import ProjectState
from django.db.models import Field

ROOT = Path(__file__).resolve().parent.parent
PARTS = (ROOT / "packages", ROOT / "projects")


def main() -> None:
    sys.path.insert(0, str(ROOT))
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    os.environ["TEST_SQLITE_URL"] = "sqlite://:memory:"
    django.setup()
    labels = [app.label for app in apps.get_app_configs() if is_ours(app)]
    call_command("makemigrations", *labels, check_changes=True, dry_run=True, verbosity=1)
    loader = MigrationLoader(None, ignore_no_migrations=True)
    problems = list(irreversible(loader, labels))
    ours = {key: it for key, it in (loader.disk_migrations or {}).items() if key[0] in labels}
    problems += breaking(ours, lambda key: loader.project_state(key, at_end=False))
    if problems:
        sys.exit("\n".join(problems))


def is_ours(app: AppConfig) -> bool:
    return any(Path(app.path).is_relative_to(part) for part in PARTS)


def irreversible(loader: MigrationLoader, labels: Iterable[str]) -> Iterator[str]:
    """A line for each operation without a way back whose migration does not say why."""
    for (label, name), migration in sorted((loader.disk_migrations or {}).items()):
        if label in labels and not getattr(migration, "irreversible", ""):
            for operation in one_way(migration):
                yield f"{label}.{name}: {operation.describe()}: give it a reverse, or say `irreversible`"


def breaking(
    found: Mapping[tuple[str, str], Migration],
    state_before: Callable[[tuple[str, str]], ProjectState],
) -> Iterator[str]:
    """A line for each operation that code of the release before could not live with, or that
    holds locks for as long as a table is large. What a migration makes itself nobody uses yet."""
    for (label, name), migration in sorted(found.items()):
        if getattr(migration, "breaking", "") or getattr(migration, "initial", False):
            continue
        known = Known(label, state_before((label, name)))
        for operation in flat(migration.operations):
            if problem := known.problem_of(operation):
                yield f"{label}.{name}: {operation.describe()}: {problem} (docs/upgrading.md), or say `breaking`"
            known.add(operation)


class Known:
    """The fields that old code knows, one operation after the other."""

    def __init__(self, label: str, state: ProjectState) -> None:
        self._fields = {
            (model, name): field
            for (app, model), it in state.models.items()
            if app == label
            for name, field in it.fields.items()
        }
        self._new: set[str] = set()

    def add(self, operation: Operation) -> None:
        if isinstance(operation, CreateModel):
            self._new.add(operation.name_lower)
        elif isinstance(operation, (AddField, AlterField)):
            self._fields[operation.model_name_lower, operation.name] = operation.field

    def problem_of(self, operation: Operation) -> str:
        """Why old processes could not run beside it; empty if they could."""
        if isinstance(operation, RunPython):
            if operation.atomic is not False:
                return "give it atomic=False and go in steps, else MySQL holds all its locks to the end"
            return ""
        if isinstance(operation, RemoveConstraint):
            return "old processes may count on it"
        model = str(getattr(operation, "model_name", "")).lower()
        if model in self._new:
            return ""
        if isinstance(operation, AddConstraint):
            return "old processes do not know it and would be refused"
        if isinstance(operation, AlterField):
            return narrowed(self._fields.get((model, operation.name)), operation.field)
        return "old processes run beside it: add only" if breaks_old_code(operation) else ""


def narrowed(old: "Field[Any, Any] | None", new: "Field[Any, Any]") -> str:
    """What the column took before and takes no longer."""
    if old is None:
        return ""
    if not new.null and (old.null or (old.has_db_default() and not new.has_db_default())):
        return "old processes leave it out or write NULL: keep it nullable, or its default in the database"
    if new.unique and not old.unique:
        return "old processes do not know that it is unique"
    if (new.max_length or 0) < (old.max_length or 0):
        return "old processes write longer values"
    return ""


def breaks_old_code(operation: Operation) -> bool:
    """It removes or renames, or old code could not leave the column out of an INSERT."""
    if isinstance(operation, (RemoveField, RenameField, RenameModel, DeleteModel, AlterModelTable)):
        return True
    if isinstance(operation, AddField):
        field = operation.field
        if field.many_to_many or field.auto_created:
            return False
        return field.unique or not (field.null or field.has_db_default())
    return False


def one_way(migration: Migration) -> list[Operation]:
    return [operation for operation in flat(migration.operations) if not operation.reversible]


def flat(operations: Iterable[Operation]) -> Iterator[Operation]:
    for operation in operations:
        yield operation
        if isinstance(operation, SeparateDatabaseAndState):
            yield from flat(operation.database_operations)


if __name__ == "__main__":
    main()
