"""`manage.py restore FILE`: the way back of `manage.py backup FILE`."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from treblle_service.django import database_backup
from treblle_service.store import StoreUnavailable, open_store
from treblle_service.store.mirroring import mirror

from treblle_platform.staff.management.commands.backup import DETAILS, refuse_others


class Command(BaseCommand):
    help = (
        "Fill the empty database of DATABASE_URL (MySQL, MariaDB) from FILE, and count what came"
        " back. With --details-from also fill the empty store of DETAILS_STORE_URL. Start nothing"
        " on them before it has ended."
    )
    # The database is empty: there is nothing to check yet.
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument(
            "--details-from", metavar="URL", help="the store that backup --details-to named"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        file: Path = options["file"]
        refuse_others("restore")
        try:
            if url := options["details_from"]:
                source, target = open_store(url), open_store(settings.DETAILS_STORE_URL)
                if next(iter(target.keys(DETAILS)), None) is not None:
                    raise CommandError("the store of DETAILS_STORE_URL is not empty")
            rows = database_backup.restore(connection, file)
            self.stdout.write(
                f"{sum(rows.values())} rows, {rows.get('requests', 0)} of them requests, restored"
                f" from {file}"
            )
            if url:
                self.stdout.write(f"{mirror(source, target, DETAILS)} objects of details copied")
        except (database_backup.BackupFailed, OSError, StoreUnavailable) as error:
            raise CommandError(str(error)) from None
