import json
import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from treblle_platform.demo.operations import make_demo_account

DEFAULT_EMAIL = "demo@treblle.localhost"
PASSWORD_VARIABLE = "DEMO_PASSWORD"  # noqa: S105 (the name of a variable)


class Command(BaseCommand):
    help = "Makes the demo account with its project and a fresh API token; prints them as JSON."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--email", default=DEFAULT_EMAIL)
        parser.add_argument("--password", help=f"or by the environment: {PASSWORD_VARIABLE}")
        parser.add_argument("--output", default="-", help="a file, or - for standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        password = options["password"] or os.environ.get(PASSWORD_VARIABLE)
        if not password:
            raise CommandError(f"a password is wanted: --password or {PASSWORD_VARIABLE}")
        account = make_demo_account(email=options["email"], password=password)
        text = json.dumps(account, indent=2)
        if options["output"] == "-":
            self.stdout.write(text)
            return
        file = Path(options["output"])
        # It holds a token: for its owner's eyes only, from the first moment.
        with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
            out.write(f"{text}\n")
