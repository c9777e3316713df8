"""`manage.py purge`: what is older than its retention goes now."""

from typing import Any

from django.core.management.base import BaseCommand

from treblle_etl import purge


class Command(BaseCommand):
    help = (
        "Remove requests, details, raw objects, roll-ups, ledger and dead letters that are older"
        " than their retention, in small steps that let inserts pass. Pinned requests stay. Beat"
        " does the same every PURGE_EVERY_S seconds."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        purged = purge.by_settings().run(report=self._show)
        self.stderr.write("")
        for area, number in purged.removed.items():
            self.stdout.write(f"{area}: {number:,} removed")

    def _show(self, purged: purge.Purged) -> None:
        area, number = list(purged.removed.items())[-1]
        self.stderr.write(f"\r{area}: {number:,}        ", ending="")
