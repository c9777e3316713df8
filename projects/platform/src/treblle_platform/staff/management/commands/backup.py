"""`manage.py backup FILE`: the MySQL or MariaDB database, and a copy of the details' store."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from treblle_service.django import database_backup
from treblle_service.store import StoreUnavailable, open_store
from treblle_service.store.mirroring import mirror

DETAILS = "details/"


class Command(BaseCommand):
    help = (
        "Write the database of DATABASE_URL (MySQL, MariaDB) to FILE, as it is at one moment, while"
        " everything runs; not while a migration does. With --details-to also copy what"
        " DETAILS_STORE_URL holds, after the database, so that every row finds its details."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument(
            "--details-to", metavar="URL", help="another store: file:///folder, s3://bucket/prefix"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        file: Path = options["file"]
        refuse_others("backup")
        try:
            rows = database_backup.backup(connection, file)
            size_mb = file.stat().st_size / 1e6
            self.stdout.write(
                f"{sum(rows.values())} rows, {rows.get('requests', 0)} of them requests, saved to"
                f" {file} ({size_mb:.1f} MB)"
            )
            if url := options["details_to"]:
                source, target = open_store(settings.DETAILS_STORE_URL), open_store(url)
                number = mirror(source, target, DETAILS)
                self.stdout.write(f"{number} objects of details copied")
        except (database_backup.BackupFailed, OSError, StoreUnavailable) as error:
            raise CommandError(str(error)) from None


def refuse_others(command: str) -> None:
    """This is for MySQL and MariaDB; the others have ways of their own."""
    if connection.settings_dict["ENGINE"] == "django.db.backends.sqlite3":
        raise CommandError(f"DATABASE_URL names SQLite: use python -m embedded {command} FILE")
    if connection.settings_dict["ENGINE"] != "django.db.backends.mysql":
        raise CommandError("this is for MySQL and MariaDB: SingleStore has BACKUP DATABASE")
