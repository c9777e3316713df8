"""`manage.py listen`: events of raw objects become tasks of the queue `etl`."""

import signal
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand
from treblle_service.django import schema
from treblle_service.django.health import probes
from treblle_service.events import open_queue
from treblle_service.pipeline_state import StateBoard
from treblle_service.side_port import serve
from treblle_service.store import open_store
from treblle_service.tracing import open_tracer

from treblle_etl.celery import app
from treblle_etl.listener import Listener
from treblle_etl.state import Measure, Measuring


class Command(BaseCommand):
    help = (
        "Listen to the event queue (EVENTS_URL) and send a task for what arrives, until stopped by"
        " SIGTERM or SIGINT. Several listeners may run; each event goes to one of them."
    )
    requires_system_checks = []  # noqa: RUF012 (Django's own form)

    def handle(self, *args: Any, **options: Any) -> None:
        listener = Listener(
            open_queue(settings.EVENTS_URL),
            app,
            prefix=_prefix(settings.RAW_STORE_URL),
            max_waiting=settings.LISTEN_MAX_WAITING_TASKS,
            tracer=open_tracer("treblle-etl", settings.TRACES_URL),
        )
        measuring = Measuring(
            Measure(open_store(settings.RAW_STORE_URL), open_queue(settings.EVENTS_URL), app),
            StateBoard(settings.CACHES["default"]["LOCATION"]),
        )
        serve(settings.SIDE_PORT, probes(("database", "broker")) | {"listener": listener.check})
        schema.wait()
        measuring.start()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: listener.stop_now())
        self.stderr.write("listening")
        listener.run()


def _prefix(store_url: str) -> str:
    """What S3 puts before our keys in its notifications: the path of `s3://bucket/prefix`."""
    parts = urlsplit(store_url)
    path = parts.path.strip("/")
    return f"{path}/" if parts.scheme == "s3" and path else ""
