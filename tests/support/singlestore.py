"""A double of a SingleStore server: what the operations ask before they alter, and no more.

It keeps names and types of columns, keys and rows' ids; answers follow SingleStore's manual. It
holds no data and judges no statement: for that there is the grammar.
"""

import re
from dataclasses import dataclass, field
from typing import Any

from django.db import connections
from singlestoredb.mysql.converters import encoders, escape_item
from treblle_models.singlestore.backend.base import DatabaseWrapper
from treblle_models.singlestore.backend.offline import ENGINE, OfflineFeatures

QUOTED = r"`([^`]+)`"


def literal(value: Any) -> str:
    return str(escape_item(value, "utf8mb4", encoders))


@dataclass
class Stored:
    """`columns`: type and nullness by name."""

    definition: str
    columns: dict[str, str] = field(default_factory=dict)
    keys: dict[str, list[str]] = field(default_factory=dict)
    ids: tuple[int, ...] = ()


@dataclass
class ServerDouble:
    """`lost`: what it answers where an operation counts values that a new type would change."""

    tables: dict[str, Stored] = field(default_factory=dict)
    statements: list[str] = field(default_factory=list)
    lost: int = 0
    fail_before: str = ""

    @property
    def changes(self) -> list[str]:
        """Everything it was told to do; questions are no part of it."""
        return [text for text in self.statements if not text.startswith(("SELECT", "SHOW"))]

    def answer(self, text: str, values: list[Any]) -> list[tuple[Any, ...]]:
        if self.fail_before and self.fail_before in text:
            self.fail_before = ""
            raise ConnectionError("the server went away")
        self.statements.append(text % tuple(map(literal, values)) if values else text)
        if "information_schema.columns" in text:
            columns = self.tables[values[0]].columns.items()
            return [(name, *split_nullness(kind)) for name, kind in columns]
        if "information_schema.statistics" in text:
            keys = self.tables[values[0]].keys.items()
            return [(name, column) for name, columns in keys for column in columns]
        if "information_schema.tables" in text:
            return [(name,) for name in values if name in self.tables]
        if text.startswith("SHOW CREATE TABLE"):
            name = re.findall(QUOTED, text)[0]
            return [(name, self.tables[name].definition)]
        if text.startswith("SELECT COUNT"):
            return [(self.lost if "WHERE" in text else len(self.rows(text)),)]
        if text.startswith("SELECT MAX"):
            after = int(values[0]) if values else 0
            limit = int(re.findall(r"LIMIT (\d+)", text)[0])
            piece = [each for each in self.rows(text) if each > after][:limit]
            return [(piece[-1] if piece else None,)]
        if not text.startswith("SELECT"):
            self.change(text)
        return []

    def close(self) -> None:
        """A driver's connection has it."""

    def rows(self, text: str) -> tuple[int, ...]:
        names = [name for name in re.findall(rf"FROM {QUOTED}", text) if name in self.tables]
        return self.tables[names[0]].ids

    def change(self, text: str) -> None:
        names = re.findall(QUOTED, text)
        table = self.tables.get(names[0], Stored(text))
        if text.startswith("CREATE"):
            columns = re.findall(rf"^  {QUOTED} (.*?(?:NOT NULL|NULL))", text, re.MULTILINE)
            self.tables[names[0]] = table = Stored(text, dict(columns))
            for line in re.findall(r"^  (?:UNIQUE )?KEY .*", text, re.MULTILINE):
                add_key(table, line)
        elif text.startswith("DROP TABLE"):
            del self.tables[names[0]]
        elif text.startswith("INSERT"):
            source = re.findall(rf"FROM {QUOTED}", text)[0]
            table.ids = self.tables[source].ids
        elif " RENAME TO " in text:
            self.tables[names[1]] = self.tables.pop(names[0])
        elif " ADD COLUMN " in text:
            table.columns[names[1]] = re.findall(r"COLUMN `[^`]+` (.*?(?:NOT NULL|NULL))", text)[0]
        elif " DROP COLUMN " in text:
            del table.columns[names[1]]
        elif " CHANGE " in text:
            table.columns[names[2]] = table.columns.pop(names[1])
        elif " DROP INDEX " in text:
            del table.keys[names[1]]
        elif " ADD " in text:
            add_key(table, text.split(" ADD ")[1])


def split_nullness(kind: str) -> tuple[str, str]:
    if kind.endswith(" NOT NULL"):
        return kind.removesuffix(" NOT NULL"), "NO"
    return kind.removesuffix(" NULL"), "YES"


def add_key(table: Stored, line: str) -> None:
    """Under its name, or that of its first column where it has none."""
    before, inside = line.split("(", 1)
    columns = re.findall(QUOTED, inside)
    name = next(iter(re.findall(QUOTED, before)), columns[0])
    assert name not in table.keys, f"duplicate key name {name}"
    assert set(columns) <= set(table.columns), f"no such column for {line}"
    table.keys[name] = columns


class DoubleCursor:
    description = None
    rowcount = 1

    def __init__(self, server: ServerDouble) -> None:
        self.server = server
        self.found: list[tuple[Any, ...]] = []

    def execute(self, text: str, values: Any = None) -> int:
        self.found = self.server.answer(text, list(values or []))
        return self.rowcount

    def fetchall(self) -> list[tuple[Any, ...]]:
        return self.found

    def fetchone(self) -> tuple[Any, ...] | None:
        return self.found[0] if self.found else None

    def close(self) -> None:
        """Nothing is open."""


class DoubleDatabaseWrapper(DatabaseWrapper):
    """Our backend, with the double where the driver would be."""

    features_class = OfflineFeatures
    server: ServerDouble

    def ensure_connection(self) -> None:
        """Where pytest-django allows no database: this is none."""
        self.connection = self.server

    def create_cursor(self, name: str | None = None) -> DoubleCursor:
        return DoubleCursor(self.server)

    def get_autocommit(self) -> bool:
        return True


def connect(server: ServerDouble) -> DoubleDatabaseWrapper:
    settings = connections.configure_settings({"default": {"ENGINE": ENGINE, "NAME": "shop"}})
    wrapper = DoubleDatabaseWrapper(settings["default"], "default")
    wrapper.server = server
    return wrapper
