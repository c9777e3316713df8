"""`manage.py check_integrity`: finds rows whose foreign key points nowhere."""

from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DEFAULT_DB_ALIAS, connections, models

from treblle_models import integrity


class Command(BaseCommand):
    help = "Find rows whose foreign key points nowhere. Ends with 1 where there are any."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--app", metavar="LABEL", help="only tables of this app (all)")
        parser.add_argument("--table", metavar="NAME", help="only this table (all)")
        parser.add_argument("--database", default=DEFAULT_DB_ALIAS)
        parser.add_argument(
            "--range-rows", type=int, default=integrity.RANGE_ROWS, help="rows read at once"
        )

    def handle(self, **options: Any) -> None:
        tables = self._tables(options)
        checked = integrity.check(
            tables, using=options["database"], range_rows=options["range_rows"]
        )
        found = [self._told(reference) for reference in checked]
        orphans = sum(reference.orphans for reference in found)
        if orphans:
            raise CommandError(f"{orphans:,} foreign keys point nowhere", returncode=1)
        self.stdout.write(f"{len(found)} foreign keys of {len(tables)} tables: all point somewhere")

    def _told(self, reference: integrity.Reference) -> integrity.Reference:
        if reference.orphans:
            key = reference.model._meta.pk
            examples = ", ".join(map(str, reference.examples))
            more = ", …" if reference.orphans > len(reference.examples) else ""
            column = key.column if key else "pk"
            self.stdout.write(
                f"{reference}: {reference.orphans:,} point nowhere ({column} {examples}{more})"
            )
        return reference

    def _tables(self, options: dict[str, Any]) -> list[type[models.Model]]:
        """Those chosen that stand in the database; Django's unmanaged and proxy models do not."""
        there = set(connections[options["database"]].introspection.table_names())
        chosen = [
            model
            for model in apps.get_models(include_auto_created=True)
            if model._meta.managed
            and not model._meta.proxy
            and model._meta.db_table in there
            and options["app"] in (None, model._meta.app_label)
            and options["table"] in (None, model._meta.db_table)
        ]
        if not chosen:
            raise CommandError("there is no such table here")
        return sorted(chosen, key=lambda model: model._meta.db_table)
