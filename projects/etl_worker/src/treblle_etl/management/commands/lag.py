"""`manage.py lag`: how far behind the ETL is."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from treblle_service.events import open_queue

from treblle_etl import lag


class Command(BaseCommand):
    help = "Show how far behind the ETL is: seconds of what was loaded last, events that wait."
    requires_system_checks = []  # noqa: RUF012 (Django's own form)

    def handle(self, *args: Any, **options: Any) -> None:
        for slow_lane, name in ((False, "lag"), (True, "lag of the slow lane")):
            seconds = lag.current(slow_lane=slow_lane)
            said = "nothing loaded in the last minute" if seconds is None else f"{seconds:.1f} s"
            self.stdout.write(f"{name}: {said}")
        self.stdout.write(f"events waiting: {open_queue(settings.EVENTS_URL).depth():,}")
