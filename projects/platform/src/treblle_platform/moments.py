"""Moments as they stand in URLs and forms."""

from datetime import UTC, datetime

from django.utils import timezone
from treblle_models.request_filters import EARLIEST, LATEST


def parse_moment(text: str) -> datetime:
    """ISO 8601; without a zone it is in the visitor's. Raises `ValueError`, also for a time that
    no request can have.
    """
    # An unescaped plus of the zone arrives as a blank.
    moment = datetime.fromisoformat(text.strip().replace(" ", "+") if "T" in text else text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=timezone.get_current_timezone())
    if not EARLIEST <= moment < LATEST:
        raise ValueError(f"a time from {EARLIEST.year} to {LATEST.year}")
    return moment.astimezone(UTC)


def moment_text(moment: datetime) -> str:
    """To the second, in UTC: `2026-03-04T12:00:00Z`."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def local_text(moment: datetime) -> str:
    """For people and the fields they type in: in the visitor's zone, seconds where there are some."""
    local = timezone.localtime(moment)
    return f"{local:%Y-%m-%dT%H:%M:%S}".removesuffix(":00")
