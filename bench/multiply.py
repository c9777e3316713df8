"""Data sets too large to be seeded: each request of a seeded one many times over.

A copy lies in the minute of its original, some whole seconds on, so that every roll-up of the
copy is the original's times `times`, and rows still come nearly in the order of time. Copies
arrive (`loaded_at`) when they were received; all else is as it was seeded.
"""

import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Any, Final
from urllib.parse import urlsplit

import MySQLdb
import MySQLdb.cursors
from treblle_models.histogram import Histogram

# Originals in one statement; their copies are put in order together.
SLICE: Final = 4_000
CHUNK: Final = 10_000
SECONDS_A_MINUTE: Final = 60
HEX: Final = "0123456789abcdef"
ROLLUPS: Final = tuple(
    f"{of}_{grain}"
    for of, grains in {
        "project": ("minutes", "hours", "days"),
        "endpoint": ("minutes", "hours", "days"),
        "dimension": ("hours", "days"),
    }.items()
    for grain in grains
)
COUNTED: Final = (
    *("requests", "client_errors", "server_errors"),
    *("request_bytes", "response_bytes", "load_time_sum_ms"),
)
Connection = Any  # of sqlite3 or MySQLdb: PEP 249


@dataclass(frozen=True)
class Engine:
    """What differs; `{column}` and `{n}` stand for a column and the number of a copy."""

    mark: str
    moved: str
    text: str
    joined: str
    columns: Callable[[Connection, str], list[str]]


SQLITE: Final = Engine(
    mark="?",
    # Times are kept as text: 2026-03-01 12:34:56.789.
    moved="substr({column}, 1, 17) || printf('%02d', (substr({column}, 18, 2) + {n}) % 60)"
    " || substr({column}, 20)",
    text="{column}",
    joined="{start} || {end}",
    columns=lambda connection, table: [
        f"`{row[1]}`" for row in _rows(connection, f"PRAGMA main.table_info({table})")
    ],
)
MARIADB: Final = Engine(
    mark="%s",
    moved="{column} + INTERVAL ((SECOND({column}) + {n}) % 60 - SECOND({column})) SECOND",
    text="CAST({column} AS CHAR)",
    joined="CONCAT({start}, {end})",
    columns=lambda connection, table: [
        f"`{row[0]}`" for row in _rows(connection, f"SHOW COLUMNS FROM `{table}`")
    ],
)


def multiply_sqlite(source: str, target: str, times: int) -> None:
    """From one file into another, which is migrated and has no rows of its own."""
    with closing(sqlite3.connect(source)) as reader, closing(sqlite3.connect(target)) as writer:
        for pragma in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-500000"):
            writer.execute(f"PRAGMA {pragma}").fetchall()
        writer.execute("ATTACH ? AS source", (source,))
        found = "SELECT {} FROM sqlite_master WHERE type='{}' AND tbl_name{}"
        tables = _column(reader, found.format("name", "table", " NOT LIKE 'sqlite_%'"))
        indexes = found.format("name, sql", "index", "='requests' AND sql IS NOT NULL")
        kept = list(_rows(writer, indexes))
        for name, _ in kept:
            writer.execute(f"DROP INDEX {name}")
        _multiply(SQLITE, reader, writer, "source", tables, times)
        for _, statement in kept:
            _said("index", partial(writer.execute, statement))
        writer.commit()
        writer.execute("PRAGMA journal_mode=WAL").fetchall()


def multiply_mariadb(source: str, target: str, times: int) -> None:
    """From one database of a server into another (`mysql://…`), migrated and without rows."""
    with closing(_mariadb(source)) as reader, closing(_mariadb(target)) as writer:
        for variable in ("foreign_key_checks", "unique_checks"):
            _run(writer, f"SET {variable}=0")
        tables = _column(writer, "SHOW TABLES")
        _multiply(MARIADB, reader, writer, _name(source), tables, times)


def _mariadb(url: str) -> Connection:
    parts = urlsplit(url)
    return MySQLdb.connect(
        host=parts.hostname or "",
        port=parts.port or 0,
        user=parts.username or "",
        database=_name(url),
        charset="utf8mb4",
        init_command="SET time_zone='+00:00'",
        cursorclass=MySQLdb.cursors.SSCursor,
    )


def _name(url: str) -> str:
    return urlsplit(url).path.strip("/")


def _multiply(
    engine: Engine,
    reader: Connection,
    writer: Connection,
    source: str,
    tables: Iterable[str],
    times: int,
) -> None:
    for table in tables:
        if table in ("requests", *ROLLUPS):
            continue
        names = ", ".join(engine.columns(writer, table))
        _run(writer, f"DELETE FROM {table}")
        _run(writer, f"INSERT INTO {table} ({names}) SELECT {names} FROM {source}.{table}")
    writer.commit()
    _said("requests", partial(_requests, engine, writer, source, times))
    for table in ROLLUPS:
        _said(table, partial(_rollup, engine, reader, writer, table, times))
    _check(reader, writer, times)


def _requests(engine: Engine, writer: Connection, source: str, times: int) -> None:
    columns = [name for name in engine.columns(writer, "requests") if name != "`id`"]
    seconds = f"n * {SECONDS_A_MINUTE // times}"
    received = engine.moved.format(column="received_at", n=seconds)
    last = f"SUBSTR({engine.text}, -1)".format(column="uuid")
    start = f"SUBSTR({engine.text}, 1, LENGTH({engine.text}) - 1)".format(column="uuid")
    end = f"SUBSTR('{HEX}', (INSTR('{HEX}', {last}) - 1 + n) % {len(HEX)} + 1, 1)"
    changed = {
        "received_at": received,
        "loaded_at": received,
        "requested_at": engine.moved.format(column="requested_at", n=seconds),
        "uuid": engine.joined.format(start=start, end=end),
    }
    names = ", ".join(columns)
    values = ", ".join(changed.get(name.strip("`"), name) for name in columns)
    numbers = " UNION ALL ".join(f"SELECT {n} AS n" for n in range(times))
    ((first, last_id),) = _rows(writer, f"SELECT MIN(id), MAX(id) FROM {source}.requests")
    for begin in range(first, last_id + 1, SLICE):
        _run(
            writer,
            f"INSERT INTO requests ({names})"
            f" SELECT {values} FROM {source}.requests, ({numbers}) AS copies"
            f" WHERE id BETWEEN {begin} AND {begin + SLICE - 1} ORDER BY {received}",
        )
        writer.commit()


def _rollup(engine: Engine, reader: Connection, writer: Connection, table: str, times: int) -> None:
    columns = [name for name in engine.columns(writer, table) if name != "`id`"]
    names, marks = ", ".join(columns), ", ".join([engine.mark] * len(columns))
    factors = [times if name.strip("`") in COUNTED else 1 for name in columns]
    sketch = columns.index("`load_times`")

    def scaled(row: Sequence[Any]) -> list[Any]:
        values = [
            value * factor if factor > 1 else value
            for value, factor in zip(row, factors, strict=True)
        ]
        values[sketch] = _scaled(bytes(row[sketch]), times)
        return values

    rows = _rows(reader, f"SELECT {names} FROM {table} ORDER BY id")
    while chunk := [scaled(row) for row in islice(rows, CHUNK)]:
        with closing(writer.cursor()) as cursor:
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", chunk)
        writer.commit()


def _scaled(data: bytes, times: int) -> bytes:
    histogram = Histogram.from_bytes(data)
    histogram.buckets = {bucket: count * times for bucket, count in histogram.buckets.items()}
    return histogram.to_bytes()


def _check(reader: Connection, writer: Connection, times: int) -> None:
    ((originals,),) = _rows(reader, "SELECT COUNT(*) FROM requests")
    ((rows,),) = _rows(writer, "SELECT COUNT(*) FROM requests")
    # One row has a value of each of the eight dimensions.
    sums = {
        table: next(_rows(writer, f"SELECT SUM(requests) FROM {table}"))[0] for table in ROLLUPS
    }
    counted = {table: int(sums[table]) // (8 if "dimension" in table else 1) for table in ROLLUPS}
    if rows != originals * times or set(counted.values()) != {rows}:
        raise RuntimeError(f"{originals} x {times} gave {rows} rows, and roll-ups {counted}")


def _said(what: str, action: Callable[[], object]) -> None:
    print(f"  {what} …", end="", flush=True)
    began = time.monotonic()
    action()
    print(f" {time.monotonic() - began:.0f} s", flush=True)


def _run(connection: Connection, statement: str) -> None:
    with closing(connection.cursor()) as cursor:
        cursor.execute(statement)


def _rows(connection: Connection, query: str) -> Iterator[Any]:
    with closing(connection.cursor()) as cursor:
        cursor.execute(query)
        yield from cursor


def _column(connection: Connection, query: str) -> list[str]:
    return [row[0] for row in _rows(connection, query)]
