"""The schema is made by migrations, forward and back, on both engines."""

from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db.migrations.executor import MigrationExecutor
from pytest_django import DjangoDbBlocker

from tests.services.databases import ENGINES, as_default, connect

LABEL = "treblle_models"
OWN_TABLES = {model._meta.db_table for model in apps.get_app_config(LABEL).get_models()}


@pytest.fixture(params=ENGINES)
def empty_database(
    request: pytest.FixtureRequest, tmp_path: Path, django_db_blocker: DjangoDbBlocker
) -> Any:
    """A connection to a database without tables, for the time of the test Django's default."""
    if request.param == "sqlite":
        database = connect(f"sqlite:///{tmp_path}/empty.db")
    else:
        database = connect(request.getfixturevalue("empty_mariadb_url"))
    with django_db_blocker.unblock(), as_default(database):
        yield database.connection
        database.connection.close()


def migrate(connection: Any, target: str | None) -> set[str]:
    """Migrate our app there (None: to before its first migration); which of our tables exist."""
    executor = MigrationExecutor(connection)
    leaves = [leaf for leaf in executor.loader.graph.leaf_nodes() if leaf[0] == LABEL]
    executor.migrate(leaves if target == "latest" else [(LABEL, target)])
    return OWN_TABLES & set(connection.introspection.table_names())


def test_migrations_go_forward_back_to_nothing_and_forward_again(empty_database: Any) -> None:
    assert migrate(empty_database, "latest") == OWN_TABLES
    assert migrate(empty_database, None) == set()
    assert migrate(empty_database, "latest") == OWN_TABLES
