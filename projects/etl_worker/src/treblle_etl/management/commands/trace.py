"""`manage.py trace EVENT_ID`: where one event is, or why it is not there."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.management.base import BaseCommand
from treblle_service.store import open_store

from treblle_etl import tracing


class Command(BaseCommand):
    help = (
        "Tell of one event, by the id the intake answered with: its raw object, when it was"
        " processed, its row and details, or its dead letter and the reason."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("event_id", type=UUID)
        parser.add_argument(
            "--within",
            type=float,
            default=10,
            metavar="MINUTES",
            help="how long after the time in its id the event may have arrived (10)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        store = open_store(settings.RAW_STORE_URL)
        within = timedelta(minutes=options["within"])
        for line in tracing.trace(store, options["event_id"], within):
            self.stdout.write(line)
