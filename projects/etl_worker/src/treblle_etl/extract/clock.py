"""When a request was made: what an SDK's clock says, made UTC and believed within bounds."""

from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

# DESIGN: a claimed time makes the buckets where it lies within a day before the time received
# and five minutes after it.
BELIEVED_BEFORE = timedelta(days=1)
BELIEVED_AFTER = timedelta(minutes=5)
_NAMES_OF_UTC = frozenset({"UTC", "Etc/UTC", "Universal", "Zulu", "GMT", "Etc/GMT"})


def requested_at(
    claimed: object, zone_name: object, received_at: datetime
) -> tuple[datetime, datetime | None]:
    """The time of a request, and the claimed one where it was not believed.

    `claimed` is what SDKs send: `YYYY-MM-DD HH:MM:SS` (local or UTC), ISO 8601, or Unix seconds.
    """
    readings = _readings(claimed, zone_name)
    if not readings:
        return received_at, None
    nearest = readings[0]
    if len(readings) > 1:
        nearest = min(readings, key=lambda reading: abs(reading - received_at))
    if received_at - BELIEVED_BEFORE <= nearest <= received_at + BELIEVED_AFTER:
        return nearest, None
    return received_at, nearest


def _readings(claimed: object, zone_name: object) -> list[datetime]:
    """Every way to read a time: one without a zone is UTC or of the server's zone."""
    try:
        if isinstance(claimed, int | float) and not isinstance(claimed, bool):
            return [datetime.fromtimestamp(claimed, UTC)]
        if not isinstance(claimed, str):
            return []
        moment = datetime.fromisoformat(claimed)
        if moment.tzinfo is not None:
            return [moment.astimezone(UTC)]
        zone = _zone(zone_name) if isinstance(zone_name, str) else UTC
        readings = [moment.replace(tzinfo=UTC)]
        if zone is not UTC:
            readings.append(moment.replace(tzinfo=zone).astimezone(UTC))
    except (ValueError, OverflowError, OSError):
        return []
    return readings


@lru_cache(maxsize=1024)
def _zone(name: str) -> tzinfo:
    if name in _NAMES_OF_UTC:
        return UTC
    try:
        # A key with dots or slashes at its start is refused by ZoneInfo itself.
        return ZoneInfo(name)
    except (ValueError, OSError, LookupError):  # ZoneInfoNotFoundError is a LookupError
        return UTC
