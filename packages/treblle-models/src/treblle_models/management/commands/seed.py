"""`manage.py seed`: lifelike requests, with their projects and roll-ups, in any amount."""

import time
from argparse import ArgumentTypeError
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.module_loading import import_string

from treblle_models.models import User
from treblle_models.seeding import DetailsWriter, Plan, Progress, Seeder

OWNER = "seed@example.com"


class Command(BaseCommand):
    help = (
        "Seed lifelike requests, with their projects and roll-ups. The same numbers give the same"
        " rows; run again, it goes on where it was stopped, or does nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--requests", type=positive, default=100_000)
        parser.add_argument("--days", type=positive, default=30, help="over how many days")
        parser.add_argument("--projects", type=positive, default=5)
        parser.add_argument("--seed", type=int, default=1, help="another gives other rows")
        parser.add_argument("--until", type=moment, help="end of the time, ISO 8601 (this hour)")
        parser.add_argument("--owner", help=f"email address of a user ({OWNER}, made if need be)")
        parser.add_argument(
            "--details",
            metavar="NAME",
            help="dotted name of a function that stores the details of requests (none are stored)",
        )

    def handle(self, **options: Any) -> None:
        plan = Plan(options["requests"], options["days"], options["projects"], options["seed"])
        seeder = Seeder(
            plan, owner_of(options["owner"]), write_details=writer_of(options["details"])
        )
        started = time.monotonic()
        inserted = seeder.run(options["until"], report=lambda done: self._show(done, started))
        seconds = time.monotonic() - started
        if inserted:
            rate = inserted / seconds
            self.stdout.write(f"{inserted:,} requests seeded in {seconds:.1f} s, {rate:,.0f}/s")
        else:
            self.stdout.write(f"{plan.requests:,} requests were seeded before; nothing to do")

    def _show(self, progress: Progress, started: float) -> None:
        rate = progress.inserted / (time.monotonic() - started)
        share = progress.done / progress.total
        line = f"{share:5.0%}  {progress.done:,} of {progress.total:,} requests, {rate:,.0f}/s"
        if self.stdout.isatty():
            self.stdout.write(f"\r{line}   ", ending="" if progress.done < progress.total else "\n")
            self.stdout.flush()
        else:
            self.stdout.write(line)


def positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ArgumentTypeError("must be 1 or more")
    return number


def moment(text: str) -> datetime:
    parsed = datetime.fromisoformat(text)
    return parsed.astimezone(UTC) if parsed.tzinfo else parsed.replace(tzinfo=UTC)


def owner_of(email: str | None) -> User:
    """The user of that address; without one, a user who cannot log in."""
    user = User.objects.filter(email=(email or OWNER).lower()).first()
    if user is None and email:
        raise CommandError(f"there is no user {email}")
    return user or User.objects.create_user(OWNER, name="Seeded")


def writer_of(name: str | None) -> DetailsWriter | None:
    if name is None:
        return None
    try:
        writer: DetailsWriter = import_string(name)
    except ImportError as error:
        raise CommandError(f"--details: {error}") from error
    return writer
