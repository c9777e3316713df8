"""The rules as Django system checks, and a word to who uses the wrong backend."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.apps import AppConfig, apps
from django.core import checks
from django.core.exceptions import FieldDoesNotExist
from django.db import DatabaseError, connections
from django.db.utils import NotSupportedError

from treblle_models.singlestore.description import Model, describe, speaks_of_singlestore
from treblle_models.singlestore.migration_checks import check_migrations
from treblle_models.singlestore.rules import DOCUMENT, Violation, violations
from treblle_models.singlestore.table_constraint import VENDOR

ENGINE = "treblle_models.singlestore.backend"


def register() -> None:
    """Called once by an app's `ready()`."""
    checks.register(check_tables, checks.Tags.models)
    checks.register(check_migrations, checks.Tags.models)
    checks.register(check_backends, checks.Tags.database)


def check_tables(
    app_configs: Sequence[AppConfig] | None = None, **options: Any
) -> list[checks.CheckMessage]:
    """Every table that declares how it lies in SingleStore; all tables where one is in use."""
    configs = app_configs if app_configs is not None else apps.get_app_configs()
    used = any(connections[alias].vendor == VENDOR for alias in connections)
    return [
        message_of(violation, model)
        for config in configs
        for model in config.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy and not model._meta.swapped
        if used or speaks_of_singlestore(model)
        for violation in violations_of(model)
    ]


def violations_of(model: Model) -> list[Violation]:
    try:
        return violations(describe(model))
    except FieldDoesNotExist as error:
        return [
            Violation(
                "E016", f"A key of {model._meta.label}: {error}.", "Name fields of the model."
            )
        ]


def message_of(violation: Violation, model: Model) -> checks.CheckMessage:
    kind = checks.Warning if violation.warning else checks.Error
    return kind(violation.message, hint=violation.full_hint, obj=model, id=violation.check_id)


def check_backends(
    databases: Iterable[str] | None = None, **options: Any
) -> list[checks.CheckMessage]:
    """`migrate` asks this first: the stock MySQL backend only says that the version is too old."""
    return [
        checks.Error(
            f"The database {alias!r} is SingleStore, and its ENGINE is"
            " django.db.backends.mysql, which refuses it by its version.",
            hint=f"Say ENGINE = \"{ENGINE}\" after pip install 'treblle-models[singlestore]'."
            f" See {DOCUMENT}#e017.",
            id="treblle.E017",
        )
        for alias in databases or ()
        if connections[alias].vendor == "mysql" and is_singlestore(connections[alias])
    ]


def is_singlestore(connection: Any) -> bool:
    """Asked only of a server whose version Django refuses."""
    try:
        connection.ensure_connection()
    except NotSupportedError:
        return knows_memsql(connection)
    except DatabaseError:
        # Not there, or not for us: Django says so in its own words.
        return False
    return False


def knows_memsql(connection: Any) -> bool:
    server = connection.Database.connect(**connection.get_connection_params())
    try:
        cursor = server.cursor()
        cursor.execute("SELECT @@memsql_version")
        return bool(cursor.fetchone())
    except connection.Database.Error:
        return False
    finally:
        server.close()
