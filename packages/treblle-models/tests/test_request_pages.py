"""Pages of requests: every row once, in order, whatever sorts them and whatever comes in."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from treblle_models.bulk import bulk_insert
from treblle_models.identity import uuid7_at
from treblle_models.models import Endpoint, Project, Request, User
from treblle_models.request_filters import RequestFilter
from treblle_models.request_pages import NEWEST_FIRST, SORTS, Cursor, Page, Sort, request_page
from treblle_models.request_totals import totals

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
WINDOW = RequestFilter(start=NOON - timedelta(days=5), end=NOON + timedelta(days=1))
EVERY_SORT = [Sort(column, descending) for column in SORTS for descending in (True, False)]


@pytest.fixture
def requests(project: Project) -> list[Request]:
    """Sixty over five days, with equal values, equal times, and values that are missing."""
    rows = [
        Request(
            project=project,
            # Ordered in time, as ours are: databases do not agree on the order of others.
            uuid=uuid7_at(1_700_000_000_000 + number, number),
            received_at=NOON - timedelta(hours=2 * (number // 2)),
            requested_at=NOON,
            loaded_at=NOON,
            method="GET",
            host="api.example.com",
            path=f"/{number}",
            status=(200, 404, 500)[number % 3],
            load_time_ms=None if number % 7 == 0 else float(number * 13 % 10),
            response_size_bytes=None if number % 11 == 0 else number * 17 % 9,
        )
        for number in range(60)
    ]
    bulk_insert(rows)
    return list(Request.objects.all())


def in_order(rows: list[Request], sort: Sort) -> list[Request]:
    def rank(row: Request) -> tuple[Any, ...]:
        if sort.column == "received_at":
            return row.received_at, row.uuid.hex
        value = getattr(row, sort.column)
        return value is not None, value or 0, row.received_at, row.pk

    return sorted(rows, key=rank, reverse=sort.descending)


def walk(project: Project, sort: Sort, *, size: int) -> list[Page]:
    pages = [request_page(project, WINDOW, sort, size=size)]
    while (cursor := pages[-1].next) is not None:
        pages.append(request_page(project, WINDOW, sort, cursor, size=size))
    return pages


@pytest.mark.parametrize("sort", EVERY_SORT, ids=str)
@pytest.mark.parametrize("size", [1, 7, 60])
def test_pages_hold_every_row_once_in_order(
    project: Project, requests: list[Request], sort: Sort, size: int
) -> None:
    pages = walk(project, sort, size=size)
    found = [row.pk for page in pages for row in page.rows]
    assert found == [row.pk for row in in_order(requests, sort)]
    assert pages[0].previous is None


@pytest.mark.parametrize("sort", EVERY_SORT, ids=str)
def test_way_back_shows_the_same_pages(
    project: Project, requests: list[Request], sort: Sort
) -> None:
    pages = walk(project, sort, size=9)
    shown = pages[-1]
    for expected in reversed(pages[:-1]):
        assert shown.previous is not None
        cursor = Cursor.decode(shown.previous.encode())
        shown = request_page(project, WINDOW, sort, cursor, size=9)
        assert [row.pk for row in shown.rows] == [row.pk for row in expected.rows]
    assert shown.previous is None


def test_rows_that_come_in_move_nothing(
    project: Project, requests: list[Request], make_request
) -> None:
    sort = Sort("load_time_ms")
    first = request_page(project, WINDOW, sort, size=10)
    make_request(received_at=NOON, load_time_ms=99.0)
    second = request_page(project, WINDOW, sort, first.next, size=10)
    expected = in_order(requests, sort)[10:20]
    assert [row.pk for row in second.rows] == [row.pk for row in expected]


def test_page_goes_on_where_its_row_was_removed(project: Project, requests: list[Request]) -> None:
    sort = Sort("status")
    first = request_page(project, WINDOW, sort, size=10)
    first.rows[-1].delete()
    second = request_page(project, WINDOW, sort, first.next, size=10)
    assert in_order(requests, sort)[10].pk in [row.pk for row in second.rows]


def test_another_project_is_never_shown(owner: User, requests: list[Request]) -> None:
    other = Project.objects.create(user=owner, name="Other")
    for sort in EVERY_SORT:
        assert request_page(other, WINDOW, sort).rows == []


@pytest.mark.parametrize(
    ("narrowed", "expected"),
    [
        ({"statuses": ("404", "5xx")}, lambda r: r.status in (404, 500)),
        ({"least_load_time_ms": 5}, lambda r: r.load_time_ms is not None and r.load_time_ms >= 5),
        ({"most_size_bytes": 3}, lambda r: r.response_size_bytes in (0, 1, 2, 3)),
        ({"path": "/1"}, lambda r: "/1" in r.path),
        ({"text": "EXAMPLE"}, lambda r: True),
        ({"methods": ("POST",)}, lambda r: False),
        ({"endpoints": (uuid4(),)}, lambda r: False),
        (
            {"start": NOON - timedelta(hours=3)},
            lambda r: r.received_at >= NOON - timedelta(hours=3),
        ),
        ({"has_errors": True}, lambda r: False),
    ],
)
def test_filter_narrows_pages_and_totals(
    project: Project, requests: list[Request], narrowed: dict[str, Any], expected: Any
) -> None:
    filter = RequestFilter(**({"start": WINDOW.start, "end": WINDOW.end} | narrowed))
    matching = {row.pk for row in requests if expected(row)}
    for sort in (NEWEST_FIRST, Sort("status"), Sort("load_time_ms", descending=False)):
        page = request_page(project, filter, sort, size=100)
        assert {row.pk for row in page.rows} == matching
    assert totals(project, filter).requests == len(matching)


def test_rows_of_another_project_narrow_to_nothing(
    owner: User, project: Project, requests: list[Request], make_request
) -> None:
    other = Project.objects.create(user=owner, name="Other")
    endpoint = Endpoint.objects.create(
        project=other, method="GET", template="/x", template_digest="x", first_seen_at=NOON
    )
    make_request(endpoint=endpoint)
    assert request_page(project, RequestFilter(endpoints=(endpoint.uuid,))).rows == []


def test_totals_are_those_of_the_rows(project: Project, requests: list[Request]) -> None:
    found = totals(project, WINDOW)
    times = [row.load_time_ms for row in requests if row.load_time_ms is not None]
    assert found.requests == 60
    assert found.client_errors == found.server_errors == 20
    assert found.load_time_avg_ms == pytest.approx(sum(times) / len(times))
    assert found.load_time_max_ms == max(times)
    assert found.response_bytes == sum(row.response_size_bytes or 0 for row in requests)
    assert totals(project, RequestFilter(methods=("PUT",))).response_bytes == 0


@pytest.mark.parametrize("text", ["", "x", "bnVsbA", "W10", "WzEsMiwzLDRd", "é"])
def test_what_is_no_cursor_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="cursor"):
        Cursor.decode(text)


def test_what_cannot_sort_is_refused() -> None:
    with pytest.raises(ValueError, match="sorted by"):
        Sort.parse("-path")
    assert str(Sort.parse("-status")) == "-status"
    assert Sort.parse("status") == Sort("status", descending=False)


@pytest.mark.parametrize("word", ["40", "6xx", "abc", "٤٠٤"])
def test_what_is_no_status_is_refused(project: Project, word: str) -> None:
    with pytest.raises(ValueError, match="status"):
        RequestFilter(statuses=(word,)).apply(project)


def test_every_row_knows_its_day_however_it_was_written(project: Project, make_request) -> None:
    late = datetime.fromisoformat("2026-03-05T01:30:00+05:00")
    row = Request(
        project=project,
        uuid=uuid4(),
        received_at=late,
        requested_at=late,
        loaded_at=late,
        method="GET",
        host="h",
        path="/",
        status=200,
    )
    bulk_insert([row])
    make_request(received_at=late)
    assert set(Request.objects.values_list("received_on", flat=True)) == {date(2026, 3, 4)}
