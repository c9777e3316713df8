"""Lists of things: sorted and paged by keyset, filtered, all of it said in the URL.

`sort=-requests` (the minus: falling), `after=<cursor>` and a parameter a filter. A page begins right
after the last row of the one before, so nothing is skipped or shown twice, whatever comes meanwhile.
"""

import base64
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.db.models.functions import Lower
from django.db.models.lookups import Contains
from django.http import Http404, QueryDict

PAGE_ROWS = 50
SORT, AFTER = "sort", "after"
ANY = "any"
# Longer than any that is made; beyond it nothing is worth decoding.
MAX_CURSOR_CHARACTERS = 2_048
M = TypeVar("M", bound=Model)
T = TypeVar("T")


@dataclass(frozen=True)
class Column:
    """A column of a list. `key` is what the URL calls it; without one it cannot be sorted by.

    `field` is the column of the database, where the database sorts; it must never be null.
    """

    label: str
    key: str = ""
    field: str = ""
    falls: bool = False
    number: bool = False
    css: str = ""
    hint: str = ""


@dataclass(frozen=True)
class Sort:
    column: Column
    falls: bool

    def text(self) -> str:
        return f"-{self.column.key}" if self.falls else self.column.key


@dataclass(frozen=True)
class Heading:
    """How a column reads in the head of a table; `href` sorts by it."""

    column: Column
    href: str
    aria: str


@dataclass(frozen=True)
class Page(Generic[T]):
    """Some rows; `after` leads on where there are more."""

    rows: list[T]
    after: str = ""


class Listing:
    """What a URL asks of a list with these columns; the first `default` when it asks nothing.

    Raises `Http404` for a link that was tampered with.
    """

    def __init__(self, query: QueryDict, columns: Sequence[Column], default: str) -> None:
        self._query = query
        self.columns = columns
        usual = _parsed(default, columns)
        if usual is None:
            raise ValueError(f"no column is called {default}")
        self.sort = _parsed(query.get(SORT, ""), columns) or usual
        self.is_sorted_otherwise = self.sort != usual
        self.cursor = _decoded(query.get(AFTER, ""))

    def headings(self) -> list[Heading]:
        return [self._heading(column) for column in self.columns]

    def href(self, **changes: str) -> str:
        """The same list otherwise: an empty value takes a parameter out; it begins at its start."""
        return with_parameters(self._query, **{AFTER: "", **changes})

    @property
    def is_first(self) -> bool:
        return self.cursor is None

    def first_href(self) -> str:
        return self.href()

    def next_href(self, page: "Page[Any]") -> str:
        """Empty on the last page."""
        return self.href(**{AFTER: page.after}) if page.after else ""

    def page_of(self, rows: QuerySet[M], size: int = PAGE_ROWS) -> Page[M]:
        """Sorted by the database, on the column's `field` and then the uuid."""
        sort = self.sort
        sign, beyond = ("-", "lt") if sort.falls else ("", "gt")
        name = sort.column.field
        found = rows.order_by(f"{sign}{name}", f"{sign}uuid")
        if self.cursor is not None:
            value = _as_column(rows, name, self.cursor[0])
            later = Q(**{f"{name}__{beyond}": value})
            same = Q(**{name: value, f"uuid__{beyond}": self.cursor[1]})
            # The first condition alone lets an index be entered in the right place.
            found = found.filter(**{f"{name}__{beyond}e": value}).filter(later | same)
        shown = list(found[: size + 1])
        more = len(shown) > size
        shown = shown[:size]
        last = shown[-1] if more else None
        return Page(shown, _encoded(getattr(last, name), last.uuid) if last is not None else "")  # type: ignore[attr-defined]

    def page_of_sums(self, sums: QuerySet[Any, Any], name: str, size: int = PAGE_ROWS) -> Page[Any]:
        """The same of grouped rows: dicts with the annotation `name` and a text `uuid`."""
        sign, beyond = ("-", "lt") if self.sort.falls else ("", "gt")
        if self.cursor is not None:
            value, uuid = _number(self.cursor[0]), str(self.cursor[1])
            same = Q(**{name: value, f"uuid__{beyond}": uuid})
            sums = sums.filter(Q(**{f"{name}__{beyond}": value}) | same)
        shown = list(sums.order_by(f"{sign}{name}", f"{sign}uuid")[: size + 1])
        more = len(shown) > size
        shown = shown[:size]
        return Page(shown, _encoded(shown[-1][name], UUID(shown[-1]["uuid"])) if more else "")

    def page_among(
        self,
        items: Iterable[T],
        value_of: Callable[[T], Any],
        uuid_of: Callable[[T], UUID],
        size: int = PAGE_ROWS,
    ) -> Page[T]:
        """The same of what is at hand already: some thousands at most. None sorts below all."""
        falls = self.sort.falls

        def key(item: T) -> tuple[Any, ...]:
            value = value_of(item)
            return (value is not None, value if value is not None else 0, uuid_of(item).hex)

        try:
            ordered = sorted(items, key=key, reverse=falls)
            if self.cursor is not None:
                value, uuid = self.cursor
                mark = (value is not None, value if value is not None else 0, uuid.hex)
                ordered = [
                    item for item in ordered if (key(item) < mark if falls else key(item) > mark)
                ]
        except TypeError:
            raise Http404 from None
        shown = ordered[:size]
        more = len(ordered) > size
        return Page(shown, _encoded(value_of(shown[-1]), uuid_of(shown[-1])) if more else "")

    def _heading(self, column: Column) -> Heading:
        if not column.key:
            return Heading(column, "", "")
        sort = self.sort
        if sort.column is column:
            turned = Sort(column, not sort.falls)
            aria = "descending" if sort.falls else "ascending"
            return Heading(column, self.href(sort=turned.text()), aria)
        return Heading(column, self.href(sort=Sort(column, column.falls).text()), "none")


@dataclass(frozen=True)
class Choice:
    """A filter of a list: one of `options` (value and label), none chosen by default."""

    key: str
    label: str
    options: Sequence[tuple[str, str]]
    value: str = ""
    any_label: str = "Any"
    # What the URL says for any, where no parameter means something else.
    any_value: str = ""

    @classmethod
    def of(
        cls,
        query: QueryDict,
        key: str,
        label: str,
        options: Iterable[tuple[str, str]],
        *,
        default: str = "",
        any_label: str = "Any",
    ) -> "Choice":
        """What the URL chooses; a value nobody knows is no choice. `ANY` beats a `default`."""
        listed = list(options)
        wanted = query.get(key, "") or default
        known = {value for value, _ in listed}
        any_value = ANY if default else ""
        return cls(key, label, listed, wanted if wanted in known else "", any_label, any_value)


def with_parameters(query: QueryDict, **changes: str) -> str:
    """The query string with some parameters set and, where the value is empty, others taken out."""
    changed = query.copy()
    for name, value in changes.items():
        if value:
            changed[name] = value
        else:
            changed.pop(name, None)
    return f"?{changed.urlencode()}"


def search_text(query: QueryDict, key: str = "q") -> str:
    """What is searched for, without the blanks around it and what no text holds."""
    return query.get(key, "").replace("\0", "").strip()[:255]


def contains(name: str, text: str) -> Q:
    """Whatever the case: MariaDB compares texts by their bytes, so `icontains` would mind it."""
    return Q(Contains(Lower(name), text.lower()))


def _parsed(text: str, columns: Sequence[Column]) -> Sort | None:
    falls, key = text.startswith("-"), text.removeprefix("-")
    found = next((column for column in columns if column.key and column.key == key), None)
    return Sort(found, falls) if found else None


def _encoded(value: Any, uuid: UUID) -> str:
    text = json.dumps([value.isoformat() if isinstance(value, datetime) else value, uuid.hex])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _decoded(text: str) -> tuple[Any, UUID] | None:
    if not text:
        return None
    try:
        if len(text) > MAX_CURSOR_CHARACTERS:
            raise ValueError("too long")
        padded = text.encode("ascii") + b"=" * (-len(text) % 4)
        value, uuid = json.loads(base64.urlsafe_b64decode(padded))
        if isinstance(value, dict | list):
            raise ValueError("a single value is wanted")
        return value, UUID(uuid)
    except (ValueError, TypeError, AttributeError):
        raise Http404 from None


def _number(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        raise Http404 from None


def _as_column(rows: QuerySet[Any], name: str, value: Any) -> Any:
    """The value as that column has it; `Http404` where it cannot be one."""
    try:
        converted = rows.model._meta.get_field(name).to_python(value)
    except (ValidationError, TypeError, ValueError, OverflowError):
        raise Http404 from None
    if converted is None:
        raise Http404
    return converted
