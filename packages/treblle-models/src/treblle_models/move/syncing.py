"""`sync`: the counters of AUTO_INCREMENT learn what was loaded, and it is proved for each.

After SingleStore's manual, "AGGREGATOR SYNC AUTO_INCREMENT": on sharded tables the counter ignores
ids that were inserted, so without this the first new row would take an id that exists.
"""

import json
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

from treblle_models.move import statements
from treblle_models.move.columns import Column, Kind
from treblle_models.move.copying import as_sent
from treblle_models.move.problems import MoveError
from treblle_models.move.progress import counted
from treblle_models.move.servers import Server, ServerError, quoted
from treblle_models.move.state import Move, TableMove

# No row has it: ids begin at 1. A one-to-one key of the probe therefore meets no other.
NOBODY: Final = 0
PROBE_DIGITS: Final = 8


def sync(target: Server, move: Move, say: Callable[[str], None]) -> None:
    """Raise `MoveError` unless the next id of every table is free."""
    counting = [one for one in move.tables if one.table.auto_increment]
    for one in counting:
        target.change(statements.sync_auto_increment(target.database, one))
    if target.dry_run:
        return
    taken = [problem for one in counting if (problem := _problem(target, one))]
    if taken:
        raise MoveError("the next id is not free: " + "; ".join(taken))
    say(f"the next id of {counted(len(counting), 'table')} is free: each gave one, taken back")


def _problem(target: Server, one: TableMove) -> str | None:
    """Insert a row without an id, see which it is given, roll back; what is wrong with it."""
    key = quoted(one.table.primary_key)
    highest = target.ask_one(f"SELECT MAX({key}) FROM {quoted(one.table.name)}") or 0  # noqa: S608 (names of the catalogue)
    columns = [column for column in one.table.columns if column.name != one.table.primary_key]
    names = ", ".join(quoted(column.name) for column in columns)
    marks = ", ".join(["%s"] * len(columns))
    statement = f"INSERT INTO {quoted(one.table.name)} ({names}) VALUES ({marks})"  # noqa: S608 (the same)
    try:
        given = target.insert_and_take_back(statement, [_probe(column) for column in columns])
    except ServerError as error:
        return f"{one.table.name}: {error}"
    return None if given > highest else f"{one.table.name}: {given}, though {highest} is taken"


def _probe(column: Column) -> Any:
    """A value which any column of that kind takes and no row has."""
    if column.nullable:
        return None
    probes: dict[Kind, Any] = {
        Kind.INTEGER: NOBODY,
        Kind.UNSIGNED_BIG: NOBODY,
        Kind.FLOAT: NOBODY,
        Kind.DECIMAL: NOBODY,
        Kind.TEXT: "",
        Kind.UUID: as_sent(column, uuid.uuid4().bytes),
        Kind.JSON: json.dumps(None),
        Kind.BINARY: b"",
        Kind.TIMESTAMP: datetime.now(UTC).replace(tzinfo=None),
        Kind.DATE: datetime.now(UTC).date(),
        Kind.TIME: "00:00:00",
    }
    return probes[column.kind]
