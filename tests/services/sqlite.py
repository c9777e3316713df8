"""SQLite for tests: in a file, as in the embedded mode, and migrated once for many runs.

In memory, threads would not wait for a lock as they do in life. The migrated file is kept in
pytest's cache under a fingerprint of all migrations and copied for each run, which then only
applies what is missing: nothing, as a rule. `pytest --cache-clear` forgets it.
"""

import hashlib
import os
import shutil
import sys
from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker


@pytest.fixture(scope="session")
def migrated_file(pytestconfig: pytest.Config) -> Path:
    """Where the migrated database is kept; it need not be there yet."""
    from django.db.migrations.loader import MigrationLoader

    digest = hashlib.sha256(sys.version.encode())
    for (label, name), migration in sorted((MigrationLoader(None).disk_migrations or {}).items()):
        source = sys.modules[type(migration).__module__].__file__ or ""
        digest.update(f"{label}.{name}".encode() + Path(source).read_bytes())
    folder: Path = pytestconfig.cache.mkdir("treblle-sqlite")
    return folder / f"{digest.hexdigest()[:16]}.db"


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """Take the copy as it is; it lies in a folder that pytest tidies up."""
    return True


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings: None,
    migrated_file: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    from django.db import DEFAULT_DB_ALIAS, connections

    file = tmp_path_factory.mktemp("sqlite") / "test.db"
    if migrated_file.exists():
        shutil.copy(migrated_file, file)
    connections.settings[DEFAULT_DB_ALIAS]["TEST"]["NAME"] = str(file)


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, migrated_file: Path
) -> None:
    """The test database, kept for the runs to come where it was not."""
    from django.db import connection

    if migrated_file.exists():
        return
    partial = migrated_file.with_suffix(f".{os.getpid()}")
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(partial)])
    partial.replace(migrated_file)
