"""Requests as a file, streamed: CSV and JSON of what the list shows, HAR with headers and bodies."""

import csv
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from io import StringIO
from typing import Any, Final, get_type_hints

from treblle_models.har import har_entry
from treblle_models.models import Project, Request
from treblle_models.request_filters import RequestFilter
from treblle_models.request_pages import Cursor, Sort, request_page
from treblle_models.summary import RequestSummary, summary_of

from treblle_api.requests.queries import details_of, has_in_bodies

MOST_ROWS: Final = 100_000
MOST_ROWS_WITH_DETAILS: Final = 10_000
CHUNK_ROWS: Final = 500
COLUMNS: Final = tuple(get_type_hints(RequestSummary))
# What spreadsheets would take for a formula (OWASP, CSV Injection).
FORMULA_SIGNS: Final = ("=", "+", "-", "@", "\t", "\r")
HAR_LEAD: Final = (
    '{"log": {"version": "1.2", "creator": {"name": "Treblle", "version": "1"}, "entries": ['
)


@dataclass(frozen=True)
class Format:
    """`lead`, then each row by `write` with `between` in between, then `tail`."""

    content_type: str
    lead: str
    between: str
    tail: str
    write: Callable[[Request], str]
    most_rows: int = MOST_ROWS


def export(
    project: Project, filter: RequestFilter, sort: Sort, format: Format, body: str = ""
) -> Iterator[bytes]:
    """The file, chunk by chunk, in the order of the list; `body` is looked for in bodies.

    As many requests are looked at as the format may hold.
    """
    yield format.lead.encode()
    written = False
    cursor: Cursor | None = None
    for _ in range(0, format.most_rows, CHUNK_ROWS):
        page = request_page(project, filter, sort, cursor, size=CHUNK_ROWS)
        rows = [row for row in page.rows if not body or has_in_bodies(row, body)]
        text = format.between.join(map(format.write, rows))
        yield (format.between + text if written and text else text).encode()
        written = written or bool(text)
        cursor = page.next
        if cursor is None:
            break
    yield format.tail.encode()


def _line(values: Iterable[Any]) -> str:
    line = StringIO()
    csv.writer(line).writerow(values)
    return line.getvalue()


def _summary(request: Request) -> dict[str, Any]:
    return dict(summary_of(request, request.endpoint.template if request.endpoint else None))


def _safe(value: Any) -> Any:
    if isinstance(value, str) and value.startswith(FORMULA_SIGNS):
        return f"'{value}"
    return value


def _csv(request: Request) -> str:
    row = _summary(request)
    return _line(_safe(row[name]) for name in COLUMNS)


def _json(request: Request) -> str:
    return json.dumps(_summary(request), ensure_ascii=False)


def _har(request: Request) -> str:
    return json.dumps(har_entry(request, details_of(request).content), ensure_ascii=False)


FORMATS: Final = {
    "csv": Format("text/csv; charset=utf-8", _line(COLUMNS), "", "", _csv),
    "json": Format("application/json", "[", ",\n", "]\n", _json),
    "har": Format("application/json", HAR_LEAD, ",\n", "]}}\n", _har, MOST_ROWS_WITH_DETAILS),
}
