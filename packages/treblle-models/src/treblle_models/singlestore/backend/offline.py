"""A connection that is never opened, to write statements without a server."""

from typing import Any

from django.db import connections
from django.db.utils import DEFAULT_DB_ALIAS

from treblle_models.singlestore.backend.base import DatabaseWrapper
from treblle_models.singlestore.backend.features import DatabaseFeatures
from treblle_models.singlestore.backend.schema import DatabaseSchemaEditor, Model
from treblle_models.singlestore.errors import NoServer

ENGINE = "treblle_models.singlestore.backend"


class OfflineFeatures(DatabaseFeatures):
    # The official backend asks the server.
    ignores_table_name_case = False


class OfflineSchemaEditor(DatabaseSchemaEditor):
    def _constraint_names(self, model: Model, columns: Any = None, **kinds: Any) -> list[str]:
        """What a server calls a key that was given no name: by its first column."""
        return [] if kinds.get("foreign_key") else [str(next(iter(columns or ["PRIMARY"])))]


class OfflineDatabaseWrapper(DatabaseWrapper):
    features_class = OfflineFeatures
    SchemaEditorClass = OfflineSchemaEditor

    def ensure_connection(self) -> None:
        raise NoServer("this connection writes statements and has no server to run them")


def offline_connection(database: str) -> OfflineDatabaseWrapper:
    """Stands in for `default`; raises NoServer where something wants to be run."""
    settings = connections.configure_settings(
        {DEFAULT_DB_ALIAS: {"ENGINE": ENGINE, "NAME": database}}
    )
    return OfflineDatabaseWrapper(settings[DEFAULT_DB_ALIAS], DEFAULT_DB_ALIAS)
