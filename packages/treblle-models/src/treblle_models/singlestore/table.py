"""A table as SingleStore sees it: plain data, for the rules and for the statements."""

from dataclasses import dataclass
from enum import StrEnum

from treblle_models.singlestore.table_storage import Storage


class KeyKind(StrEnum):
    UNIQUE = "unique"
    # Sorted, with ranges: a skiplist, which only a rowstore has.
    ORDERED = "ordered"
    HASH = "hash"
    FULL_TEXT = "full text"


@dataclass(frozen=True)
class Column:
    """`kind` is Django's name of the type, such as `BigAutoField`."""

    name: str
    kind: str
    auto_increment: bool = False
    nullable: bool = False
    # Set anew at each save.
    rewritten: bool = False
    # A foreign key that asks the database to hold it.
    enforced_reference: bool = False
    # Computed at each read; SingleStore computes at each write.
    virtual: bool = False


@dataclass(frozen=True)
class SortColumn:
    name: str
    descending: bool = False


@dataclass(frozen=True)
class Key:
    """A key besides the primary, shard and sort key. Without a name the server gives one."""

    kind: KeyKind
    columns: tuple[str, ...]
    name: str = ""
    # Holds only where a condition does, or over expressions.
    partial: bool = False

    @classmethod
    def unique(cls, columns: tuple[str, ...], name: str = "") -> "Key":
        return cls(KeyKind.UNIQUE, columns, name)


@dataclass(frozen=True)
class Table:
    """`declared`: its model says how it lies in SingleStore, so what is wrong is its author's to
    mend; else it is another's, and what SingleStore has no means for becomes a named exception."""

    name: str
    label: str
    storage: Storage
    declared: bool = True
    columns: tuple[Column, ...] = ()
    primary_key: tuple[str, ...] = ()
    shard_keys: tuple[tuple[str, ...], ...] = ()
    sort_keys: tuple[tuple[SortColumn, ...], ...] = ()
    keys: tuple[Key, ...] = ()
    series_timestamps: tuple[str, ...] = ()
    storages: int = 1
    # What the model asks for and SingleStore goes without, in words.
    exceptions: tuple[str, ...] = ()

    @property
    def shard_key(self) -> tuple[str, ...]:
        """The one that holds: the declared, else the primary key; none on a reference table."""
        if not self.storage.sharded:
            return ()
        return self.shard_keys[0] if self.shard_keys else self.primary_key

    def column(self, name: str) -> Column | None:
        return next((column for column in self.columns if column.name == name), None)
