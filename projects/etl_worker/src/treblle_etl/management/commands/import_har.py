"""`manage.py import_har`: recorded traffic becomes requests of a project."""

from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from treblle_models.identity import uuid7
from treblle_models.models import Project
from treblle_service import raw_objects
from treblle_service.store import open_store

from treblle_etl import pipeline
from treblle_etl.extract.har import BadArchive, Recorded, recorded_in
from treblle_etl.load.batch import Loaded

LINES_PER_OBJECT = 500


class Command(BaseCommand):
    help = (
        "Import an HTTP archive (.har), as browsers and proxies save it, into a project. Requests"
        " stand at the time they were recorded; a file imported twice changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--project", required=True, help="the project's id, as SDKs send it")

    def handle(self, *args: Any, **options: Any) -> None:
        project = (
            Project.objects.select_related("user").filter(custom_id=options["project"]).first()
        )
        if project is None:
            raise CommandError(f"there is no project {options['project']}")
        try:
            text = options["file"].read_bytes()
            found = list(
                recorded_in(text, api_key=project.user.api_key, custom_id=project.custom_id)
            )
        except (OSError, BadArchive) as error:
            raise CommandError(f"{options['file']}: {error}") from error
        total, done = Loaded(), 0
        for lines in _parts(iter(found), project):
            total += self._load(lines)
            done += len(lines)
            self.stderr.write(f"\r{done} of {len(found)} requests read", ending="")
        self.stderr.write("")
        self.stdout.write(
            f"{total.events} requests imported, {total.duplicates} were there already,"
            f" {total.dead_letters} could not be read"
        )

    def _load(self, lines: list[bytes]) -> Loaded:
        """Through the raw store as ever, so that a replay finds them too."""
        key = raw_objects.key_for(datetime.now(UTC), str(uuid7()))
        open_store(settings.RAW_STORE_URL).put(key, raw_objects.encode(lines))
        return pipeline.of_this_process().process([key])


def _parts(found: Iterator[Recorded], project: Project) -> Iterator[list[bytes]]:
    now = datetime.now(UTC)
    while part := list(islice(found, LINES_PER_OBJECT)):
        yield [
            raw_objects.line(
                str(each.event_id),
                min(each.at, now).isoformat(),
                project.user.api_key,
                "",
                each.payload,
            )
            for each in part
        ]
