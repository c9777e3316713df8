"""On a real server, collected only where SINGLESTORE_URL names one: does it take what we write?"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import migrations, models
from django.db.migrations.state import ProjectState
from treblle_models.models import Collection, Request
from treblle_models.singlestore import HashIndex, ShardKey, SortKey, Storage
from treblle_models.singlestore.description import describe
from treblle_models.singlestore.operations import (
    AlterColumnByCopy,
    RebuildTable,
    SyncAutoIncrement,
)
from treblle_models.singlestore.operations.rebuild_table import keys_in
from treblle_models.singlestore.rules import RulesBroken

ROWS = 7


@pytest.fixture
def server(singlestore_test_database: Any, django_db_blocker: Any) -> Iterator[Any]:
    with django_db_blocker.unblock():
        yield singlestore_test_database.connection


def ask(server: Any, question: str) -> list[tuple[Any, ...]]:
    with server.cursor() as cursor:
        cursor.execute(question)
        return [tuple(row) for row in cursor.fetchall()]


@pytest.mark.parametrize("model", [Collection, Request])
def test_tables_are_as_they_were_declared(server, model) -> None:
    ((_, definition, *_),) = ask(server, f"SHOW CREATE TABLE `{model._meta.db_table}`")
    table = describe(model)
    order = table.sort_keys[0] if table.sort_keys else ()
    assert keys_in(definition) == (Storage.COLUMNSTORE, table.shard_key, order)


@pytest.fixture
def sales(server) -> Iterator[ProjectState]:
    state = ProjectState()
    create = migrations.CreateModel(
        "Sale",
        [
            ("id", models.BigAutoField(primary_key=True)),
            ("shop", models.BigIntegerField()),
            ("code", models.CharField(max_length=20)),
        ],
        options={
            "db_table": "sales",
            "constraints": [ShardKey("shop", name="shard")],
            "indexes": [HashIndex(fields=["code"], name="sales_code")],
        },
    )
    create.state_forwards("shop", state)
    with server.schema_editor() as editor:
        create.database_forwards("shop", editor, ProjectState(), state)
    model = state.apps.get_model("shop", "Sale")
    for number in range(1, ROWS + 1):
        model._base_manager.using(server.alias).create(id=number, shop=number % 2, code=str(number))
    yield state
    with server.schema_editor() as editor:
        editor.delete_model(model)


@pytest.mark.parametrize(
    "operation",
    [
        AlterColumnByCopy("Sale", "code", models.BigIntegerField(), batch_rows=2),
        RebuildTable("Sale", [ShardKey("id"), SortKey("-id")], batch_rows=2),
        SyncAutoIncrement("Sale"),
    ],
    ids=lambda operation: type(operation).__name__,
)
def test_operations_go_there_twice_and_back(server, sales, operation) -> None:
    changed = sales.clone()
    operation.state_forwards("shop", changed)
    for _ in range(2):
        with server.schema_editor() as editor:
            operation.database_forwards("shop", editor, sales, changed)
    with server.schema_editor() as editor:
        operation.database_backwards("shop", editor, changed, sales)
    assert ask(server, "SELECT COUNT(*), MIN(code), MAX(code) FROM sales") == [(ROWS, "1", "7")]


def test_a_row_is_saved_and_keeps_its_shard_key(server, sales) -> None:
    model = sales.apps.get_model("shop", "Sale")
    rows = model._base_manager.using(server.alias)
    row = rows.get(code="1")
    row.code = "one"
    row.save()
    assert rows.get(pk=row.pk).code == "one"
    row.shop += 1
    with pytest.raises(RulesBroken):
        row.save()
