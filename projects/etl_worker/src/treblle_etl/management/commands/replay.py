"""`manage.py replay`: dead letters, or all raw objects of a span of time, are loaded again."""

from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from treblle_models.models import DeadLetter
from treblle_service.store import open_store

from treblle_etl import replay
from treblle_etl.load.batch import Loaded


def moment(text: str) -> datetime:
    """ISO 8601; without an offset it is UTC."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(
            f"a time such as 2026-03-01T12:00 is wanted, not {text!r}"
        ) from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


class Command(BaseCommand):
    help = (
        "Try dead letters again, after their cause is gone (a project made, a bug mended). What"
        " loads is marked as replayed; what fails again stays, with its new reason. With --from or"
        " --to, read every raw object of that time again instead: what was loaded before changes"
        " nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--reason", help="only those with this reason, e.g. unknown_project")
        parser.add_argument("--uuid", help="only this one")
        parser.add_argument(
            *("--from", "--start"),
            dest="start",
            type=moment,
            help="raw objects written from then on, ISO 8601, UTC unless it says otherwise",
        )
        parser.add_argument(
            "--to", dest="end", type=moment, help="raw objects written before then (now)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        total = Loaded()
        for done, loaded in self._chosen(options):
            total += loaded
            self.stderr.write(f"\r{done} objects read", ending="")
        self.stderr.write("")
        self.stdout.write(
            f"{total.events} events loaded, {total.duplicates} were there already,"
            f" {total.dead_letters} failed again"
        )

    def _chosen(self, options: dict[str, Any]) -> Iterator[tuple[int, Loaded]]:
        if options["start"] is None and options["end"] is None:
            return replay.replay(self._letters(options))
        if options["reason"] or options["uuid"]:
            raise CommandError("--from and --to read whole objects: leave out --reason and --uuid")
        if options["start"] is None:
            raise CommandError("--to wants --from")
        end = options["end"] or datetime.now(UTC)
        if options["start"] >= end:
            raise CommandError("--from must be before --to")
        return replay.replay_between(open_store(settings.RAW_STORE_URL), options["start"], end)

    def _letters(self, options: dict[str, Any]) -> Any:
        letters = DeadLetter.objects.filter(replayed_at=None).exclude(object_key="")
        if options["reason"]:
            letters = letters.filter(reason=options["reason"])
        if options["uuid"]:
            letter = DeadLetter.find_by_uuid(options["uuid"])
            if letter is None:
                raise CommandError(f"there is no dead letter {options['uuid']}")
            letters = letters.filter(pk=letter.pk)
        return letters
