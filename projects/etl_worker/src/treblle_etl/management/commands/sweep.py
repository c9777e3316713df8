"""`manage.py sweep`: find lost objects now."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from treblle_etl import sweeper


class Command(BaseCommand):
    help = "Find raw objects that were never processed and send them to the workers again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--hours",
            type=float,
            default=settings.SWEEP_LONG_WINDOW_H,
            help="how far to look back (default: %(default)s)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        found = sweeper.sweep(int(options["hours"] * 3600))
        self.stdout.write(f"{found.sent} objects sent again, {found.given_up} given up")
