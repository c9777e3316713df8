"""The words of SingleStore's table definitions, made of plain data."""

from collections.abc import Callable, Iterable, Iterator

from treblle_models.singlestore.table import Key, KeyKind, SortColumn, Table
from treblle_models.singlestore.table_storage import Storage

Quote = Callable[[str], str]


def columns_of(names: Iterable[str], quote: Quote) -> str:
    return f"({', '.join(map(quote, names))})"


def primary_key(columns: Iterable[str], quote: Quote) -> str:
    return f"PRIMARY KEY {columns_of(columns, quote)}"


def shard_key(columns: Iterable[str], quote: Quote) -> str:
    return f"SHARD KEY {columns_of(columns, quote)}"


def sort_key(columns: Iterable[SortColumn], quote: Quote) -> str:
    parts = (quote(column.name) + (" DESC" if column.descending else "") for column in columns)
    return f"SORT KEY ({', '.join(parts)})"


def key(key: Key, storage: Storage, quote: Quote) -> str:
    """A key as it stands in CREATE TABLE, and after ADD in ALTER TABLE."""
    words = {
        KeyKind.UNIQUE: "UNIQUE KEY",
        KeyKind.ORDERED: "KEY",
        KeyKind.HASH: "KEY",
        KeyKind.FULL_TEXT: "FULLTEXT USING VERSION 2",
    }[key.kind]
    by_hash = key.kind is KeyKind.HASH or (
        key.kind is KeyKind.UNIQUE and storage is Storage.COLUMNSTORE
    )
    name = f" {quote(key.name)}" if key.name else ""
    using = " USING HASH" if by_hash else ""
    return f"{words}{name} {columns_of(key.columns, quote)}{using}"


def keys_of(table: Table, quote: Quote) -> Iterator[str]:
    """Everything of a definition that is not a column, in a fixed order."""
    yield primary_key(table.primary_key, quote)
    if table.storage.sharded:
        yield shard_key(table.shard_key, quote)
    for columns in table.sort_keys:
        yield sort_key(columns, quote)
    for each in table.keys:
        yield key(each, table.storage, quote)


def create_table(table: Table, columns: Iterable[str], quote: Quote, name: str = "") -> str:
    """CREATE TABLE of a table whose columns are written already."""
    definitions = ",\n  ".join([*columns, *keys_of(table, quote)])
    return f"{table.storage.create} {quote(name or table.name)} (\n  {definitions}\n)"
