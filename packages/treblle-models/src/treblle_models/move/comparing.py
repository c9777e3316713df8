"""Two tables compared: counts, sums and checksums by range, then the very rows where they differ.

The checksum of a range is the sum of the first 32 bits of each row's MD5, over the columns that
both servers write as the same text. 32 bits and ranges of this size keep the sum exact in a double.
"""

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from treblle_models.move.columns import Column, Kind, rendering_of, sum_of
from treblle_models.move.copying import as_sent
from treblle_models.move.servers import Row, Server, quoted
from treblle_models.move.state import TableMove

RANGE_ROWS: Final = 50_000
DIGITS_OF_CHECKSUM: Final = 8
# Servers add floats up in the order they find them.
FLOAT_TOLERANCE: Final = 1e-9
NULL: Final = "'\\\\N'"


@dataclass(frozen=True)
class Range:
    """Keys from `first` to `last`, both included; the whole table where they are None."""

    key: str
    first: int | None = None
    last: int | None = None

    @property
    def where(self) -> str:
        if self.first is None:
            return ""
        return f" WHERE {quoted(self.key)} BETWEEN {self.first} AND {self.last}"

    def __str__(self) -> str:
        return "all rows" if self.first is None else f"{self.key} {self.first}–{self.last}"


def ranges_of(source: Server, target: Server, one: TableMove) -> Iterator[Range]:
    """Ranges that hold every key of either side, about `RANGE_ROWS` of the source in each."""
    key, table = quoted(one.table.primary_key), quoted(one.table.name)
    if not one.table.ranged:
        yield Range(one.table.primary_key)
        return
    ends = f"SELECT MIN({key}), MAX({key}) FROM {table}"  # noqa: S608 (names of the catalogue)
    found = [ask.ask(ends)[0] for ask in (source, target)]
    keys = [int(end) for row in found for end in row if end is not None]
    if not keys:
        return
    first, highest = min(keys), max(keys)
    while first <= highest:
        last = _end_of_range(source, table, key, first) or highest
        yield Range(one.table.primary_key, first, last)
        first = last + 1


def _end_of_range(source: Server, table: str, key: str, first: int) -> int | None:
    """The key that ends a range of the usual size; None where fewer rows are left."""
    last = source.ask_one(
        f"SELECT {key} FROM {table} WHERE {key} >= {first}"  # noqa: S608 (names of the catalogue, whole numbers)
        f" ORDER BY {key} LIMIT 1 OFFSET {RANGE_ROWS - 1}"
    )
    return None if last is None else int(last)


@dataclass(frozen=True)
class Difference:
    """Something of a range that is not the same on both sides."""

    what: str
    source: Any
    target: Any

    def __str__(self) -> str:
        return f"{self.what}: {self.source} at the source, {self.target} at the target"


def compare(source: Server, target: Server, one: TableMove, within: Range) -> list[Difference]:
    """What differs in this range; nothing where the two are equal."""
    question, names = _question(one, within)
    ours, theirs = source.ask(question)[0], target.ask(question)[0]
    different = [
        Difference(name, a, b)
        for name, a, b in zip(names, ours, theirs, strict=True)
        if not _same_number(a, b)
    ]
    return different or _compare_values(source, target, one, within)


def _question(one: TableMove, within: Range) -> tuple[str, list[str]]:
    """One SELECT for all figures of a range, and what each is."""
    columns = one.table.columns
    figures = {"rows": "COUNT(*)"}
    figures |= {f"sum of {column.name}": total for column in columns if (total := sum_of(column))}
    figures |= {
        f"nulls of {column.name}": f"SUM({quoted(column.name)} IS NULL)"
        for column in columns
        if column.nullable
    }
    figures["checksum"] = _checksum(columns)
    return (
        f"SELECT {', '.join(figures.values())} FROM {quoted(one.table.name)}{within.where}",  # noqa: S608 (names of the catalogue, whole numbers)
        list(figures),
    )


def _checksum(columns: Sequence[Column]) -> str:
    parts = [f"COALESCE({text}, {NULL})" for column in columns if (text := rendering_of(column))]
    digest = f"MD5(CONCAT_WS('|', {', '.join(parts)}))"
    return f"SUM(CAST(CONV(LEFT({digest}, {DIGITS_OF_CHECKSUM}), 16, 10) AS UNSIGNED))"


def _same_number(a: Any, b: Any) -> bool:
    if a is None or b is None:
        return a is b
    if isinstance(a, float) or isinstance(b, float):
        return math.isclose(float(a), float(b), rel_tol=FLOAT_TOLERANCE, abs_tol=FLOAT_TOLERANCE)
    return bool(a == b)


def _compare_values(
    source: Server, target: Server, one: TableMove, within: Range
) -> list[Difference]:
    """Columns that the checksum leaves out, value by value."""
    columns = [column for column in one.table.columns if rendering_of(column) is None]
    if not columns:
        return []
    return list(differing_rows(source, target, one, within, columns=columns))[:1]


def differing_rows(
    source: Server,
    target: Server,
    one: TableMove,
    within: Range,
    *,
    columns: Sequence[Column] = (),
) -> Iterator[Difference]:
    """The rows of a range that are not the same, by key; of these columns, or of all."""
    compared = list(columns or one.table.columns)
    ours = _rows(source, one, within, compared)
    theirs = _rows(target, one, within, compared)
    for key in sorted(ours.keys() | theirs.keys()):
        a, b = ours.get(key), theirs.get(key)
        if a is None or b is None:
            yield Difference(f"row {key}", "there" if a else "none", "there" if b else "none")
        elif a != b:
            yield _first_difference(key, compared, a, b)


def _first_difference(key: Any, columns: list[Column], a: Row, b: Row) -> Difference:
    pairs = zip(columns, a, b, strict=True)
    column, ours, theirs = next(each for each in pairs if each[1] != each[2])
    return Difference(f"row {key}, {column.name}", repr(ours), repr(theirs))


def _rows(server: Server, one: TableMove, within: Range, columns: list[Column]) -> dict[Any, Row]:
    names = ", ".join(quoted(name) for name in (one.table.primary_key, *(c.name for c in columns)))
    rows = server.ask(f"SELECT {names} FROM {quoted(one.table.name)}{within.where}")  # noqa: S608 (names of the catalogue, whole numbers)
    return {row[0]: tuple(map(_canonical, columns, row[1:])) for row in rows}


def _canonical(column: Column, value: Any) -> Any:
    """One form for what the two servers, or their drivers, write differently."""
    if value is None:
        return None
    if column.kind is Kind.JSON:
        return json.dumps(json.loads(value) if isinstance(value, str) else value, sort_keys=True)
    if column.kind is Kind.UUID:
        return as_sent(column, value)
    if column.kind is Kind.BINARY and isinstance(value, str):
        return value.encode()
    return value
