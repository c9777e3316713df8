"""When alerts of a rule may be sent: not in its quiet hours, in its time zone."""

from datetime import datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from treblle_models.models import AlertRule


def sent_from(rule: AlertRule, now: datetime) -> datetime:
    """Now, or the end of the quiet hours that `now` lies in."""
    start, end = rule.quiet_from, rule.quiet_until
    if start is None or end is None or start == end:
        return now
    local = now.astimezone(_zone(rule.time_zone))
    time = local.time()
    over_midnight = end < start
    is_quiet = time >= start or time < end if over_midnight else start <= time < end
    if not is_quiet:
        return now
    day = local.date()
    if over_midnight and time >= start:
        day += timedelta(days=1)
    return datetime.combine(day, end, local.tzinfo).astimezone(now.tzinfo)


def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ValueError, ZoneInfoNotFoundError):
        return ZoneInfo("UTC")
