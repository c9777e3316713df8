"""Columns of the request list, and which of them somebody wants to see."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from treblle_models.models import User
from treblle_models.request_pages import Sort

PREFERENCE: Final = "request_columns"


@dataclass(frozen=True)
class Column:
    """`name` as in URLs and CSS; `sort` is the column of the database it sorts by, if it does."""

    name: str
    label: str
    sort: str = ""
    # Whether a live message brings it; the others are asked of the database.
    is_live: bool = True


COLUMNS: Final = (
    Column("time", "Time", sort="received_at"),
    Column("method", "Method"),
    Column("status", "Status", sort="status"),
    Column("path", "Path and endpoint"),
    Column("time-taken", "Load time", sort="load_time_ms"),
    Column("size", "Size", sort="response_size_bytes"),
    Column("place", "Place"),
    Column("client", "Client"),
    Column("customer", "Customer", is_live=False),
    Column("environment", "Environment", is_live=False),
    Column("host", "Host"),
    Column("ip", "IP address", is_live=False),
    Column("error", "Error", is_live=False),
    Column("trace", "Trace", is_live=False),
    Column("threat", "Threat", is_live=False),
)
BY_NAME: Final = {column.name: column for column in COLUMNS}
# Without these a row cannot be told from another.
ALWAYS: Final = ("time", "method", "status", "path")
USUAL: Final = (*ALWAYS, "time-taken", "size", "place", "client")


def chosen_columns(asked: str, user: User) -> list[Column]:
    """Those of the URL, else those the user has chosen, else the usual ones."""
    names: Iterable[str] = asked.split(",") if asked else user.preferences.get(PREFERENCE, USUAL)
    wanted = {*names, *ALWAYS}
    return [column for column in COLUMNS if column.name in wanted]


def sort_links(columns: list[Column], sort: Sort) -> list[tuple[Column, str, str]]:
    """Each column, the `sort` its heading leads to (empty: none), and how it is sorted now."""
    found = []
    for column in columns:
        state = to = ""
        if column.sort:
            to = f"-{column.sort}"
            if column.sort == sort.column:
                state = "descending" if sort.descending else "ascending"
                to = column.sort if sort.descending else f"-{column.sort}"
        found.append((column, to, state))
    return found
