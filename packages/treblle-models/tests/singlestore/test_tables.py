"""CREATE TABLE: exact text, in the grammar, and the same keys as another compiler writes."""

import re
import uuid
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import models
from treblle_models.singlestore import (
    FullTextIndex,
    HashIndex,
    SeriesTimestamp,
    ShardKey,
    SortKey,
    Storage,
    TableStorage,
)
from treblle_models.singlestore.description import describe


def fields() -> dict[str, Any]:
    return {
        "id": models.BigAutoField(primary_key=True),
        "shop": models.BigIntegerField(),
        "sold_at": models.DateTimeField(),
        "code": models.CharField(max_length=20),
        "note": models.TextField(null=True),
        "price": models.DecimalField(max_digits=8, decimal_places=2),
        "pieces": models.PositiveIntegerField(default=1),
    }


CASES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "columnstore": ({}, {"constraints": [TableStorage(Storage.COLUMNSTORE)]}),
    "rowstore": ({}, {"constraints": [TableStorage("rowstore")]}),
    "reference": ({}, {"constraints": [TableStorage("reference")]}),
    "temporary": ({}, {"constraints": [TableStorage("temporary")]}),
    "undeclared_is_reference": ({"code": models.SlugField(unique=True)}, {}),
    "shard_key_widens_drawn_primary_key": ({}, {"constraints": [ShardKey("shop")]}),
    "sort_key_with_direction": (
        {},
        {"constraints": [ShardKey("shop"), SortKey("shop", "-sold_at")]},
    ),
    "unique_key_with_shard_key": (
        {},
        {
            "constraints": [
                ShardKey("shop"),
                models.UniqueConstraint(fields=["shop", "code"], name="sales_code"),
            ]
        },
    ),
    "uuid_is_a_hash_index_when_sharded": (
        {"uuid": models.UUIDField(default=uuid.uuid4, unique=True)},
        {"constraints": [ShardKey("shop")]},
    ),
    "uuid_is_unique_in_reference_table": (
        {"uuid": models.UUIDField(default=uuid.uuid4, unique=True)},
        {},
    ),
    "plain_index_becomes_hash_index": (
        {},
        {
            "constraints": [ShardKey("shop")],
            "indexes": [models.Index(fields=["code"], name="sales_by_code")],
        },
    ),
    "index_served_by_sort_key_is_left_out": (
        {},
        {
            "constraints": [SortKey("shop", "-sold_at")],
            "indexes": [models.Index(fields=["shop", "sold_at", "code"], name="sales_by_time")],
        },
    ),
    "hash_index": ({}, {"indexes": [HashIndex(fields=["shop", "code"], name="sales_pair")]}),
    "full_text": (
        {},
        {
            "constraints": [TableStorage("columnstore")],
            "indexes": [FullTextIndex(fields=["code", "note"], name="sales_words")],
        },
    ),
    "series_timestamp": ({}, {"constraints": [SeriesTimestamp("sold_at"), SortKey("sold_at")]}),
    "computed_column": (
        {
            "total": models.GeneratedField(
                expression=models.F("price") * models.F("pieces"),
                output_field=models.DecimalField(max_digits=10, decimal_places=2),
                db_persist=True,
            )
        },
        {"constraints": [ShardKey("shop")]},
    ),
    "default_in_the_database": (
        {"state": models.CharField(max_length=8, db_default="it's new")},
        {"constraints": [ShardKey("shop")]},
    ),
    "comments": (
        {"weight": models.FloatField(db_comment="in kg")},
        {"db_table_comment": "What was sold", "constraints": [ShardKey("shop")]},
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_statement_is_the_expected_one_and_in_the_grammar(
    case, make_model, create, golden, parse
) -> None:
    more, options = CASES[case]
    statements = create(make_model("Sale", {**fields(), **more}, **options))
    golden(case, statements)
    for statement in statements:
        parse(statement)


def test_third_party_ids_and_references_to_them_are_bigint(create) -> None:
    _, pairs = create(Group)
    assert "`id` bigint NOT NULL AUTO_INCREMENT" in pairs
    assert "`group_id` bigint NOT NULL" in pairs


DIFFERENTIAL = [
    "columnstore",
    "rowstore",
    "reference",
    "temporary",
    "shard_key_widens_drawn_primary_key",
    "sort_key_with_direction",
    "full_text",
    "computed_column",
]


@pytest.mark.parametrize("case", DIFFERENTIAL)
def test_sqlalchemy_singlestoredb_compiles_the_same_table(case, make_model, create) -> None:
    more, options = CASES[case]
    model = make_model("Sale", {**fields(), **more}, **options)
    (ours,) = create(model)
    assert canonical(ours) == canonical(theirs(model))


def canonical(statement: str) -> tuple[str, list[str]]:
    """The words before the bracket, and what stands in it, in one spelling and any order."""
    head, body = statement.strip().rstrip(";").split("(", 1)
    parts = re.split(r",\s+(?![^(]*\))", body.rpartition(")")[0])
    spelled = (" ".join(part.replace("`", "").lower().split()) for part in parts)
    return " ".join(head.replace("`", "").upper().split()), sorted(map(one_spelling, spelled))


def one_spelling(part: str) -> str:
    for word, same in {"double precision": "double", "bool ": "boolean "}.items():
        part = part.replace(word, same)
    part = part.replace("numeric", "decimal").replace(", ", ",").strip()
    return re.sub(r"(?<!not) null$", "", part)


def theirs(model: type[models.Model]) -> str:
    import sqlalchemy as sa
    import sqlalchemy_singlestoredb as s2
    from sqlalchemy.dialects import mysql
    from sqlalchemy.schema import CreateTable

    table = describe(model)
    types = {
        "BigAutoField": sa.BIGINT,
        "BigIntegerField": sa.BIGINT,
        "DateTimeField": lambda: mysql.DATETIME(fsp=6),
        "CharField": lambda: sa.VARCHAR(20),
        "TextField": mysql.LONGTEXT,
        "DecimalField": lambda: sa.DECIMAL(8, 2),
        "PositiveIntegerField": lambda: mysql.INTEGER(unsigned=True),
    }
    columns: list[Any] = []
    for field in model._meta.local_concrete_fields:
        if field.generated:
            computed = s2.PersistedColumn(
                field.column,
                sa.DECIMAL(10, 2),
                persisted_expression="((`price` * `pieces`))",
                nullable=True,
            )
            columns.append(computed)
            continue
        made = types[field.get_internal_type()]()
        counted = field.primary_key
        columns.append(
            sa.Column(
                field.column,
                made,
                primary_key=field.column in table.primary_key,
                autoincrement=counted,
                nullable=field.null,
            )
        )
    columns.sort(key=lambda column: column.name != "id")
    kind = {
        Storage.COLUMNSTORE: s2.ColumnStore(),
        Storage.ROWSTORE: s2.RowStore(),
        Storage.REFERENCE: s2.RowStore(reference=True),
        Storage.TEMPORARY: s2.RowStore(temporary=True),
    }[table.storage]
    keys: dict[str, Any] = {"singlestoredb_table_type": kind}
    if table.shard_key:
        keys["singlestoredb_shard_key"] = s2.ShardKey(*table.shard_key)
    for order in table.sort_keys:
        directed = [(c.name, "DESC") if c.descending else c.name for c in order]
        keys["singlestoredb_sort_key"] = s2.SortKey(*directed)
    for key in table.keys:
        keys["singlestoredb_full_text_index"] = s2.FullTextIndex(
            *key.columns, name=key.name, version=2
        )
    made_table = sa.Table(table.name, sa.MetaData(), *columns, **keys)
    return str(CreateTable(made_table).compile(dialect=s2.dialect()))
