"""A MySQL or MariaDB database as one file, made while it is in use, and the way back.

Needs no client programs, which our images do not hold. All rows are of one moment (InnoDB's
consistent snapshot, which hinders no writer) and go through memory some at a time. The file is SQL,
compressed (zstd), a statement a line; its last line, a comment, holds the rows of each table, so that
a file that was cut off is known. Another program can load it too: `zstd -dc FILE | mariadb DATABASE`.
"""

import io
import json
import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import zstandard

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

Rows = dict[str, int]

# Less than any server takes in one statement (max_allowed_packet).
STATEMENT_BYTES: Final = 512 * 1024
FETCHED: Final = 500
BINARY: Final = frozenset(
    {"binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob", "bit"}
)
# What text and times mean must not hang on how a server is set up.
SESSION: Final = "SET NAMES utf8mb4, time_zone = '+00:00', sql_mode = 'NO_AUTO_VALUE_ON_ZERO'"
UNCHECKED: Final = f"{SESSION}, foreign_key_checks = 0, unique_checks = 0"
FIRST_LINE: Final = b"-- Treblle, database backup 1\n"
LAST_LINE: Final = b"-- complete "


class BackupFailed(Exception):
    """Nothing was made or changed; the message says why."""


def backup(database: "BaseDatabaseWrapper", file: Path) -> Rows:
    """Write `file`, readable by its owner alone; rows by table."""
    partial = file.with_name(f"{file.name}.partial")
    partial.unlink(missing_ok=True)
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        compressor = zstandard.ZstdCompressor(level=3, write_checksum=True)
        with os.fdopen(descriptor, "wb") as raw:
            with compressor.stream_writer(raw, closefd=False) as out, _connection(database) as own:
                rows = _write(own, out)
            raw.flush()
            os.fsync(raw.fileno())
        partial.replace(file)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    return rows


def restore(database: "BaseDatabaseWrapper", file: Path) -> Rows:
    """Fill an empty database from `file`, then count: the rows must be those of the backup.

    The file is read through once before anything is changed.
    """
    expected = rows_of(file)
    with _connection(database) as own:
        if _tables(own):
            raise BackupFailed("the database holds tables already: restore into an empty one")
        for line in _lines(file):
            if not line.startswith(b"--"):
                own.query(line)
                own.store_result()
        own.commit()
        found = {
            table: int(_all(own, f"SELECT COUNT(*) FROM {_quoted(table)}")[0][0])  # noqa: S608
            for table in _tables(own)
        }
    if found != expected:
        raise BackupFailed(f"rows differ from those of the backup: {found}, {expected}")
    return found


def rows_of(file: Path) -> Rows:
    """What a backup holds, rows by table; raises `BackupFailed` for what is none, or not whole."""
    first = last = b""
    try:
        for line in _lines(file):
            first, last = first or line, line
    except (OSError, zstandard.ZstdError) as error:
        raise BackupFailed(f"{file} cannot be read: {error}") from None
    if first != FIRST_LINE or not last.startswith(LAST_LINE):
        raise BackupFailed(f"{file} is no backup of a database, or was cut off")
    rows: Rows = json.loads(last.removeprefix(LAST_LINE))["rows"]
    return rows


def _write(own: Any, out: Any) -> Rows:
    own.query("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ")
    own.query("START TRANSACTION WITH CONSISTENT SNAPSHOT")
    out.write(FIRST_LINE + UNCHECKED.encode() + b";\n")
    rows = {table: _write_table(own, out, table) for table in _tables(own)}
    if not rows:
        raise BackupFailed("the database holds no table: is DATABASE_URL right?")
    about = {"made_at": datetime.now(UTC).isoformat(), "rows": rows}
    out.write(LAST_LINE + json.dumps(about).encode() + b"\n")
    return rows


def _write_table(own: Any, out: Any, table: str) -> int:
    name = _quoted(table)
    made = _all(own, f"SHOW CREATE TABLE {name}")[0][1]
    out.write(made.replace(b"\n", b" ") + b";\n")
    columns = _columns(own, table)
    names = ", ".join(_quoted(column) for column, _ in columns)
    is_binary = [kind in BINARY for _, kind in columns]
    head = f"INSERT INTO {name} ({names}) VALUES ".encode()  # noqa: S608 (our own tables)
    count, waiting, size = 0, [], 0
    own.query(f"SELECT {names} FROM {name}")  # noqa: S608
    result = own.use_result()
    while fetched := result.fetch_row(FETCHED):
        for row in fetched:
            values = [_literal(own, *each) for each in zip(row, is_binary, strict=True)]
            waiting.append(b"(" + b",".join(values) + b")")
            size += len(waiting[-1])
            if size > STATEMENT_BYTES:
                out.write(head + b",".join(waiting) + b";\n")
                waiting, size = [], 0
        count += len(fetched)
    if waiting:
        out.write(head + b",".join(waiting) + b";\n")
    return count


def _literal(own: Any, value: bytes | None, is_binary: bool) -> bytes:
    if value is None:
        return b"NULL"
    if is_binary:
        return b"X'" + value.hex().encode() + b"'"
    # A line break is escaped too, so that a statement stays on its line.
    quoted: bytes = b"'" + own.escape_string(value) + b"'"
    return quoted


def _columns(own: Any, table: str) -> list[tuple[str, str]]:
    """Names and types, without those that the database works out itself."""
    found = _all(
        own,
        "SELECT column_name, data_type FROM information_schema.columns"  # noqa: S608
        f" WHERE table_schema = DATABASE() AND table_name = '{table}'"
        " AND extra NOT LIKE '%GENERATED%' ORDER BY ordinal_position",
    )
    return [(name.decode(), kind.decode()) for name, kind in found]


def _tables(own: Any) -> list[str]:
    found = _all(own, "SHOW FULL TABLES WHERE table_type = 'BASE TABLE'")
    return sorted(name.decode() for name, _ in found)


def _all(own: Any, statement: str) -> tuple[tuple[bytes, ...], ...]:
    own.query(statement)
    rows: tuple[tuple[bytes, ...], ...] = own.store_result().fetch_row(0)
    return rows


def _quoted(name: str) -> str:
    return f"`{name}`"


def _lines(file: Path) -> Iterator[bytes]:
    with file.open("rb") as raw, zstandard.ZstdDecompressor().stream_reader(raw) as read:
        yield from io.BufferedReader(read, STATEMENT_BYTES)


@contextmanager
def _connection(database: "BaseDatabaseWrapper") -> Iterator[Any]:
    """One of its own, whose values are bytes as the server writes them, in UTF-8 and UTC."""
    import MySQLdb

    words = database.get_connection_params() | {"conv": {}, "use_unicode": False}
    words.pop("init_command", None)
    with closing(MySQLdb.connect(**words)) as own:
        own.query(SESSION)
        yield own
