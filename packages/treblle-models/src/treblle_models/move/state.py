"""What the move remembers between its steps: a small file, read before and written after each.

It holds choices and how far the copying came; what pipelines did is always asked of the server.
No password and no key is ever in it.
"""

import json
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Literal

from treblle_models.move.columns import Column, Kind
from treblle_models.move.problems import MoveError
from treblle_models.move.tables import Table

DEFAULT_FILE: Final = Path("singlestore-move.json")
VERSION: Final = 1
PIPELINE_PREFIX: Final = "move_"

Method = Literal["pipeline", "copy"]


@dataclass
class TableMove:
    """One table of the move: how it goes and how far it came."""

    table: Table
    method: Method
    # Counted at the source when the move was planned.
    rows: int
    # The last key that is surely at the target; None before the first batch.
    copied_to: int | None = None
    copied: bool = False

    @property
    def pipeline(self) -> str:
        return f"{PIPELINE_PREFIX}{self.table.name}"


@dataclass
class Move:
    """The whole move. Times are aware, UTC."""

    source: str
    target: str
    # `bucket/prefix/export-identifier`, without a scheme.
    export: str
    files: str
    link: str
    snapshot_at: datetime
    tables: list[TableMove]
    # Whether the link is ours, so that `rollback` may drop it.
    made_link: bool = False
    done: dict[str, datetime] = field(default_factory=dict)

    def by_pipeline(self) -> list[TableMove]:
        return [one for one in self.tables if one.method == "pipeline"]

    def by_copy(self) -> list[TableMove]:
        return [one for one in self.tables if one.method == "copy"]

    def note(self, step: str) -> None:
        self.done[step] = datetime.now(UTC)

    def forget(self, *steps: str) -> None:
        """What changes rows makes worthless what was proved of them."""
        for step in steps:
            self.done.pop(step, None)


class StateFile:
    """The move in its file. Writing replaces the file as a whole: it is old or new, never half."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def exists(self) -> bool:
        return self.path.exists()

    def read(self) -> Move:
        if not self.exists():
            raise MoveError(f"there is no {self.path}: `singlestore_move plan` comes first")
        return _move_of(json.loads(self.path.read_text()))

    def write(self, move: Move) -> None:
        partial = self.path.with_name(f"{self.path.name}.partial")
        content = {"version": VERSION, **asdict(move)}
        partial.write_text(json.dumps(content, indent=1, default=_as_json) + "\n")
        partial.replace(self.path)


def _as_json(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(type(value))


def _move_of(content: dict[str, Any]) -> Move:
    if content.pop("version") != VERSION:
        raise MoveError("the state file is of another version of this command: plan again")
    return Move(
        **content
        | {
            "snapshot_at": datetime.fromisoformat(content["snapshot_at"]),
            "tables": [_table_move_of(one) for one in content["tables"]],
            "done": {step: datetime.fromisoformat(at) for step, at in content["done"].items()},
        }
    )


def _table_move_of(content: dict[str, Any]) -> TableMove:
    table = Table(**content["table"])
    columns = tuple(_column_of(dict(column)) for column in content["table"]["columns"])
    return TableMove(**content | {"table": replace(table, columns=columns)})


def _column_of(content: dict[str, Any]) -> Column:
    return Column(**content | {"kind": Kind(content["kind"])})
