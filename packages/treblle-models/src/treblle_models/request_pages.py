"""Pages of a project's requests, sorted, by keyset: stable and equally fast however deep.

A page begins behind the row its cursor names, so rows that come in meanwhile move nothing. By
time the order is that of the index on `received_at`. By load time, size or status each day has
an order of its own (an index that leads with the day), and a page is what is first among the
days' firsts. Rows that are equal stand by time; those without a value come as the smallest.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final, Self
from uuid import UUID

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThanOrEqual, LessThan
from django.utils import timezone

from treblle_models.models import Project, Request
from treblle_models.request_filters import RequestFilter

PAGE_ROWS: Final = 50
# How far back a list reaches that is sorted by something else than time.
LONGEST_WINDOW: Final = timedelta(days=31)
SORTS: Final = ("received_at", "load_time_ms", "response_size_bytes", "status")
A_DAY: Final = timedelta(days=1)
# Of so little of a day the rows are read by time and sorted.
SHORT: Final = timedelta(hours=1)
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND: Final = timedelta(microseconds=1)


@dataclass(frozen=True)
class Sort:
    """`column` is one of SORTS."""

    column: str = "received_at"
    descending: bool = True

    @classmethod
    def parse(cls, text: str) -> Self:
        """As in a URL: `status`, `-load_time_ms`. Raises ValueError for what cannot sort."""
        column = text.removeprefix("-")
        if column not in SORTS:
            raise ValueError(f"requests are sorted by {', '.join(SORTS)}, not by {column!r}")
        return cls(column, text.startswith("-"))

    def __str__(self) -> str:
        return f"-{self.column}" if self.descending else self.column


NEWEST_FIRST: Final = Sort()


@dataclass(frozen=True)
class Cursor:
    """A row of a sorted list; the page lies behind it, or before it where `backwards`."""

    value: float | None
    received_at: datetime
    uuid: UUID
    backwards: bool = False

    def encode(self) -> str:
        micros = (self.received_at - EPOCH) // MICROSECOND
        parts = [self.value, micros, self.uuid.hex, int(self.backwards)]
        return urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")

    @classmethod
    def decode(cls, text: str) -> Self:
        """Raises ValueError for what `encode` never made."""
        try:
            padded = text + "=" * (-len(text) % 4)
            value, micros, uuid, backwards = json.loads(urlsafe_b64decode(padded))
            value = None if value is None else float(value)
            at = EPOCH + int(micros) * MICROSECOND
            return cls(value, at, UUID(uuid), bool(backwards))
        except (ValueError, TypeError, AttributeError, OverflowError, RecursionError):
            raise ValueError("not a cursor of this list") from None


@dataclass(frozen=True)
class Page:
    """`previous` and `next` are None where there is no such page. Rows come with their endpoint."""

    rows: list[Request]
    previous: Cursor | None
    next: Cursor | None


def request_page(
    project: Project,
    filter: RequestFilter = RequestFilter(),  # noqa: B008 (frozen)
    sort: Sort = NEWEST_FIRST,
    cursor: Cursor | None = None,
    *,
    size: int = PAGE_ROWS,
) -> Page:
    """One page. Sorted by anything but time, it covers LONGEST_WINDOW before the filter's end."""
    backwards = cursor is not None and cursor.backwards
    walked = Sort(sort.column, sort.descending != backwards)
    if sort.column == "received_at":
        rows = list(_by_time(filter.apply(project), walked, cursor)[: size + 1])
    else:
        rows = _by_value(project, filter, walked, cursor, size + 1)
    more, rows = len(rows) > size, rows[:size]
    if backwards:
        rows.reverse()
    before, behind = (more, True) if backwards else (cursor is not None, more)
    return Page(
        rows,
        previous=_cursor(rows[0], sort, backwards=True) if rows and before else None,
        next=_cursor(rows[-1], sort, backwards=False) if rows and behind else None,
    )


def _cursor(row: Request, sort: Sort, *, backwards: bool) -> Cursor:
    value = None if sort.column == "received_at" else getattr(row, sort.column)
    return Cursor(value, row.received_at, row.uuid, backwards)


def _by_time(found: QuerySet[Request], sort: Sort, cursor: Cursor | None) -> QuerySet[Request]:
    sign, way = ("-", "lt") if sort.descending else ("", "gt")
    ordered = found.select_related("endpoint").order_by(f"{sign}received_at", f"{sign}uuid")
    if cursor is None:
        return ordered
    beyond = Q(**{f"received_at__{way}": cursor.received_at}) | Q(**{f"uuid__{way}": cursor.uuid})
    # The first condition alone gives the database its range in the index.
    return ordered.filter(Q(**{f"received_at__{way}e": cursor.received_at}) & beyond)


def _by_value(
    project: Project, filter: RequestFilter, sort: Sort, cursor: Cursor | None, limit: int
) -> list[Request]:
    days = list(_days(filter))
    found = replace(filter, start=None, end=None).apply(project).select_related("endpoint")
    rows: list[Request] = []
    for has_value in (True, False) if sort.descending else (False, True):
        behind = Q()
        if cursor is not None:
            in_other_part = (cursor.value is not None) != has_value
            if in_other_part and has_value == sort.descending:
                continue
            if not in_other_part:
                behind = _behind(project, sort, cursor)
        part = found.filter(Q(**{f"{sort.column}__isnull": not has_value}) & behind)
        if len(rows) < limit:
            rows += _first_of_days(part, days, sort, limit - len(rows))
    return rows


def _days(filter: RequestFilter) -> Iterator[tuple[date, Q]]:
    """Each day of the window, with what narrows it to the window."""
    end = filter.end or timezone.now()
    start = max(filter.start or end - LONGEST_WINDOW, end - LONGEST_WINDOW)
    day = start.astimezone(UTC).date()
    while (begin := datetime.combine(day, time(), UTC)) < end:
        yield day, _within(max(start, begin), min(end, begin + A_DAY), begin)
        day += A_DAY


def _within(first: datetime, last: datetime, begin: datetime) -> Q:
    if (first, last) == (begin, begin + A_DAY):
        return Q()
    if last - first < SHORT:
        return Q(received_at__gte=first, received_at__lt=last)
    # Of a range in plain words databases would read all and sort it, instead of the sorted index.
    moment = Coalesce("received_at", "received_at")
    return Q(GreaterThanOrEqual(moment, first)) & Q(LessThan(moment, last))


def _first_of_days(
    part: QuerySet[Request], days: Iterable[tuple[date, Q]], sort: Sort, limit: int
) -> list[Request]:
    """The first of all days: what is first of each, merged; a full page bounds the next day."""
    sign, way = ("-", "gte") if sort.descending else ("", "lte")
    names = [sort.column, "received_at", "id"]
    ordered = part.order_by(*(f"{sign}{name}" for name in names))
    best: list[Request] = []
    for day, within in days:
        of_day = ordered.filter(within, received_on=day)
        if len(best) == limit and (worst := getattr(best[-1], sort.column)) is not None:
            of_day = of_day.filter(**{f"{sort.column}__{way}": worst})
        best += of_day[:limit]
        best.sort(key=lambda row: _rank(row, names), reverse=sort.descending)
        del best[limit:]
    return best


def _rank(row: Request, names: list[str]) -> tuple[Any, ...]:
    # Within one part all have a value, or none has.
    return tuple(getattr(row, name) or 0 for name in names)


def _behind(project: Project, sort: Sort, cursor: Cursor) -> Q:
    """What comes after the cursor's row among rows that, like it, have a value or have none."""
    way = "lt" if sort.descending else "gt"
    # Ids stay inside. Of a row that is gone meanwhile, what had its very time is shown again.
    pk = Request.objects.for_project(project).filter(uuid=cursor.uuid).values_list("pk", flat=True)
    later = Q(**{f"received_at__{way}": cursor.received_at})
    if (known := pk.first()) is not None:
        later |= Q(received_at=cursor.received_at, **{f"id__{way}": known})
    else:
        later |= Q(received_at=cursor.received_at)
    if cursor.value is None:
        return later
    beyond = Q(**{f"{sort.column}__{way}": cursor.value})
    # The first condition alone gives the database its range in the index.
    bound = Q(**{f"{sort.column}__{way}e": cursor.value})
    return bound & (beyond | (Q(**{sort.column: cursor.value}) & later))
