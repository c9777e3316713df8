"""Print what SingleStore would run, without a server."""

from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.apps import AppConfig, apps
from django.core.management.base import BaseCommand, CommandError
from django.db.migrations.exceptions import AmbiguityError

from treblle_models.singlestore import schema_writer
from treblle_models.singlestore.errors import SingleStoreError


class Command(BaseCommand):
    help = "Print the statements that make the whole schema on SingleStore; needs no server."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--app", help="only the tables of the app with this label")
        parser.add_argument(
            "--migration", help="what one migration of --app runs, by its name or its beginning"
        )

    def handle(self, *arguments: Any, **options: Any) -> None:
        try:
            for statement in self.statements(options["app"], options["migration"]):
                self.stdout.write(statement)
        except SingleStoreError as error:
            raise CommandError(str(error)) from error

    def statements(self, label: str | None, migration: str | None) -> Iterator[str]:
        if migration is None:
            yield from schema_writer.schema_of(self.configs(label))
            if label is None:
                yield schema_writer.ledger_of_migrations()
            return
        if label is None:
            raise CommandError("--migration needs --app, whose migration it is.")
        self.configs(label)
        try:
            yield from schema_writer.migration_of(label, migration)
        except (KeyError, AmbiguityError) as error:
            raise CommandError(f"{label} has no one migration {migration!r}.") from error

    def configs(self, label: str | None) -> list[AppConfig]:
        if label is None:
            return list(apps.get_app_configs())
        try:
            return [apps.get_app_config(label)]
        except LookupError as error:
            raise CommandError(str(error)) from error
