"""The backend where the official one falls short: migrations, datetimes, updates."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import migrations, models
from django.db.migrations.state import ProjectState
from django.db.models.functions import TruncDay, TruncHour
from django.db.utils import NotSupportedError
from treblle_models.singlestore import HashIndex, ShardKey, SortKey, checks, migration_checks
from treblle_models.singlestore.errors import NoServer
from treblle_models.singlestore.rules import RulesBroken

from tests.support.singlestore import ServerDouble, connect

WHEN = datetime(2026, 3, 4, 5, 6, 7, 890123, tzinfo=UTC)


@pytest.fixture
def server() -> ServerDouble:
    return ServerDouble()


def migrate(server: ServerDouble, *operations, after: ProjectState | None = None) -> ProjectState:
    """Run them as one migration; the state they lead to."""
    migration = type("Migration", (migrations.Migration,), {"operations": list(operations)})
    with connect(server).schema_editor() as editor:
        return migration("0001", "shop").apply(after or ProjectState(), editor)


def create_sale(**options) -> migrations.CreateModel:
    fields = [
        ("id", models.BigAutoField(primary_key=True)),
        ("shop", models.BigIntegerField()),
        ("sold_at", models.DateTimeField()),
    ]
    return migrations.CreateModel("Sale", fields, options={"db_table": "sales", **options})


AS_MAKEMIGRATIONS_WRITES_IT = [
    create_sale(),
    migrations.AddField("sale", "code", models.CharField(max_length=9, db_index=True)),
    migrations.AddConstraint("sale", ShardKey("shop", name="shard")),
    migrations.AddConstraint("sale", SortKey("shop", "-sold_at", name="sort")),
    migrations.AddConstraint("sale", models.UniqueConstraint(fields=["shop", "code"], name="one")),
    migrations.AddIndex("sale", HashIndex(fields=["sold_at"], name="sales_hash")),
    migrations.AlterField("sale", "code", models.CharField(max_length=20, db_index=True)),
]


def test_keys_of_later_operations_stand_in_create_table(server, golden, parse) -> None:
    migrate(server, *AS_MAKEMIGRATIONS_WRITES_IT)
    golden("migration_in_one_statement", server.changes)
    assert len(server.changes) == 1
    parse(server.changes[0])


def test_written_without_a_server_it_is_the_same(server, connection) -> None:
    migrate(server, *AS_MAKEMIGRATIONS_WRITES_IT)
    migration = type("Migration", (migrations.Migration,), {})
    migration.operations = AS_MAKEMIGRATIONS_WRITES_IT
    with connection.schema_editor(collect_sql=True) as editor:
        migration("0001", "shop").apply(ProjectState(), editor, collect_sql=True)
    written = [text for text in editor.collected_sql if not text.startswith("--")]
    assert [text.rstrip(";") for text in written] == server.changes


def test_a_data_migration_finds_the_table(server) -> None:
    seen: list[bool] = []

    def look(apps, editor) -> None:
        with editor.connection.cursor() as cursor:
            cursor.execute("SELECT MAX(`id`) FROM `sales` LIMIT 1")
        seen.append("sales" in server.tables)

    server.tables.clear()
    migrate(server, create_sale(), migrations.RunPython(look, atomic=False))
    assert seen == [True]


def test_a_table_that_breaks_a_rule_is_not_sent(server) -> None:
    code = migrations.AddField("sale", "code", models.CharField(max_length=9, unique=True))
    shard = migrations.AddConstraint("sale", ShardKey("shop", name="shard"))
    with pytest.raises(RulesBroken, match="E001"):
        migrate(server, create_sale(), code, shard)
    assert server.changes == []


STANDING = {
    "add_field": migrations.AddField("sale", "code", models.CharField(max_length=9, default="-")),
    "add_text": migrations.AddField("sale", "note", models.TextField(default="none")),
    "add_indexed": migrations.AddField("sale", "day", models.BigIntegerField(db_index=True)),
    "add_index": migrations.AddIndex("sale", models.Index(fields=["shop"], name="sales_shop")),
    "add_unique": migrations.AddConstraint(
        "sale", models.UniqueConstraint(fields=["id", "sold_at"], name="once")
    ),
    "remove_field": migrations.RemoveField("sale", "sold_at"),
    "rename_field": migrations.RenameField("sale", "sold_at", "bought_at"),
    "rename_table": migrations.AlterModelTable("sale", "purchases"),
    "delete": migrations.DeleteModel("Sale"),
}


@pytest.mark.parametrize("change", STANDING)
def test_a_standing_columnstore_is_changed_in_its_own_words(change, server, golden, parse) -> None:
    shard = ShardKey("id", name="shard")
    state = migrate(server, create_sale(constraints=[shard]))
    server.statements.clear()
    migrate(server, STANDING[change], after=state)
    golden(f"standing_{change}", server.changes)
    for statement in server.changes:
        parse(statement)


def test_a_type_in_a_reference_table_is_modified(server, parse) -> None:
    state = migrate(server, create_sale())
    server.statements.clear()
    wider = migrations.AlterField("sale", "shop", models.CharField(max_length=9, null=True))
    migrate(server, wider, after=state)
    assert server.changes == ["ALTER TABLE `sales` MODIFY COLUMN `shop` varchar(9) NULL"]
    parse(server.changes[0])


REFUSED = {
    "E009": migrations.AlterField("sale", "sold_at", models.CharField(max_length=40)),
    "E015": migrations.AddConstraint("sale", SortKey("sold_at", name="sort")),
    "E015 ": migrations.RemoveConstraint("sale", "shard"),
    "E001": migrations.AddConstraint(
        "sale", models.UniqueConstraint(fields=["shop"], name="unique_shop")
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_a_standing_columnstore_cannot_is_refused_with_the_way_out(case, server) -> None:
    state = migrate(server, create_sale(constraints=[ShardKey("id", name="shard")]))
    server.statements.clear()
    with pytest.raises(RulesBroken, match=case.strip()):
        migrate(server, REFUSED[case], after=state)
    assert server.changes == []


ORIGINS = {"E009": True, "E015": True, "E015 ": True, "E001": False}


@pytest.mark.parametrize("case", ORIGINS)
def test_a_system_check_finds_it_in_the_migration_file(case) -> None:
    """What only a look at old and new together finds; a unique key is seen in the model itself."""
    state = ProjectState()
    create_sale(constraints=[ShardKey("id", name="shard")]).state_forwards("shop", state)
    migration = type("Migration", (migrations.Migration,), {"operations": [REFUSED[case]]})
    found = list(migration_checks.violations_of(migration("0002", "shop"), state))
    assert [each.id for each in found] == [case.strip()] * ORIGINS[case]


def test_a_system_check_lets_a_table_be_made_in_pieces() -> None:
    migration = type("Migration", (migrations.Migration,), {})
    migration.operations = AS_MAKEMIGRATIONS_WRITES_IT
    assert list(migration_checks.violations_of(migration("0001", "shop"), ProjectState())) == []


def test_our_own_migrations_ask_for_nothing_that_is_refused() -> None:
    assert migration_checks.check_migrations() == []


def test_aware_datetimes_go_in_as_utc_and_come_out_aware(connection, settings) -> None:
    settings.USE_TZ = True
    zagreb = WHEN.astimezone(ZoneInfo("Europe/Zagreb"))
    assert connection.ops.adapt_datetimefield_value(zagreb) == "2026-03-04 05:06:07.890123"
    back = connection.ops.convert_datetimefield_value(WHEN.replace(tzinfo=None), None, connection)
    assert back == WHEN
    assert back.tzinfo is not None
    assert connection.features.supports_timezones


def sql_of(connection, queryset) -> tuple[str, tuple]:
    return queryset.query.get_compiler(connection=connection).as_sql()


@pytest.fixture
def sale(make_model) -> type[models.Model]:
    fields = {
        "shop": models.BigIntegerField(),
        "sold_at": models.DateTimeField(),
        "code": models.CharField(max_length=9),
    }
    return make_model("Sale", fields, constraints=[ShardKey("shop")])


def test_a_day_begins_where_the_reader_is(connection, sale) -> None:
    utc = sale._base_manager.annotate(day=TruncDay("sold_at", tzinfo=UTC)).values("day")
    sql, params = sql_of(connection, utc)
    assert "DATE_TRUNC(%s, `sales`.`sold_at`)" in sql
    assert params == ("day",)
    zone = ZoneInfo("Europe/Zagreb")
    sql, params = sql_of(
        connection,
        sale._base_manager.annotate(hour=TruncHour("sold_at", tzinfo=zone)).values("hour"),
    )
    assert "DATE_TRUNC(%s, CONVERT_TZ(`sales`.`sold_at`, %s, %s))" in sql
    assert params == ("hour", "UTC", "Europe/Zagreb")


def test_saving_a_row_leaves_its_shard_key_alone(server, sale) -> None:
    run_update(server, sale, {"shop": 7, "code": "a"}, id=1)
    (statement,) = server.changes
    assert statement == (
        "UPDATE `sales` SET `code` = 'a' WHERE (`sales`.`id` = 1 AND `sales`.`shop` = 7)"
    )


def test_an_update_of_a_shard_key_is_refused(server, sale) -> None:
    with pytest.raises(RulesBroken, match="E008"):
        run_update(server, sale, {"shop": 7}, code="a")
    assert server.changes == []


def run_update(server: ServerDouble, model, values, **where) -> int:
    """As QuerySet.update, on the double."""
    from django.db.models.sql import UpdateQuery

    query = model._base_manager.filter(**where).query.chain(UpdateQuery)
    query.add_update_values(values)
    return query.get_compiler(connection=connect(server)).execute_sql("row count")


def test_a_connection_without_a_server_says_so(connection) -> None:
    with pytest.raises(NoServer), connection.cursor():
        pass


class OldMySql:
    """What Django's MySQL backend meets at a SingleStore server."""

    vendor = "mysql"

    class Database:
        Error = RuntimeError

        @staticmethod
        def connect(**options):
            return connect(ServerDouble())

    def ensure_connection(self) -> None:
        raise NotSupportedError("MySQL 8.0.11 or later is required (found 5.7.32).")

    def get_connection_params(self) -> dict[str, str]:
        return {}


def test_the_stock_mysql_backend_is_told_which_one_to_take(monkeypatch) -> None:
    class Server(ServerDouble):
        def answer(self, text, values):
            return [("9.0.1",)] if text == "SELECT @@memsql_version" else []

    monkeypatch.setattr(OldMySql.Database, "connect", lambda **options: connect(Server()))
    monkeypatch.setattr(checks, "connections", {"default": OldMySql()})
    (message,) = checks.check_backends(databases=["default"])
    assert message.id == "treblle.E017"
    assert 'ENGINE = "treblle_models.singlestore.backend"' in message.hint


def test_an_old_mysql_is_left_to_django(monkeypatch) -> None:
    class Server(ServerDouble):
        def answer(self, text, values):
            raise RuntimeError("Unknown system variable 'memsql_version'")

    monkeypatch.setattr(OldMySql.Database, "connect", lambda **options: connect(Server()))
    monkeypatch.setattr(checks, "connections", {"default": OldMySql()})
    assert checks.check_backends(databases=["default"]) == []


def test_without_the_extra_the_message_says_what_to_install(monkeypatch) -> None:
    import importlib
    import sys

    monkeypatch.setitem(sys.modules, "django_singlestore", None)
    monkeypatch.delitem(sys.modules, "treblle_models.singlestore.backend")
    with pytest.raises(ImproperlyConfigured, match=r"pip install 'treblle-models\[singlestore\]'"):
        importlib.import_module("treblle_models.singlestore.backend")
