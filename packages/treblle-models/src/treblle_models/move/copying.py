"""Small tables go from server to server in batches, in the order of their key.

After each batch its last key is written down. Whoever resumes first deletes what lies beyond that
key at the target, since it may be half a batch, and goes on: no row is there twice and none lacks.
"""

import uuid
from collections.abc import Callable, Iterator
from typing import Any, Final

from treblle_models.move.columns import LENGTH_OF_DASHED_UUID, Column, Kind
from treblle_models.move.problems import MoveError
from treblle_models.move.progress import counted
from treblle_models.move.servers import Row, Server, quoted
from treblle_models.move.state import Move, TableMove

BATCH_ROWS: Final = 2_000


def copy_all(
    source: Server,
    target: Server,
    move: Move,
    *,
    save: Callable[[], None],
    say: Callable[[str], None],
) -> None:
    """Copy what is not copied yet; `save` is called after each batch."""
    for one in move.by_copy():
        if one.copied:
            continue
        if target.dry_run:
            say(f"-- copy {one.table.name}: {counted(one.rows, 'row')}")
            continue
        rows = copy(source, target, one, save=save)
        say(f"{one.table.name}: {counted(rows, 'row')} copied")
        move.forget("verify", "sync")
        save()


def copy(source: Server, target: Server, one: TableMove, *, save: Callable[[], None]) -> int:
    """Copy one table from where it stands to its end; how many rows that was."""
    beyond = _beyond(one, one.copied_to)
    target.change(f"DELETE FROM {quoted(one.table.name)}{beyond}")  # noqa: S608 (a name of the catalogue)
    copied = 0
    for batch in _batches(source, one):
        copy_rows(target, one, batch)
        copied += len(batch)
        if one.table.ranged:
            one.copied_to = int(batch[-1][_key_position(one)])
            save()
    one.copied = True
    save()
    return copied


def copy_range(source: Server, target: Server, one: TableMove, where: str) -> int:
    """Make these rows of the target what they are at the source; how many there are now."""
    table = quoted(one.table.name)
    rows = source.ask(f"SELECT {_names(one)} FROM {table}{where}")  # noqa: S608 (names of the catalogue, whole numbers)
    target.change(f"DELETE FROM {table}{where}")  # noqa: S608 (the same)
    for start in range(0, len(rows), BATCH_ROWS):
        copy_rows(target, one, rows[start : start + BATCH_ROWS])
    return len(rows)


def copy_rows(target: Server, one: TableMove, rows: list[Row]) -> None:
    """Insert rows as they were read from the source, all columns in the order of the table."""
    marks = ", ".join(["%s"] * len(one.table.columns))
    target.insert(
        f"INSERT INTO {quoted(one.table.name)} ({_names(one)}) VALUES ({marks})",  # noqa: S608 (names of the catalogue)
        [tuple(map(as_sent, one.table.columns, row)) for row in rows],
    )


def _batches(source: Server, one: TableMove) -> Iterator[list[Row]]:
    """By key where it is a whole number, else the table as a whole: it is small."""
    table, key = quoted(one.table.name), quoted(one.table.primary_key)
    while True:
        limit = f" LIMIT {BATCH_ROWS}" if one.table.ranged else ""
        rows = source.ask(
            f"SELECT {_names(one)} FROM {table}{_beyond(one, one.copied_to)} ORDER BY {key}{limit}"  # noqa: S608 (names of the catalogue)
        )
        if rows:
            yield rows
        if not one.table.ranged or len(rows) < BATCH_ROWS:
            return


def _beyond(one: TableMove, key: int | None) -> str:
    return f" WHERE {quoted(one.table.primary_key)} > {key}" if key is not None else ""


def _names(one: TableMove) -> str:
    return ", ".join(quoted(column.name) for column in one.table.columns)


def _key_position(one: TableMove) -> int:
    names = [column.name for column in one.table.columns]
    return names.index(one.table.primary_key)


def as_sent(column: Column, value: Any) -> Any:
    """A value of the source as the target's column takes it."""
    if column.kind is Kind.UUID and value is not None:
        return _uuid_text(column, value)
    return value


def _uuid_text(column: Column, value: Any) -> str:
    try:
        known = uuid.UUID(bytes=value) if isinstance(value, bytes) else uuid.UUID(str(value))
    except ValueError:
        raise MoveError(f"{column.name}: {value!r} is no uuid") from None
    return str(known) if column.uuid_length == LENGTH_OF_DASHED_UUID else known.hex
