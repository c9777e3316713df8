"""What SingleStore refuses, as functions of a table description.

Shared by the system checks, CREATE TABLE and the operations. The ids are stable: they are the
anchors of `docs/singlestore.md` and what SILENCED_SYSTEM_CHECKS names.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from treblle_models.singlestore.errors import SingleStoreError
from treblle_models.singlestore.table import Column, KeyKind, Table
from treblle_models.singlestore.table_storage import Storage

DOCUMENT = "docs/singlestore.md"
TEXTS = frozenset({"CharField", "TextField", "EmailField", "SlugField", "URLField", "JSONField"})
TIMES = frozenset({"DateField", "DateTimeField"})


@dataclass(frozen=True)
class Violation:
    """`id` such as `E001`; a `warning` loses something, an error would be refused."""

    id: str
    message: str
    hint: str
    warning: bool = False

    @property
    def check_id(self) -> str:
        return f"treblle.{self.id}"

    @property
    def full_hint(self) -> str:
        return f"{self.hint} See {DOCUMENT}#{self.id.lower()}."

    def __str__(self) -> str:
        return f"{self.check_id}: {self.message} {self.full_hint}"


class RulesBroken(SingleStoreError):
    """Statements were not run, because the server would refuse them."""

    def __init__(self, violations: Iterable[Violation]) -> None:
        self.violations = tuple(violations)
        super().__init__("\n".join(map(str, self.violations)))


def unique_keys_contain_shard_key(table: Table) -> Iterator[Violation]:
    for key in table.keys:
        missing = set(table.shard_key) - set(key.columns)
        if key.kind is KeyKind.UNIQUE and missing:
            yield Violation(
                "E001",
                f"The unique key ({', '.join(key.columns)}) of {table.label} does not contain its"
                f" shard key ({', '.join(table.shard_key)}).",
                "Add the shard key to the unique key, shard by less, or make it a reference table.",
            )


def shard_key_in_primary_key(table: Table) -> Iterator[Violation]:
    missing = [name for name in table.shard_key if name not in table.primary_key]
    if missing and table.primary_key:
        yield Violation(
            "E002",
            f"The shard key ({', '.join(table.shard_key)}) of {table.label} does not lie in its"
            f" primary key ({', '.join(table.primary_key)}).",
            "Only a primary key that is drawn (an auto field, a uuid with a default) is widened by"
            " the shard key; else shard by the primary key.",
        )


def primary_key_is_never_null(table: Table) -> Iterator[Violation]:
    for name in table.primary_key:
        column = table.column(name)
        if column is not None and column.nullable:
            yield Violation(
                "E002",
                f"{name} of {table.label} is in the shard key, so in the primary key, and may be"
                " null.",
                "Shard by a column that always has a value.",
            )


def one_sort_key_of_a_columnstore(table: Table) -> Iterator[Violation]:
    if len(table.sort_keys) > 1:
        yield Violation(
            "E003",
            f"{table.label} has {len(table.sort_keys)} sort keys.",
            "Keep one: rows can lie in one order only.",
        )
    if table.sort_keys and table.storage is not Storage.COLUMNSTORE:
        yield Violation(
            "E003",
            f"{table.label} has a sort key and is a {table.storage} table.",
            "Make it a columnstore, or use an ordinary index.",
        )


def columnstore_takes_hash_indexes(table: Table) -> Iterator[Violation]:
    if table.storage is not Storage.COLUMNSTORE:
        return
    for key in table.keys:
        if key.kind is KeyKind.ORDERED:
            yield Violation(
                "E004",
                f"The index {key.name or key.columns} of {table.label} is ordered or partial; a"
                " columnstore takes only hash indexes besides its sort key.",
                "Name the order in SortKey, use HashIndex, or make it a rowstore.",
            )


def no_enforced_foreign_keys(table: Table) -> Iterator[Violation]:
    if not table.declared:
        return
    for column in table.columns:
        if column.enforced_reference:
            yield Violation(
                "E005",
                f"The foreign key {column.name} of {table.label} wants to be enforced.",
                "Say db_constraint=False; the application keeps references whole.",
            )


def auto_increment_is_bigint(table: Table) -> Iterator[Violation]:
    for column in table.columns:
        if column.auto_increment and column.kind != "BigAutoField":
            yield Violation(
                "E006",
                f"{column.name} of {table.label} is an AUTO_INCREMENT that is no BIGINT.",
                "Use BigAutoField: aggregators number in ranges far apart.",
            )


def reference_table_has_primary_key(table: Table) -> Iterator[Violation]:
    if table.storage is Storage.REFERENCE and not table.primary_key:
        yield Violation(
            "E007", f"{table.label} is a reference table without a primary key.", "Give it one."
        )


def shard_columns_stay(table: Table) -> Iterator[Violation]:
    for name in table.shard_key:
        column = table.column(name)
        if column is not None and column.rewritten:
            yield Violation(
                "E008",
                f"{name} of {table.label} is in the shard key and set anew at each save.",
                "A row cannot change its partition: shard by what stays.",
            )


def one_home(table: Table) -> Iterator[Violation]:
    if table.storages > 1 or len(table.shard_keys) > 1:
        yield Violation(
            "E010",
            f"{table.label} declares more than one shard key or storage.",
            "Keep one of each.",
        )
    if table.shard_keys and not table.storage.sharded:
        yield Violation(
            "E010",
            f"{table.label} has a shard key and is a reference table, a copy on every node.",
            "Leave out ShardKey, or make it a columnstore or rowstore.",
        )


def whole_unique_keys(table: Table) -> Iterator[Violation]:
    for key in table.keys:
        if key.kind is KeyKind.UNIQUE and key.partial:
            yield Violation(
                "E011",
                f"The unique constraint {key.name} of {table.label} has a condition or expressions.",
                "SingleStore keeps unique keys of whole columns only: keep this one in the"
                " application.",
            )


def computed_columns_are_stored(table: Table) -> Iterator[Violation]:
    for column in table.columns:
        if column.virtual:
            yield Violation(
                "E012",
                f"{column.name} of {table.label} is computed at each read.",
                "Say db_persist=True: SingleStore keeps what it computes (PERSISTED).",
            )


def full_text_of_texts_in_columnstore(table: Table) -> Iterator[Violation]:
    full_texts = [key for key in table.keys if key.kind is KeyKind.FULL_TEXT]
    names = {name for key in full_texts for name in key.columns}
    kinds = {column.kind for column in table.columns if column.name in names}
    if full_texts and (
        len(full_texts) > 1 or table.storage is not Storage.COLUMNSTORE or not kinds <= TEXTS
    ):
        yield Violation(
            "E013",
            f"The full-text index of {table.label} is not one over texts of a columnstore.",
            "A columnstore takes one full-text index, over text columns.",
        )


def one_series_timestamp(table: Table) -> Iterator[Violation]:
    columns = [table.column(name) for name in table.series_timestamps]
    if len(columns) > 1 or any(column is None or column.kind not in TIMES for column in columns):
        yield Violation(
            "E014",
            f"The series timestamp of {table.label} is not one date or time.",
            "Name one DateField or DateTimeField.",
        )


def nothing_is_lost(table: Table) -> Iterator[Violation]:
    if table.declared:
        return
    for exception in table.exceptions:
        yield Violation(
            "W001",
            f"{table.label}: {exception}.",
            "Keep it in the application, or silence this where it does not matter.",
            warning=True,
        )


Rule = Callable[[Table], Iterator[Violation]]
RULES: tuple[Rule, ...] = (
    unique_keys_contain_shard_key,
    shard_key_in_primary_key,
    primary_key_is_never_null,
    one_sort_key_of_a_columnstore,
    columnstore_takes_hash_indexes,
    no_enforced_foreign_keys,
    auto_increment_is_bigint,
    reference_table_has_primary_key,
    shard_columns_stay,
    one_home,
    whole_unique_keys,
    computed_columns_are_stored,
    full_text_of_texts_in_columnstore,
    one_series_timestamp,
    nothing_is_lost,
)


def violations(table: Table) -> list[Violation]:
    return [violation for rule in RULES for violation in rule(table)]


def ensure(table: Table) -> None:
    """Raise RulesBroken where a server would refuse the table."""
    broken = [violation for violation in violations(table) if not violation.warning]
    if broken:
        raise RulesBroken(broken)


def ensure_not_updated(table: Table, columns: Iterable[str]) -> None:
    """Raise RulesBroken where an update sets a column of the shard key."""
    touched = [name for name in columns if name in table.shard_key]
    if touched:
        raise RulesBroken(
            [
                Violation(
                    "E008",
                    f"{', '.join(touched)} of {table.label} is in the shard key and is updated.",
                    "A row cannot change its partition: delete it and insert it anew.",
                )
            ]
        )


def ensure_not_modified(table: Table, column: Column | str) -> None:
    """Raise RulesBroken where a column's type would be changed in place on a columnstore."""
    if table.storage is Storage.COLUMNSTORE:
        name = column if isinstance(column, str) else column.name
        raise RulesBroken(
            [
                Violation(
                    "E009",
                    f"The type of {name} of {table.label} cannot be changed in a columnstore.",
                    "Put AlterColumnByCopy in the migration in place of AlterField.",
                )
            ]
        )


def ensure_not_rekeyed(table: Table, key: str) -> None:
    """Raise RulesBroken where the shard key, sort key or storage of a standing table changes."""
    raise RulesBroken(
        [
            Violation(
                "E015",
                f"{key} of {table.label} cannot change on a table that stands.",
                "Put RebuildTable in the migration in place of RemoveConstraint and AddConstraint.",
            )
        ]
    )
