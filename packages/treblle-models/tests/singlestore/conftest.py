"""Models of a shop, made anew by each test, and what judges the statements written for them."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.apps.registry import Apps
from django.db import models
from lark import Lark, Tree
from treblle_models.singlestore.backend.offline import OfflineDatabaseWrapper, offline_connection

from tests.services import singlestore

# Asks for a real server, which there is only where one is named.
collect_ignore = [] if singlestore.URL else ["test_server.py"]
FOLDER = Path(__file__).parent
Model = type[models.Model]


@pytest.fixture
def make_model() -> Callable[..., Model]:
    """`make_model("Sale", {"shop": models.IntegerField()}, constraints=[…])`, table `sales`."""

    def make(name: str, fields: dict[str, Any] | None = None, **options: Any) -> Model:
        options = {"app_label": "shop", "apps": Apps(), "db_table": f"{name.lower()}s", **options}
        contents = dict(fields or {})
        if not any(getattr(field, "primary_key", False) for field in contents.values()):
            contents = {"id": models.BigAutoField(primary_key=True), **contents}
        meta = type("Meta", (), options)
        return type(name, (models.Model,), {**contents, "__module__": "shop", "Meta": meta})

    return make


@pytest.fixture
def connection() -> OfflineDatabaseWrapper:
    return offline_connection("shop")


@pytest.fixture
def create(connection: OfflineDatabaseWrapper) -> Callable[[Model], list[str]]:
    """The statements that make the model's tables."""

    def statements(model: Model) -> list[str]:
        with connection.schema_editor(collect_sql=True) as editor:
            editor.create_model(model)
        return list(editor.collected_sql)

    return statements


@pytest.fixture(scope="session")
def parse() -> Callable[[str], Tree]:
    """By the grammar; raises lark.UnexpectedInput at what is not in it."""
    return Lark((FOLDER / "grammar.lark").read_text(), parser="lalr").parse


@pytest.fixture
def golden() -> Callable[[str, list[str]], None]:
    """Compare with `golden/<case>.sql`; `UPDATE_GOLDEN=1` writes it instead."""

    def compare(case: str, statements: list[str]) -> None:
        file = FOLDER / "golden" / f"{case}.sql"
        text = "\n".join(statements) + "\n"
        if os.environ.get("UPDATE_GOLDEN") == "1":
            file.write_text(text)
        assert file.exists(), f"{file.name} is missing: UPDATE_GOLDEN=1 writes it"
        assert text == file.read_text()

    return compare
