"""The whole schema as statements, without a server."""

from collections.abc import Iterable, Iterator

from django.apps import AppConfig
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from treblle_models.singlestore.description import Model, describe

# What USE names where the settings name no database.
DATABASE = "treblle"


def tables(configs: Iterable[AppConfig]) -> Iterator[Model]:
    """Every model with a table of its own, each table once."""
    seen = set()
    for config in configs:
        for model in config.get_models(include_auto_created=True):
            meta = model._meta
            if meta.managed and not meta.proxy and not meta.swapped and meta.db_table not in seen:
                seen.add(meta.db_table)
                yield model


def schema_of(configs: Iterable[AppConfig], database: str = DATABASE) -> Iterator[str]:
    """CREATE TABLE of each table of these apps, with what it goes without as a comment before it.

    Raises RulesBroken where a server would refuse one.
    """
    from treblle_models.singlestore.backend.offline import offline_connection

    connection = offline_connection(database)
    for model in tables(configs):
        with connection.schema_editor(collect_sql=True) as editor:
            sql, _ = editor.table_sql(model)
        yield from (f"-- {model._meta.label}: {each}" for each in describe(model).exceptions)
        yield f"{sql};"


def ledger_of_migrations(database: str = DATABASE) -> str:
    """CREATE TABLE of `django_migrations`, which no app lists."""
    from treblle_models.singlestore.backend.offline import offline_connection

    with offline_connection(database).schema_editor(collect_sql=True) as editor:
        sql, _ = editor.table_sql(MigrationRecorder.Migration)
    return f"{sql};"


def migration_of(app_label: str, name: str, database: str = DATABASE) -> list[str]:
    """What one migration runs, found by the beginning of its name.

    Raises KeyError or AmbiguityError where that names none or several, RulesBroken where a server
    would refuse a statement.
    """
    from treblle_models.singlestore.backend.offline import offline_connection

    loader = MigrationLoader(None, replace_migrations=False)
    migration = loader.get_migration_by_prefix(app_label, name)
    loader.connection = offline_connection(database)
    return list(loader.collect_sql([(migration, False)]))
