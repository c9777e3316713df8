"""`manage.py rebuild_rollups`: count roll-ups anew from raw rows."""

from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from treblle_models.models import Project

from treblle_etl.load.rebuilding import rebuild, span_of


class Command(BaseCommand):
    help = (
        "Counts the roll-ups (minutes, hours, days; by project, endpoint and dimension) anew from"
        " the stored requests, hour by hour, while traffic goes on. Run it after a roll-up or a"
        " dimension was added, or after rows were changed by hand. Hours whose rows retention has"
        " removed stay as they are."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--project", action="append", metavar="UUID", help="only this one (repeatable)"
        )
        parser.add_argument("--since", type=_moment, help="ISO 8601, UTC (the oldest request)")
        parser.add_argument("--until", type=_moment, help="ISO 8601, UTC (the newest request)")
        parser.add_argument(
            "--force",
            action="store_true",
            help="also hours that count more requests than are stored: their numbers shrink",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        for project in _projects(options["project"]):
            span = span_of(project.pk)
            if span is None:
                self.stdout.write(f"{project.name}: no requests")
                continue
            start, end = options["since"] or span[0], options["until"] or span[1]
            if start >= end:
                raise CommandError("--since must come before --until")
            self._rebuild(project, start, end, options["force"])

    def _rebuild(self, project: Project, start: datetime, end: datetime, force: bool) -> None:
        hours = requests = left = 0
        day = None
        for done in rebuild(project.pk, start, end, force=force):
            if day != done.hour.date():
                day = done.hour.date()
                self.stdout.write(f"{project.name}: {day} …")
            if done.is_rebuilt:
                hours, requests = hours + 1, requests + done.rows
            else:
                left += 1
                self.stderr.write(
                    f"{project.name}: {done.hour:%Y-%m-%d %H:%M} left as it is: it counts"
                    f" {done.counted} requests, {done.rows} are stored (--force counts anew)"
                )
        self.stdout.write(
            f"{project.name}: {requests} requests in {hours} hours counted anew, {left} hours left"
        )


def _projects(uuids: list[str] | None) -> list[Project]:
    if not uuids:
        return list(Project.objects.order_by("pk"))
    found = [(uuid, Project.find_by_uuid(uuid)) for uuid in uuids]
    missing = [uuid for uuid, project in found if project is None]
    if missing:
        raise CommandError(f"there is no project {', '.join(missing)}")
    return [project for _, project in found if project is not None]


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
