"""Every operation keeps the same promises; each has them tested by the same list."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import connections, migrations, models
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.graph import MigrationGraph
from django.db.migrations.state import ProjectState
from django.db.migrations.writer import MigrationWriter
from treblle_models.singlestore import HashIndex, ShardKey, SortKey, TableStorage
from treblle_models.singlestore.backend.offline import offline_connection
from treblle_models.singlestore.errors import RowsCameMeanwhile, ValuesWouldBeLost
from treblle_models.singlestore.operations import (
    AlterColumnByCopy,
    RebuildTable,
    SyncAutoIncrement,
)
from treblle_models.singlestore.rules import RulesBroken

from tests.support.singlestore import ServerDouble, connect

IDS = (1, 2, 3, 4, 1_125_899_906_842_625)


@dataclass(frozen=True)
class Case:
    operation: Callable[[], migrations.operations.base.Operation]
    describe: str
    fragment: str
    # Names of the model's parts after it.
    expect: Callable[[Any], bool]
    undo_is_nothing: bool = False
    elsewhere_is_nothing: bool = True
    keys: dict[str, Any] = field(default_factory=dict)


CASES = {
    "alter_column_by_copy": Case(
        lambda: AlterColumnByCopy("Sale", "code", models.CharField(max_length=40), batch_rows=2),
        "Alter field code on Sale by a copy of the column",
        "copy_sale_code",
        lambda model: model._meta.get_field("code").max_length == 40,
        elsewhere_is_nothing=False,
    ),
    "alter_column_by_copy_to_not_null": Case(
        lambda: AlterColumnByCopy("Sale", "note", models.CharField(max_length=9, default="-")),
        "Alter field note on Sale by a copy of the column",
        "copy_sale_note",
        lambda model: not model._meta.get_field("note").null,
        elsewhere_is_nothing=False,
    ),
    "rebuild_table_for_another_shard_key": Case(
        lambda: RebuildTable("Sale", [ShardKey("shop"), SortKey("-sold_at")], batch_rows=2),
        "Rebuild the table of Sale with other keys",
        "rebuild_sale",
        lambda model: (
            {c.name for c in model._meta.constraints}
            == {"shop_sale_shard_key", "shop_sale_sort_key"}
        ),
    ),
    "rebuild_table_as_reference": Case(
        lambda: RebuildTable("Sale", [TableStorage("reference")]),
        "Rebuild the table of Sale with other keys",
        "rebuild_sale",
        lambda model: {c.name for c in model._meta.constraints} == {"shop_sale_storage"},
    ),
    "sync_auto_increment": Case(
        lambda: SyncAutoIncrement("Sale"),
        "Start new ids of Sale behind those that are there",
        "sync_ids_of_sale",
        lambda model: True,
        undo_is_nothing=True,
    ),
}
STRUCTURAL = [name for name in CASES if name != "sync_auto_increment"]


def create_sales() -> migrations.CreateModel:
    return migrations.CreateModel(
        "Sale",
        [
            ("id", models.BigAutoField(primary_key=True)),
            ("shop", models.BigIntegerField(db_index=True)),
            ("code", models.CharField(max_length=20, db_index=True)),
            ("note", models.CharField(max_length=9, null=True)),
            ("sold_at", models.DateTimeField()),
        ],
        options={
            "db_table": "sales",
            "constraints": [TableStorage("columnstore", name="shop_sale_storage")],
            "indexes": [HashIndex(fields=["code", "shop"], name="sales_pair")],
        },
    )


@pytest.fixture
def before() -> ProjectState:
    state = ProjectState()
    create_sales().state_forwards("shop", state)
    return state


@pytest.fixture
def server(before: ProjectState) -> ServerDouble:
    """With the table as `before` makes it, and rows whose ids two aggregators drew."""
    double = ServerDouble()
    with connect(double).schema_editor() as editor:
        create_sales().database_forwards("shop", editor, ProjectState(), before)
    double.tables["sales"].ids = IDS
    double.statements.clear()
    return double


def after(operation, before: ProjectState) -> ProjectState:
    state = before.clone()
    operation.state_forwards("shop", state)
    return state


def forwards(operation, server: ServerDouble, before: ProjectState) -> list[str]:
    """What the server was told to do."""
    server.statements.clear()
    with connect(server).schema_editor() as editor:
        operation.database_forwards("shop", editor, before, after(operation, before))
    return server.changes


def backwards(operation, server: ServerDouble, before: ProjectState) -> list[str]:
    server.statements.clear()
    with connect(server).schema_editor() as editor:
        operation.database_backwards("shop", editor, after(operation, before), before)
    return server.changes


def collected(connection, operation, before: ProjectState) -> list[str]:
    with connection.schema_editor(collect_sql=True) as editor:
        operation.database_forwards("shop", editor, before, after(operation, before))
    return list(editor.collected_sql)


@pytest.fixture(params=CASES)
def name(request) -> str:
    return str(request.param)


@pytest.fixture
def case(name: str) -> Case:
    return CASES[name]


def test_says_what_it_does(case) -> None:
    operation = case.operation()
    assert operation.describe() == case.describe
    assert operation.migration_name_fragment == case.fragment


def test_shows_its_statements_in_its_documentation(case) -> None:
    assert re.search(r"[A-Z]{4,} .*`", type(case.operation()).__doc__)


def test_comes_back_from_a_migration_file_as_it_was(case) -> None:
    operation = case.operation()
    migration = type("Migration", (migrations.Migration,), {"operations": [operation]})
    space: dict[str, Any] = {}
    exec(MigrationWriter(migration("0002_next", "shop")).as_string(), space)
    (again,) = space["Migration"].operations
    assert type(again) is type(operation)
    assert written(again) == written(operation)


def written(operation) -> str:
    from django.db.migrations.writer import OperationWriter

    return OperationWriter(operation).serialize()[0]


def test_goes_forwards_by_the_expected_statements(
    name, case, server, before, golden, parse
) -> None:
    statements = forwards(case.operation(), server, before)
    golden(f"operation_{name}_forwards", statements)
    for statement in statements:
        parse(statement)


def test_goes_backwards_as_it_says(name, case, server, before, golden, parse) -> None:
    operation = case.operation()
    assert operation.reversible
    forwards(operation, server, before)
    statements = backwards(operation, server, before)
    assert (statements == []) == case.undo_is_nothing
    golden(f"operation_{name}_backwards", statements)
    for statement in statements:
        parse(statement)


@pytest.mark.parametrize("name", STRUCTURAL)
def test_there_and_back_leaves_the_table_as_it_was(name, server, before) -> None:
    operation = CASES[name].operation()
    columns = dict(server.tables["sales"].columns)
    forwards(operation, server, before)
    backwards(operation, server, before)
    assert set(server.tables) == {"sales"}
    assert server.tables["sales"].columns == columns
    assert server.tables["sales"].ids == IDS


@pytest.mark.parametrize("name", STRUCTURAL)
def test_a_second_run_changes_nothing(name, server, before) -> None:
    operation = CASES[name].operation()
    assert forwards(operation, server, before)
    assert forwards(operation, server, before) == []


def test_statements_are_written_without_a_server(name, case, before, golden, parse) -> None:
    statements = collected(offline_connection("shop"), case.operation(), before)
    golden(f"operation_{name}_collected", statements)
    for statement in statements:
        parse(statement)


def test_a_router_that_says_no_is_heard(case, server, before, settings) -> None:
    settings.DATABASE_ROUTERS = [f"{__name__}.NoRouter"]
    settings.DATABASE_ROUTERS = [NoRouter()]
    assert forwards(case.operation(), server, before) == []
    assert backwards(case.operation(), server, before) == []


class NoRouter:
    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return False


@pytest.mark.django_db(transaction=True)
def test_on_other_databases_nothing_of_singlestore_runs(name, database_engine, before) -> None:
    case = CASES[name]
    connection = connections["default"]
    with connection.schema_editor() as editor:
        create_sales().database_forwards("shop", editor, ProjectState(), before)
    try:
        statements = collected(connection, case.operation(), before)
        assert (statements == []) == case.elsewhere_is_nothing
        assert "__copy" not in "".join(statements)
        operation = case.operation()
        changed = after(operation, before)
        with connection.schema_editor() as editor:
            operation.database_forwards("shop", editor, before, changed)
        with connection.schema_editor() as editor:
            operation.database_backwards("shop", editor, changed, before)
    finally:
        with connection.schema_editor() as editor:
            editor.delete_model(before.apps.get_model("shop", "Sale"))


def test_the_state_after_it_is_the_expected_one(case, before) -> None:
    assert case.expect(after(case.operation(), before).apps.get_model("shop", "Sale"))


def test_makemigrations_finds_nothing_after_it(case, before) -> None:
    state = after(case.operation(), before)
    again = ProjectState.from_apps(state.apps)
    assert MigrationAutodetector(state, again).changes(graph=MigrationGraph()) == {}


INTERRUPTED = {
    "alter_column_by_copy": ["UPDATE", "DROP INDEX", "DROP COLUMN", "CHANGE", "ADD KEY"],
    "rebuild_table_for_another_shard_key": [
        "CREATE",
        "INSERT",
        "RENAME TO `sales__old`",
        "RENAME TO `sales`",
        "DROP TABLE",
    ],
}


@pytest.mark.parametrize(
    ("name", "stop"), [(name, stop) for name, stops in INTERRUPTED.items() for stop in stops]
)
def test_goes_on_where_it_was_interrupted(name, stop, server, before) -> None:
    operation = CASES[name].operation()
    server.fail_before = stop
    with pytest.raises(ConnectionError):
        forwards(operation, server, before)
    forwards(operation, server, before)
    assert set(server.tables) == {"sales"}
    whole = ServerDouble()
    with connect(whole).schema_editor() as editor:
        create_sales().database_forwards("shop", editor, ProjectState(), before)
    whole.tables["sales"].ids = IDS
    forwards(operation, whole, before)
    assert server.tables["sales"].columns == whole.tables["sales"].columns
    assert forwards(operation, server, before) == []


def test_rows_go_in_batches_though_ids_lie_far_apart(server, before) -> None:
    statements = forwards(CASES["alter_column_by_copy"].operation(), server, before)
    assert sum(statement.startswith("UPDATE") for statement in statements) == 3


def test_values_that_the_new_type_does_not_hold_stop_it_before_the_swap(server, before) -> None:
    server.lost = 2
    with pytest.raises(ValuesWouldBeLost, match="2 rows of sales"):
        forwards(CASES["alter_column_by_copy"].operation(), server, before)
    assert {"code", "code__copy"} <= set(server.tables["sales"].columns)


def test_rows_that_come_while_a_table_is_rebuilt_stop_it_before_the_swap(server, before) -> None:
    operation = CASES["rebuild_table_as_reference"].operation()

    class Late(ServerDouble):
        def change(self, text: str) -> None:
            super().change(text)
            if text.startswith("INSERT"):
                self.tables["sales"].ids += (9, 10)

    late = Late(tables=server.tables)
    with pytest.raises(RowsCameMeanwhile):
        forwards(operation, late, before)
    assert "sales" in late.tables


def test_a_column_of_a_key_is_not_copied(server, before) -> None:
    keyed = after(RebuildTable("Sale", [ShardKey("shop"), SortKey("sold_at")]), before)
    for column, broken in {"shop": "E008", "sold_at": "E015", "id": "E015"}.items():
        operation = AlterColumnByCopy("Sale", column, models.CharField(max_length=3))
        with pytest.raises(RulesBroken, match=broken):
            forwards(operation, server, keyed)


@pytest.mark.parametrize(
    "make",
    [
        lambda: AlterColumnByCopy("Sale", "code", models.TextField(), batch_rows=0),
        lambda: RebuildTable("Sale", [], batch_rows=0),
        lambda: RebuildTable("Sale", [models.UniqueConstraint(fields=["code"], name="u")]),
    ],
)
def test_wrong_arguments_fail_where_they_are_written(make) -> None:
    with pytest.raises((ValueError, TypeError)):
        make()
