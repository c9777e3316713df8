"""Requests as a file, streamed: CSV and JSON of what the list shows, HAR with headers and bodies."""

import csv
import io
import json
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from channels.db import database_sync_to_async
from treblle_models.har import har_entry
from treblle_models.models import Project, Request
from treblle_models.request_filters import RequestFilter
from treblle_models.request_pages import Cursor, Sort, request_page
from treblle_models.request_searching import bodies_contain

from treblle_platform.requests.details import details_of
from treblle_platform.requests.rows import Row, rows_of

# More is a matter for the export of all data.
MOST_ROWS: Final = 100_000
MOST_ROWS_WITH_DETAILS: Final = 10_000
CHUNK_ROWS: Final = 500
COLUMNS: Final = (
    "uuid",
    "received_at",
    "requested_at",
    "method",
    "host",
    "path",
    "endpoint",
    "status",
    "load_time_ms",
    "response_size_bytes",
    "country",
    "city",
    "os",
    "device",
    "app",
    "has_errors",
    "customer",
    "environment",
    "ip",
    "error",
    "trace",
    "threat",
)
# What spreadsheets would take for a formula (OWASP, CSV Injection).
FORMULA_SIGNS: Final = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Format:
    """`lead`, then each row by `write` (given whether it is the first), then `tail`."""

    content_type: str
    lead: str
    tail: str
    write: Callable[[Request, Row, bool], str]
    most_rows: int = MOST_ROWS


async def export(
    project: Project, filter: RequestFilter, sort: Sort, format: Format, body: str = ""
) -> AsyncIterator[bytes]:
    """The file, chunk by chunk, in the order of the list."""
    yield format.lead.encode()
    cursor: Cursor | None = None
    left, first = format.most_rows, True
    while left > 0:
        size = min(CHUNK_ROWS, left)
        text, cursor = await database_sync_to_async(_chunk)(
            project, filter, sort, cursor, size, format, first, body
        )
        yield text.encode()
        first = first and not text
        left -= size
        if cursor is None:
            break
    yield format.tail.encode()


def _chunk(
    project: Project,
    filter: RequestFilter,
    sort: Sort,
    cursor: Cursor | None,
    size: int,
    format: Format,
    first: bool,
    body: str,
) -> tuple[str, Cursor | None]:
    page = request_page(project, filter, sort, cursor, size=size)
    found = [row for row in page.rows if not body or bodies_contain(details_of(row).content, body)]
    return "".join(_written(found, format, first)), page.next


def _written(requests: Sequence[Request], format: Format, first: bool) -> Iterator[str]:
    for request, row in zip(requests, rows_of(requests), strict=True):
        yield format.write(request, row, first)
        first = False


def _line(values: Iterable[Any]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(values)
    return line.getvalue()


def _safe(value: Any) -> Any:
    if isinstance(value, str) and value.startswith(FORMULA_SIGNS):
        return f"'{value}"
    return value


def _csv(request: Request, row: Row, first: bool) -> str:
    values: dict[str, Any] = dict(row)
    return _line(_safe(values[name]) for name in COLUMNS)


def _json(request: Request, row: Row, first: bool) -> str:
    return ("\n" if first else ",\n") + json.dumps(row, ensure_ascii=False)


def _har(request: Request, row: Row, first: bool) -> str:
    entry = har_entry(request, details_of(request).content)
    return ("\n" if first else ",\n") + json.dumps(entry, ensure_ascii=False)


HAR_LEAD: Final = (
    '{"log": {"version": "1.2", "creator": {"name": "Treblle", "version": "1"}, "entries": ['
)
FORMATS: Final = {
    "csv": Format("text/csv; charset=utf-8", _line(COLUMNS), "", _csv),
    "json": Format("application/json", "[", "\n]\n", _json),
    "har": Format("application/json", HAR_LEAD, "\n]}}\n", _har, MOST_ROWS_WITH_DETAILS),
}
