"""`manage.py make_staff EMAIL`: who runs the system sees its page, `/staff/`."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from treblle_models.models import User


class Command(BaseCommand):
    help = "Show the page of those who run the system, /staff/, to the user with this address."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--undo", action="store_true", help="hide it from them again")

    def handle(self, *args: Any, **options: Any) -> None:
        email, is_staff = options["email"], not options["undo"]
        if not User.objects.filter(email__iexact=email).update(is_staff=is_staff):
            raise CommandError(f"there is no user {email}: let them sign up first")
        self.stdout.write(f"{email} {'sees' if is_staff else 'no longer sees'} /staff/")
