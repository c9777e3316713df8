"""What a project's traffic was at the same time of other days: what a window is compared with."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Q, Sum
from treblle_models.models import Project, ProjectHour, ProjectMinute, Request

from treblle_etl.transform.checks.unusual import WINDOW_MINUTES, Usual

WINDOW = timedelta(minutes=WINDOW_MINUTES)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WINDOWS_AN_HOUR = HOUR // WINDOW
# Less of a past says nothing of the usual.
SHORTEST_PAST = timedelta(hours=6)
DAYS = range(1, 8)
WEEKS = range(7, 35, 7)


class Past:
    """The past of the windows that begin within one hour before `end`. Minutes where they are kept
    (then a job that runs at the full hour counts in its quarter only), else a quarter of the hour.
    """

    def __init__(self, project: Project, end: datetime) -> None:
        self._project = project
        rows = ProjectHour.objects.filter(project=project)
        self._first = rows.order_by("bucket").values_list("bucket", flat=True).first()
        hours = {_hour_of(end - HOUR), _hour_of(end - WINDOW)}
        ago = {*DAYS, *WEEKS}
        wanted = [hour - days * DAY for hour in hours for days in ago]
        self._hours = dict(
            rows.filter(bucket__in=wanted).values_list("bucket", "requests").order_by()
        )
        self._windows = self._read_minutes(wanted)
        self._by_minute = {_hour_of(window) for window in self._windows}

    def usual(self, start: datetime) -> Usual | None:
        """Of the window that begins then; None where the project is too young to have one."""
        hour = _hour_of(start)
        if self._first is None or hour - self._first < SHORTEST_PAST:
            return None
        length = min(DAY, hour - self._first)
        rows = ProjectHour.objects.filter(project=self._project).between(hour - length, hour)
        return Usual(
            recently=(rows.aggregate(n=Sum("requests"))["n"] or 0) / (length / WINDOW),
            days=tuple(self._requests(start, DAYS)),
            weeks=tuple(self._requests(start, WEEKS)),
        )

    def of_address(self, address: str, condition: Q, start: datetime) -> list[int]:
        """Requests of one address that fit a condition, in that window of the last seven days."""
        rows = Request.objects.filter(condition, project=self._project, ip=address)
        windows = [start - days * DAY for days in DAYS]
        return [
            rows.between(then, then + WINDOW).count()
            for then in windows
            if self._first is not None and then >= self._first
        ]

    def _requests(self, start: datetime, days_ago: Iterable[int]) -> Iterable[float]:
        for days in days_ago:
            then = start - days * DAY
            hour = _hour_of(then)
            if self._first is None or hour < self._first:
                return
            if hour in self._by_minute:
                yield self._windows.get(then, 0)
            else:
                yield self._hours.get(hour, 0) / WINDOWS_AN_HOUR

    def _read_minutes(self, hours: Iterable[datetime]) -> dict[datetime, int]:
        within = Q()
        for hour in hours:
            within |= Q(bucket__gte=hour, bucket__lt=hour + HOUR)
        rows = ProjectMinute.objects.filter(within, project=self._project)
        found: dict[datetime, int] = {}
        for bucket, requests in rows.values_list("bucket", "requests").order_by():
            window = window_of(bucket)
            found[window] = found.get(window, 0) + requests
        return found


def window_of(moment: datetime) -> datetime:
    minute = moment.minute - moment.minute % WINDOW_MINUTES
    return moment.replace(minute=minute, second=0, microsecond=0)


def _hour_of(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)
