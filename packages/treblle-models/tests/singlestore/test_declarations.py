"""The entries of Meta: seen by the autodetector, nothing on other databases."""

from copy import deepcopy

import pytest
from django.db import connection, migrations, models
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.graph import MigrationGraph
from django.db.migrations.questioner import MigrationQuestioner
from django.db.migrations.state import ModelState, ProjectState
from django.db.migrations.writer import MigrationWriter
from treblle_models.singlestore import (
    FullTextIndex,
    HashIndex,
    SeriesTimestamp,
    ShardKey,
    SortKey,
    TableStorage,
)

CONSTRAINTS = [
    ShardKey("shop"),
    SortKey("shop", "-sold_at"),
    TableStorage("columnstore"),
    SeriesTimestamp("sold_at"),
]
INDEXES = [
    HashIndex(fields=["code"], name="sales_code"),
    FullTextIndex(fields=["note"], name="sales_words"),
]
FIELDS = {
    "shop": models.BigIntegerField,
    "sold_at": models.DateTimeField,
    "code": lambda: models.CharField(max_length=9),
    "note": models.TextField,
    # A default in the database is a parameter on MariaDB, which takes another way in Django.
    "pieces": lambda: models.IntegerField(db_default=1),
}


def fields():
    return {name: make() for name, make in FIELDS.items()}


def state_of(model: type[models.Model]) -> ProjectState:
    state = ProjectState()
    state.add_model(ModelState.from_model(model))
    return state


def changes(old: ProjectState, new: ProjectState) -> list:
    found = MigrationAutodetector(old, new, MigrationQuestioner({"ask_initial": True})).changes(
        graph=MigrationGraph()
    )
    return [operation for each in found.get("shop", []) for operation in each.operations]


def sale(make_model, constraints=CONSTRAINTS, indexes=INDEXES):
    return make_model(
        "Sale", fields(), constraints=deepcopy(constraints), indexes=deepcopy(indexes)
    )


def test_a_second_makemigrations_finds_nothing(make_model) -> None:
    first = changes(ProjectState(), state_of(sale(make_model)))
    state = ProjectState()
    for operation in loaded(first):
        operation.state_forwards("shop", state)
    assert changes(state, state_of(sale(make_model))) == []


def loaded(operations):
    """As read back from the file that makemigrations writes."""
    migration = type("Migration", (migrations.Migration,), {"operations": operations})
    source = MigrationWriter(migration("0001_initial", "shop")).as_string()
    assert "treblle_models.singlestore.ShardKey('shop'" in source
    space: dict[str, object] = {}
    exec(source, space)
    return space["Migration"].operations


CHANGED = {
    "another shard key": [ShardKey("shop", "code"), *CONSTRAINTS[1:]],
    "another direction": [CONSTRAINTS[0], SortKey("shop", "sold_at"), *CONSTRAINTS[2:]],
    "another storage": [*CONSTRAINTS[:2], TableStorage("rowstore"), CONSTRAINTS[3]],
    "no sort key": [CONSTRAINTS[0], *CONSTRAINTS[2:]],
}


@pytest.mark.parametrize("case", CHANGED)
def test_a_change_is_seen(case, make_model) -> None:
    found = changes(state_of(sale(make_model)), state_of(sale(make_model, CHANGED[case])))
    assert {type(operation).__name__ for operation in found} <= {
        "RemoveConstraint",
        "AddConstraint",
    }
    assert found


def test_a_changed_hash_index_is_seen(make_model) -> None:
    other = [HashIndex(fields=["code", "shop"], name="sales_code"), INDEXES[1]]
    found = changes(state_of(sale(make_model)), state_of(sale(make_model, indexes=other)))
    assert [type(each).__name__ for each in found] == ["RemoveIndex", "AddIndex"]


@pytest.mark.parametrize("each", [*CONSTRAINTS, *INDEXES], ids=lambda each: type(each).__name__)
def test_equal_by_value_and_the_same_after_a_copy(each) -> None:
    copy = each.clone()
    assert copy == each
    assert copy.deconstruct() == each.deconstruct()
    if each in CONSTRAINTS:
        assert hash(copy) == hash(each)
        assert each != ShardKey("something else")


@pytest.mark.django_db(transaction=True)
def test_on_other_databases_they_are_nothing(make_model, database_engine) -> None:
    """Made, changed, taken away and dropped, on SQLite and on MariaDB."""
    model = sale(make_model)
    with connection.schema_editor() as editor:
        editor.create_model(model)
    try:
        before = constraints_of(model)
        assert [name for name in before if name in {"sales_code", "sales_words"}] == []
        with connection.schema_editor() as editor:
            for constraint in model._meta.constraints:
                editor.remove_constraint(model, constraint)
                editor.add_constraint(model, constraint)
            for index in model._meta.indexes:
                editor.remove_index(model, index)
                editor.add_index(model, index)
        assert constraints_of(model) == before
    finally:
        with connection.schema_editor() as editor:
            editor.delete_model(model)


def constraints_of(model) -> dict[str, object]:
    with connection.cursor() as cursor:
        return connection.introspection.get_constraints(cursor, model._meta.db_table)


def test_a_row_is_valid_whatever_they_say(make_model) -> None:
    model = sale(make_model)
    instance = model(shop=1, code="a", note="b")
    for constraint in CONSTRAINTS:
        constraint.validate(model, instance)


def test_on_other_databases_a_unique_uuid_stays_unique() -> None:
    from treblle_models.models import Collection

    assert Collection._meta.get_field("uuid").unique
