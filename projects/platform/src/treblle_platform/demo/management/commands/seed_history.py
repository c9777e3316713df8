from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from treblle_models.models import Project

from treblle_platform.demo.operations import PROJECT_NAME, make_history


class Command(BaseCommand):
    help = (
        "Gives the demo account's project some months of the past; once, however often it is asked."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--email", required=True, help="of the demo account")

    def handle(self, *args: Any, **options: Any) -> None:
        project = Project.objects.filter(
            user__email__iexact=options["email"], name=PROJECT_NAME
        ).first()
        if project is None:
            raise CommandError("there is no demo account of that address: seed_demo makes it")
        made = make_history(project, timezone.now())
        self.stdout.write(
            "some months of the past were made" if made else "the past is there already"
        )
