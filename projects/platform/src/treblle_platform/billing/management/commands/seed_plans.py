"""`manage.py seed_plans --price team=price_…`: the free plan and the paid ones."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from treblle_platform.billing.catalog import seed_plans


class Command(BaseCommand):
    help = (
        "Make the plans that are missing. From then on accounts without a subscription have the "
        "free plan and its limits; before, nothing is limited. Rows that are there stay as they are."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            *("--price", "-p"),
            action="append",
            default=[],
            metavar="CODE=PRICE",
            help="Stripe's id of the monthly price of a plan, as team=price_123; can be repeated",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        pairs = [each.partition("=") for each in options["price"]]
        if wrong := [code for code, _, price in pairs if not code or not price]:
            raise CommandError(f"--price takes CODE=PRICE, as team=price_123: {', '.join(wrong)}")
        try:
            made = seed_plans({code: price for code, _, price in pairs})
        except KeyError as error:
            raise CommandError(f"there is no plan {error}") from None
        self.stdout.write(f"plans made: {', '.join(made)}" if made else "all plans are there")
