"""`manage.py forget_again`: orders to forget that were given up are tried again."""

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from treblle_etl import forgettings, tasks


class Command(BaseCommand):
    help = (
        "Try orders again that were given up, after their cause is gone: what was learned from an"
        " erased customer is forgotten by the workers, from where it stood."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--uuid", type=UUID, help="only this one")

    def handle(self, *args: Any, **options: Any) -> None:
        wanted = options["uuid"]
        found = forgettings.again(str(wanted) if wanted else None)
        if wanted and not found:
            raise CommandError(f"there is no order {wanted} that was given up")
        for uuid in found:
            tasks.forget.delay(forgetting=uuid)
        self.stdout.write(f"{len(found)} orders are tried again")
