"""What an operation sees of the server before it alters, and how it goes over many rows."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from treblle_models.singlestore.backend.schema import DatabaseSchemaEditor

# Rows a statement; a larger one holds locks for long, a smaller one asks too often.
BATCH_ROWS = 100_000


@dataclass(frozen=True)
class Server:
    """Looks through the editor's connection; where statements are only written, sees nothing."""

    editor: "DatabaseSchemaEditor"

    @property
    def only_writes(self) -> bool:
        return bool(self.editor.collect_sql)

    def run(self, *statements: str) -> None:
        for statement in statements:
            self.editor.execute(statement, None)

    def ask(self, question: str, values: list[Any]) -> list[tuple[Any, ...]]:
        with self.editor.connection.cursor() as cursor:
            cursor.execute(question, values)
            return [tuple(row) for row in cursor.fetchall()]

    def columns(self, table: str) -> dict[str, str]:
        """Type and nullness of each column by its name, spelled as by `plain_type`."""
        rows = self.ask(
            "SELECT column_name, column_type, is_nullable FROM information_schema.columns"
            " WHERE table_schema = DATABASE() AND table_name = %s",
            [table],
        )
        return {str(name): plain_type(str(kind), empty == "YES") for name, kind, empty in rows}

    def keys(self, table: str) -> dict[str, tuple[str, ...]]:
        """The columns of each key by its name."""
        rows = self.ask(
            "SELECT index_name, column_name FROM information_schema.statistics"
            " WHERE table_schema = DATABASE() AND table_name = %s"
            " ORDER BY index_name, seq_in_index",
            [table],
        )
        found: dict[str, tuple[str, ...]] = {}
        for name, column in rows:
            found[str(name)] = (*found.get(str(name), ()), str(column))
        return found

    def tables(self, *names: str) -> set[str]:
        """Which of these tables there are."""
        marks = ", ".join(["%s"] * len(names))
        rows = self.ask(
            "SELECT table_name FROM information_schema.tables"  # noqa: S608 (marks only)
            f" WHERE table_schema = DATABASE() AND table_name IN ({marks})",
            list(names),
        )
        return {str(name) for (name,) in rows}

    def definition(self, table: str) -> str:
        """CREATE TABLE as the server tells it."""
        ((_, text, *_),) = self.ask(f"SHOW CREATE TABLE {self.editor.quote_name(table)}", [])
        return str(text)

    def count(self, table: str, condition: str = "") -> int:
        where = f" WHERE {condition}" if condition else ""
        ((rows,),) = self.ask(f"SELECT COUNT(*) FROM {self.editor.quote_name(table)}{where}", [])  # noqa: S608 (names are quoted)
        return int(rows)

    def ranges(self, table: str, key: str, rows: int) -> Iterator[str]:
        """Conditions that cut a table along its key into pieces of so many rows.

        By what is there, not by number: ids drawn by several aggregators lie far apart. Where
        statements are only written, one condition that holds for all.
        """
        quoted, column = self.editor.quote_name(table), self.editor.quote_name(key)
        last: Any = None
        while not self.only_writes:
            after = "" if last is None else f" WHERE {column} > %s"
            ((end,),) = self.ask(
                f"SELECT MAX({column}) FROM (SELECT {column} FROM {quoted}{after}"  # noqa: S608 (names are quoted)
                f" ORDER BY {column} LIMIT {rows}) AS piece",
                [] if last is None else [last],
            )
            if end is None:
                return
            begin = "" if last is None else f"{column} > {self.editor.quote_value(last)} AND "
            yield f"{begin}{column} <= {self.editor.quote_value(end)}"
            last = end
        yield f"{column} IS NOT NULL"


def plain_type(kind: str, nullable: bool) -> str:
    """`bigint(20) unsigned` and `bigint UNSIGNED` are one type."""
    words = kind.lower().replace("double precision", "double").replace("integer", "int")
    whole = words.split("(")[0]
    if whole.endswith("int"):
        words = whole + (" unsigned" if words.endswith("unsigned") else "")
    words = {"bool": "tinyint"}.get(words, words.replace("numeric", "decimal"))
    return f"{words.replace(', ', ',')} {'null' if nullable else 'not null'}"
