"""Rows that are made or changed in one statement, on every database the models know."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from django.db import connection, models
from treblle_models.bulk import as_driver_takes


def upsert(
    model: type[models.Model],
    key: Sequence[str],
    columns: Sequence[str],
    changes: Sequence[tuple[str, str]],
    rows: Iterable[tuple[Any, ...]],
) -> None:
    """Insert `rows` (values of `key`, then of `columns`); where the key is taken, make `changes`.

    A change is `(column, expression)`, its words apart by blanks; `old:failed` is a value of the
    row there is, `new:failed` of the one that came. MySQL assigns one after the other: what asks
    for an old value stands before what replaces it. Give rows in the order of their key, so that
    two workers never cross.
    """
    values = list(rows)
    if not values:
        return
    quote = connection.ops.quote_name
    names = [*key, *columns]
    insert = (
        f"INSERT INTO {quote(model._meta.db_table)} ({', '.join(map(quote, names))})"  # noqa: S608 (names of our own)
        f" VALUES ({', '.join(['%s'] * len(names))})"
    )
    on_sqlite = connection.vendor == "sqlite"
    sets = ", ".join(f"{quote(column)} = {_sql(text, on_sqlite)}" for column, text in changes)
    if on_sqlite:
        statement = f"{insert} ON CONFLICT ({', '.join(map(quote, key))}) DO UPDATE SET {sets}"
    else:
        statement = f"{insert} ON DUPLICATE KEY UPDATE {sets}"
    by_name = {field.attname: field for field in model._meta.concrete_fields}
    taken = as_driver_takes([by_name[name] for name in names], values, connection)
    with connection.cursor() as cursor:
        cursor.executemany(statement, taken)


@dataclass(frozen=True)
class Upsert:
    """Rows that are counted up: what becomes of the columns of one that stands.

    `key` are the columns (by attribute) of one unique constraint, none of them null; columns that
    are named nowhere stay as they are.
    """

    model: type[models.Model]
    key: tuple[str, ...]
    added: tuple[str, ...] = ()
    greatest: tuple[str, ...] = ()
    least: tuple[str, ...] = ()
    replaced: tuple[str, ...] = ()

    def run(self, rows: Iterable[models.Model]) -> None:
        """Runs inside a transaction; every key at most once among `rows`."""
        ordered = sorted(rows, key=attrgetter(*self.key))
        if not ordered:
            return
        names = [f.attname for f in self.model._meta.concrete_fields if not f.primary_key]
        columns = [name for name in names if name not in self.key]
        values = attrgetter(*self.key, *columns)
        upsert(self.model, self.key, columns, self._changes(), [values(row) for row in ordered])

    def _changes(self) -> list[tuple[str, str]]:
        on_sqlite = connection.vendor == "sqlite"
        greater, smaller = ("MAX", "MIN") if on_sqlite else ("GREATEST", "LEAST")
        return [
            *((name, f"old:{name} + new:{name}") for name in self.added),
            *((name, f"{greater}( old:{name} , new:{name} )") for name in self.greatest),
            *((name, f"{smaller}( old:{name} , new:{name} )") for name in self.least),
            *((name, f"new:{name}") for name in self.replaced),
        ]


def _sql(text: str, on_sqlite: bool) -> str:
    """`old:name` and `new:name` as the database writes them."""
    quote = connection.ops.quote_name
    words = []
    for word in text.split(" "):
        side, _, name = word.partition(":")
        if side == "old":
            words.append(quote(name))
        elif side == "new":
            words.append(f"excluded.{quote(name)}" if on_sqlite else f"VALUES({quote(name)})")
        else:
            words.append(word)
    return " ".join(words)
