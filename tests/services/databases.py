"""The suite of the data layer on SQLite and on MariaDB, in one run.

Every test in the folders and files of `DATA_LAYER` that uses the database runs twice, `[sqlite]` and
`[mariadb]`, and once more as `[singlestore]` where `SINGLESTORE_URL` names a server. For the second, Django's `default` database *is* MariaDB while the test's module
runs: its settings are exchanged and this thread's connection with them, so models, transactions,
rollback, `on_commit`, and connections of threads a test starts all are on MariaDB without a
word in the test. MariaDB starts only where such a test is about to run.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from pytest_django import DjangoDbBlocker

from tests.services import singlestore
from tests.services.mariadb import new_database

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

ENGINES = ("sqlite", "mariadb", *singlestore.ENGINES)
DATA_LAYER = (
    "packages/treblle-models/tests",
    "projects/etl_worker/tests",
    *("projects/api/tests/test_queries.py", "projects/api/tests/test_pages.py"),
    *("projects/api/tests/test_alert_channels.py", "projects/api/tests/test_uploads.py"),
)
COMMITS = frozenset({"transactional_db", "django_db_reset_sequences", "live_server"})
USES_DATABASE = COMMITS | {"db"}


@dataclass(frozen=True)
class TestDatabase:
    """A migrated database: what `connections.settings` holds for it, and one connection."""

    __test__ = False

    settings: dict[str, Any]
    connection: "BaseDatabaseWrapper"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    place = metafunc.definition.path.relative_to(metafunc.config.rootpath).as_posix()
    if place.startswith(DATA_LAYER) and uses_database(metafunc):
        metafunc.parametrize("database_engine", ENGINES, indirect=True)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that commit come last: the flush after them takes what data migrations put there.

    pytest-django orders them so, and pytest's grouping by parameter undoes it.
    """
    items.sort(key=commits)


def commits(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("django_db")
    marked = marker is not None and bool(marker.kwargs.get("transaction"))
    return marked or not COMMITS.isdisjoint(getattr(item, "fixturenames", ()))


def uses_database(metafunc: pytest.Metafunc) -> bool:
    marked = metafunc.definition.get_closest_marker("django_db") is not None
    return marked or not USES_DATABASE.isdisjoint(metafunc.fixturenames)


# Of the module, not of the function: so it is in place before pytest-django opens transactions.
@pytest.fixture(scope="module", autouse=True)
def database_engine(request: pytest.FixtureRequest) -> Iterator[str]:
    """One of ENGINES: what Django's `default` database is for this test."""
    engine: str = getattr(request, "param", "sqlite")
    if engine == "sqlite":
        yield engine
        return
    request.getfixturevalue("django_db_setup")
    with as_default(request.getfixturevalue(f"{engine}_test_database")):
        yield engine


@pytest.fixture(scope="session")
def mariadb_test_database(
    mariadb_url: str, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[TestDatabase]:
    with new_database(mariadb_url) as url, django_db_blocker.unblock():
        database = connect(url)
        with as_default(database):
            migrate(database.connection)
            make_other_tables(database.connection)
        yield database
        database.connection.close()


@pytest.fixture(scope="session")
def singlestore_test_database(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[TestDatabase]:
    with singlestore.new_database() as url, django_db_blocker.unblock():
        database = connect(url)
        with as_default(database):
            migrate(database.connection)
            make_other_tables(database.connection)
        yield database
        database.connection.close()


def migrate(connection: "BaseDatabaseWrapper") -> None:
    """Make the tables of the data layer, by their migrations."""
    from django.apps import apps
    from django.db.migrations.executor import MigrationExecutor

    labels = {app.label for app in apps.get_app_configs() if app.name in data_layer_apps()}
    executor = MigrationExecutor(connection)
    executor.migrate([leaf for leaf in executor.loader.graph.leaf_nodes() if leaf[0] in labels])


def make_other_tables(connection: "BaseDatabaseWrapper") -> None:
    """Make the tables of the other apps from their models as they are now.

    No test of the data layer looks into them; but deleting a user asks all that point at users,
    and a flush empties all. The website's own migrations are not for MariaDB where the models
    were loaded for SQLite.
    """
    from django.apps import apps

    others = [app for app in apps.get_app_configs() if app.name not in data_layer_apps()]
    with connection.schema_editor() as editor:
        for model in (model for app in others for model in app.get_models()):
            if model._meta.can_migrate(connection):
                editor.create_model(model)


def data_layer_apps() -> list[str]:
    from treblle_etl.settings import INSTALLED_APPS

    return INSTALLED_APPS


def connect(url: str) -> TestDatabase:
    from django.db import DEFAULT_DB_ALIAS, connections
    from django.db.utils import load_backend
    from treblle_service.django.settings import database_from_url

    settings = connections.configure_settings({DEFAULT_DB_ALIAS: database_from_url(url)})
    own: dict[str, Any] = settings[DEFAULT_DB_ALIAS]
    return TestDatabase(own, load_backend(own["ENGINE"]).DatabaseWrapper(own, DEFAULT_DB_ALIAS))


@contextmanager
def as_default(database: TestDatabase) -> Iterator[None]:
    """Make it Django's `default` database, for this thread and for those that start meanwhile."""
    from django.contrib.contenttypes.models import ContentType
    from django.db import DEFAULT_DB_ALIAS, connections

    settings, connection = connections.settings, connections[DEFAULT_DB_ALIAS]
    usual = settings[DEFAULT_DB_ALIAS]
    try:
        settings[DEFAULT_DB_ALIAS] = database.settings
        connections[DEFAULT_DB_ALIAS] = database.connection
        ContentType.objects.clear_cache()  # ids differ from one database to the other
        yield
    finally:
        settings[DEFAULT_DB_ALIAS] = usual
        connections[DEFAULT_DB_ALIAS] = connection
        ContentType.objects.clear_cache()
