"""`plan`: look at models, source and target; choose how each table goes; write it down."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from treblle_models.move import statements
from treblle_models.move.columns import LENGTH_OF_DASHED_UUID, Column, Kind, loads_from_parquet
from treblle_models.move.problems import MoveError
from treblle_models.move.progress import counted
from treblle_models.move.servers import Server, quoted
from treblle_models.move.state import Move, TableMove
from treblle_models.move.tables import ColumnFound, Found, Table, catalogue_of, look

COPY_BELOW_ROWS: Final = 500_000
# RDS writes `…/database.table/<batch>/part-<number>-<uuid>.gz.parquet`.
FILES: Final = "*/*.gz.parquet"
LINK: Final = "treblle_move"


@dataclass(frozen=True)
class Choices:
    """What the person at the keyboard says."""

    export: str
    snapshot_at: datetime
    link: str = LINK
    files: str = FILES
    copy_below_rows: int = COPY_BELOW_ROWS
    # Only these tables; all where empty.
    only: Collection[str] = ()


def plan(source: Server, target: Server, choices: Choices, say: Callable[[str], None]) -> Move:
    """Read everything, change nothing; the move as it will be."""
    found = look(source)
    tables = _chosen(found, choices.only)
    at_target = catalogue_of(target)
    _check_target(tables, at_target)
    move = Move(
        source=source.place,
        target=target.place,
        export=choices.export.removeprefix("s3://").strip("/"),
        files=choices.files,
        link=choices.link,
        snapshot_at=choices.snapshot_at,
        tables=[_choose(source, _as_at_target(one, at_target), choices) for one in tables],
    )
    _describe(move, found, choices, say)
    return move


def _chosen(found: Found, only: Collection[str]) -> list[Table]:
    unknown = set(only) - {table.name for table in found.tables}
    if unknown:
        raise MoveError(f"no such table in models and source: {', '.join(sorted(unknown))}")
    return [table for table in found.tables if not only or table.name in only]


def _check_target(tables: list[Table], target: dict[str, dict[str, ColumnFound]]) -> None:
    """Every table and column must be there, and no column beside them may insist on a value."""
    problems = [
        f"{table.name}.{column.name}" if table.name in target else table.name
        for table in tables
        for column in table.columns
        if column.name not in target.get(table.name, {})
    ]
    if problems:
        missing = ", ".join(dict.fromkeys(problems))
        raise MoveError(f"the target lacks {missing}: run `migrate` against it first")


def _as_at_target(table: Table, target: dict[str, dict[str, ColumnFound]]) -> Table:
    def fitted(column: Column) -> Column:
        sql_type = target[table.name][column.name].sql_type
        dashed = column.kind is Kind.UUID and f"({LENGTH_OF_DASHED_UUID})" in sql_type
        return replace(column, uuid_length=LENGTH_OF_DASHED_UUID) if dashed else column

    return replace(table, columns=tuple(fitted(column) for column in table.columns))


def _choose(source: Server, table: Table, choices: Choices) -> TableMove:
    rows = source.ask_one(f"SELECT COUNT(*) FROM {quoted(table.name)}")  # noqa: S608 (a name of the catalogue)
    small = rows < choices.copy_below_rows
    loads = all(loads_from_parquet(column) for column in table.columns)
    return TableMove(table, "copy" if small or not loads else "pipeline", rows)


def _describe(move: Move, found: Found, choices: Choices, say: Callable[[str], None]) -> None:
    say(f"from {move.source} to {move.target}, export s3://{move.export}")
    for one in sorted(move.tables, key=lambda one: -one.rows):
        say(f"  {one.method:<9}{one.rows:>14,}  {one.table.name}")
    pipelines, copies = len(move.by_pipeline()), len(move.by_copy())
    say(f"{counted(pipelines, 'table')} by pipeline, {counted(copies, 'table')} copied directly")
    if not choices.only:
        _list("in the source, of no model, left behind", found.of_no_model, say)
        _list("of a model, not in the source", found.not_in_source, say)
    _list("columns of the source that no model knows, left behind", found.columns_of_no_model, say)


def _list(title: str, names: Collection[str], say: Callable[[str], None]) -> None:
    if names:
        say(f"{title}: {', '.join(names)}")


def show(move: Move, say: Callable[[str], None]) -> None:
    """Print every statement that the steps to come will run."""
    say(f"-- the link `{move.link}` holds the credentials; see `create`")
    for one in move.by_pipeline():
        say(f"{statements.create_pipeline(move, one)};")
        say(f"{statements.start_pipeline(one)};")
    for one in move.by_copy():
        say(f"-- {one.table.name}: {counted(one.rows, 'row')} read from the source and inserted")
    for one in move.tables:
        if one.table.auto_increment:
            say(f"{statements.sync_auto_increment(move.target.rpartition('/')[2], one)};")
