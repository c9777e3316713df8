"""Whether the database has what this release works on.

A release migrates first (docs/upgrading.md). A process that starts sooner must not touch rows: it
would fail on the first column that is missing, and count that against the events it was given.
"""

import logging
import pkgutil
import time
from pathlib import Path

from django.apps import apps
from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.recorder import MigrationRecorder

logger = logging.getLogger(__name__)

OURS = "treblle_"
ASK_EVERY_S = 1.0


class SchemaBehind(DatabaseError):
    """Migrations of this release are missing in the database; the message names them."""


def missing() -> list[str]:
    """Migrations of our own apps that this release has and the database has not seen."""
    known = {
        (app.label, module.name)
        for app in apps.get_app_configs()
        if app.name.startswith(OURS)
        for module in pkgutil.iter_modules([str(Path(app.path) / "migrations")])
    }
    applied = MigrationRecorder(connection).applied_migrations()
    return sorted(f"{label}.{name}" for label, name in known - applied.keys())


def check() -> None:
    """Raise `SchemaBehind` where something is missing."""
    if names := missing():
        raise SchemaBehind(", ".join(names))


def wait() -> None:
    """Return once nothing is missing. Says what it waits for, once for each reason."""
    told = ""
    while problem := _problem():
        if problem != told:
            logger.warning("waiting, nothing is taken until then: %s", problem)
            told = problem
        time.sleep(ASK_EVERY_S)
    if told:
        logger.warning("the database has what this release needs, going on")


def _problem() -> str:
    try:
        check()
    except SchemaBehind as behind:
        return f"migrations are missing ({behind}), run `migrate` of this release"
    except (DatabaseError, InterfaceError) as error:
        # Without the server's words, which may hold more than a log should.
        return f"the database does not answer ({type(error).__name__})"
    finally:
        connection.close()
    return ""
