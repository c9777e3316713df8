"""What SingleStore refuses is refused before, by an id that stays, with a hint that helps."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.core import checks
from django.db import models
from treblle_models.singlestore import (
    FullTextIndex,
    HashIndex,
    SeriesTimestamp,
    ShardKey,
    SortKey,
    TableStorage,
)
from treblle_models.singlestore.checks import check_tables, message_of, violations_of
from treblle_models.singlestore.description import describe
from treblle_models.singlestore.errors import (
    DirectionInShardKey,
    NoFields,
    PlainColumnsOnly,
    RepeatedField,
)
from treblle_models.singlestore.rules import RULES, RulesBroken, violations
from treblle_models.singlestore.table import Column, Key, KeyKind, SortColumn, Table
from treblle_models.singlestore.table_storage import Storage

ROOT = Path(__file__).parents[4]


def table(**more: Any) -> Table:
    """A sound columnstore, but for what is said."""
    sound: dict[str, Any] = {
        "name": "sales",
        "label": "shop.Sale",
        "storage": Storage.COLUMNSTORE,
        "columns": (
            Column("id", "BigAutoField", auto_increment=True),
            Column("shop_id", "BigIntegerField"),
            Column("code", "CharField"),
            Column("sold_at", "DateTimeField"),
        ),
        "primary_key": ("id", "shop_id"),
        "shard_keys": (("shop_id",),),
    }
    return Table(**{**sound, **more})


BROKEN = {
    "E001": table(keys=(Key(KeyKind.UNIQUE, ("code",)),)),
    "E002": table(primary_key=("id",)),
    "E002 ": table(columns=(Column("shop_id", "BigIntegerField", nullable=True),)),
    "E003": table(sort_keys=((SortColumn("sold_at"),), (SortColumn("code"),))),
    "E003 ": table(storage=Storage.ROWSTORE, sort_keys=((SortColumn("sold_at"),),)),
    "E004": table(keys=(Key(KeyKind.ORDERED, ("code",)),)),
    "E005": table(columns=(Column("shop_id", "ForeignKey", enforced_reference=True),)),
    "E006": table(columns=(Column("id", "AutoField", auto_increment=True),)),
    "E007": table(storage=Storage.REFERENCE, primary_key=(), shard_keys=()),
    "E008": table(columns=(Column("shop_id", "DateTimeField", rewritten=True),)),
    "E010": table(shard_keys=(("shop_id",), ("id",))),
    "E010 ": table(storages=2),
    "E010  ": table(storage=Storage.REFERENCE),
    "E011": table(keys=(Key(KeyKind.UNIQUE, ("shop_id",), "one", partial=True),)),
    "E012": table(columns=(Column("total", "DecimalField", virtual=True),)),
    "E013": table(keys=(Key(KeyKind.FULL_TEXT, ("sold_at",)),)),
    "E013 ": table(storage=Storage.ROWSTORE, keys=(Key(KeyKind.FULL_TEXT, ("code",)),)),
    "E013  ": table(keys=(Key(KeyKind.FULL_TEXT, ("code",)), Key(KeyKind.FULL_TEXT, ("code",)))),
    "E014": table(series_timestamps=("code",)),
    "E014 ": table(series_timestamps=("sold_at", "sold_at")),
    "W001": table(declared=False, exceptions=("something is lost",)),
}


def test_a_sound_table_breaks_no_rule() -> None:
    full = table(
        sort_keys=((SortColumn("shop_id"), SortColumn("sold_at", descending=True)),),
        keys=(
            Key(KeyKind.UNIQUE, ("shop_id", "code")),
            Key(KeyKind.HASH, ("code",)),
            Key(KeyKind.FULL_TEXT, ("code",)),
        ),
        series_timestamps=("sold_at",),
    )
    assert violations(full) == []


@pytest.mark.parametrize("case", BROKEN)
def test_a_rule_names_what_breaks_it_and_nothing_else(case) -> None:
    found = violations(BROKEN[case])
    assert [each.id for each in found] == [case.strip()]
    assert "shop.Sale" in found[0].message


def test_every_rule_has_a_case_that_breaks_it() -> None:
    silent = [rule.__name__ for rule in RULES if not any(list(rule(t)) for t in BROKEN.values())]
    assert silent == []


def test_every_id_has_its_anchor_in_the_document() -> None:
    folder = ROOT / "packages/treblle-models/src/treblle_models/singlestore"
    sources = (folder / "rules.py").read_text() + (folder / "checks.py").read_text()
    used = set(re.findall(r'"(?:treblle\.)?([EW]\d{3})"', sources))
    document = (ROOT / "docs/singlestore.md").read_text()
    headings = {line[4:8] for line in document.splitlines() if re.match(r"### [EW]\d{3}$", line)}
    assert used == headings


MODELS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "E001": (
        {"code": models.CharField(max_length=9, unique=True)},
        {"constraints": [ShardKey("shop")]},
    ),
    "E002": (
        {"code": models.CharField(max_length=9, primary_key=True)},
        {"constraints": [ShardKey("shop")]},
    ),
    "E003": ({}, {"constraints": [SortKey("shop", name="a"), SortKey("sold_at", name="b")]}),
    "E004": (
        {},
        {
            "constraints": [ShardKey("shop")],
            "indexes": [
                models.Index(fields=["code"], condition=models.Q(shop=1), name="sales_some")
            ],
        },
    ),
    "E005": (
        {"parent": models.ForeignKey("self", models.CASCADE)},
        {"constraints": [ShardKey("shop")]},
    ),
    "E006": ({"id": models.AutoField(primary_key=True)}, {"constraints": [ShardKey("shop")]}),
    "E008": (
        {"changed_at": models.DateTimeField(auto_now=True)},
        {"constraints": [ShardKey("changed_at")]},
    ),
    "E010": ({}, {"constraints": [ShardKey("shop"), TableStorage("reference")]}),
    "E011": (
        {},
        {
            "constraints": [
                ShardKey("shop"),
                models.UniqueConstraint(
                    fields=["shop"], condition=models.Q(code="a"), name="sales_one"
                ),
            ]
        },
    ),
    "E012": (
        {
            "more": models.GeneratedField(
                expression=models.F("shop") + 1,
                output_field=models.BigIntegerField(),
                db_persist=False,
            )
        },
        {"constraints": [ShardKey("shop")]},
    ),
    "E013": ({}, {"indexes": [FullTextIndex(fields=["code"], name="sales_words")]}),
    "E014": ({}, {"constraints": [SeriesTimestamp("code")]}),
    "E016": ({}, {"constraints": [ShardKey("nothing")]}),
}


@pytest.mark.parametrize("case", MODELS)
def test_a_model_that_breaks_a_rule_is_told_so_by_a_system_check(case, make_model) -> None:
    more, options = MODELS[case]
    fields = {
        "shop": models.BigIntegerField(),
        "code": models.CharField(max_length=9),
        "sold_at": models.DateTimeField(),
    }
    model = make_model("Sale", {**fields, **more}, **options)
    (violation,) = violations_of(model)
    message = message_of(violation, model)
    assert (message.id, message.level) == (f"treblle.{case}", checks.ERROR)
    assert f"docs/singlestore.md#{case.lower()}" in message.hint


def test_a_table_that_breaks_a_rule_is_not_made(make_model, create) -> None:
    more, options = MODELS["E001"]
    model = make_model("Sale", {"shop": models.BigIntegerField(), **more}, **options)
    with pytest.raises(RulesBroken, match=r"treblle\.E001"):
        create(model)


def test_models_of_this_project_break_no_rule() -> None:
    assert check_tables() == []


def test_checks_are_registered() -> None:
    names = {check.__module__ for check in checks.registry.registry.get_checks()}
    assert "treblle_models.singlestore.checks" in names


@pytest.mark.parametrize(
    ("error", "make"),
    [
        (NoFields, lambda: ShardKey()),
        (NoFields, lambda: SortKey()),
        (NoFields, lambda: SeriesTimestamp("")),
        (NoFields, lambda: HashIndex(fields=[], name="none")),
        (RepeatedField, lambda: ShardKey("shop", "shop")),
        (RepeatedField, lambda: SortKey("shop", "-shop")),
        (RepeatedField, lambda: HashIndex(fields=["shop", "shop"], name="twice")),
        (DirectionInShardKey, lambda: ShardKey("-shop")),
        (PlainColumnsOnly, lambda: HashIndex(fields=["-shop"], name="down")),
        (PlainColumnsOnly, lambda: HashIndex(fields=["a"], name="some", condition=models.Q(a=1))),
        (ValueError, lambda: TableStorage("disk")),
    ],
)
def test_a_wrong_declaration_fails_where_it_is_written(error, make) -> None:
    with pytest.raises(error):
        make()


def test_time_index_that_no_hash_serves_is_left_out_and_named(make_model) -> None:
    model = make_model(
        "Sale",
        {"shop": models.BigIntegerField(), "loaded_at": models.DateTimeField(db_index=True)},
        constraints=[ShardKey("shop")],
    )
    described = describe(model)
    assert described.keys == ()
    assert described.exceptions == (
        "the index loaded_at is left out (a hash finds no range of time)",
    )


def test_settings_choose_the_storage_of_models_of_others(settings) -> None:
    from django.contrib.sessions.models import Session

    settings.SINGLESTORE_STORAGE = {"sessions.Session": "columnstore"}
    described = describe(Session)
    assert (described.storage, described.shard_key) == (Storage.COLUMNSTORE, ("session_key",))
    assert [each for each in violations(described) if not each.warning] == []
