"""A release's schema must work with the code of the release before it."""

from typing import Any

import pytest
from django.db import connection, migrations, models
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import ModelState, ProjectState
from django.utils import timezone
from treblle_models.identity import uuid7
from treblle_models.models import Request

from tools.check_migrations import breaking

CODE = models.CharField(max_length=9)
BEFORE = {
    "id": models.BigAutoField(primary_key=True),
    "code": CODE,
    "note": models.CharField(max_length=9, null=True),
    "pages": models.IntegerField(db_default=0),
}


def refused(*operations: Any, **words: str) -> list[str]:
    """Lines of a migration that comes after one that made `book` with the fields BEFORE."""
    migration = type(
        "Migration", (migrations.Migration,), {"operations": list(operations), **words}
    )
    state = ProjectState()
    state.add_model(ModelState("shop", "Book", [(name, it.clone()) for name, it in BEFORE.items()]))
    return list(breaking({("shop", "0002_it"): migration("0002_it", "shop")}, lambda key: state))


def nothing(apps: Any, schema_editor: Any) -> None:
    """A change of rows."""


TIGHT = models.CharField(max_length=9)
LOOSE = models.CharField(max_length=9, null=True)
UNIQUE = models.UniqueConstraint(fields=["code"], name="books_code")
SHELF = migrations.CreateModel("Shelf", [("id", models.BigAutoField(primary_key=True))])


@pytest.mark.parametrize(
    "operation",
    [
        migrations.RemoveField("book", "code"),
        migrations.RenameField("book", "code", "isbn"),
        migrations.RenameModel("Book", "Volume"),
        migrations.DeleteModel("Book"),
        migrations.AlterModelTable("book", "volumes"),
        migrations.AddField("book", "isbn", TIGHT),
        migrations.AddField("book", "isbn", models.CharField(default="Django's", max_length=9)),
        migrations.AddField("book", "isbn", models.CharField(max_length=9, null=True, unique=True)),
        migrations.AlterField("book", "note", TIGHT),
        migrations.AlterField("book", "pages", models.IntegerField()),
        migrations.AlterField("book", "code", models.CharField(max_length=8)),
        migrations.AlterField("book", "code", models.CharField(max_length=9, unique=True)),
        migrations.AddConstraint("book", UNIQUE),
        migrations.RemoveConstraint("book", "books_code"),
        migrations.RunPython(nothing, nothing),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.AddField("book", "isbn", TIGHT)]
        ),
    ],
    ids=lambda it: type(it).__name__,
)
def test_what_old_code_could_not_live_with_wants_a_reason(operation: Any) -> None:
    (line,) = refused(operation)
    assert "shop.0002_it" in line
    assert refused(operation, breaking="nothing has used it since 0.3") == []


@pytest.mark.parametrize(
    "operations",
    [
        [migrations.AddField("book", "isbn", LOOSE)],
        [migrations.AddField("book", "year", models.IntegerField(db_default=0))],
        [migrations.AlterField("book", "code", LOOSE)],
        [migrations.AlterField("book", "code", models.CharField(max_length=20))],
        [migrations.AddField("book", "tags", models.ManyToManyField("shop.Tag"))],
        [SHELF, migrations.AddConstraint("shelf", UNIQUE)],
        [SHELF, migrations.AddField("shelf", "isbn", TIGHT)],
        [migrations.AddIndex("book", models.Index(fields=["code"], name="books_code"))],
        [migrations.RunPython(nothing, nothing, atomic=False)],
    ],
    ids=lambda them: type(them[-1]).__name__,
)
def test_what_only_adds_is_taken(operations: list[Any]) -> None:
    assert refused(*operations) == []


@pytest.mark.django_db
def test_workers_of_the_first_release_insert_into_the_newest_schema() -> None:
    """Rows with the columns 0001 knew, as a worker that was not yet restarted writes them."""
    loader = MigrationExecutor(connection).loader
    old = loader.project_state(("treblle_models", "0001_schema")).apps
    user = old.get_model("treblle_models", "User").objects.create(
        email="old@shop.example", uuid=uuid7(), api_key="o" * 32
    )
    project = old.get_model("treblle_models", "Project").objects.create(
        user=user, name="Shop", custom_id="o" * 16, uuid=uuid7()
    )
    entry = old.get_model("treblle_models", "LedgerEntry")
    entry.objects.create(object_key="raw/v1/old", processed_at=timezone.now())
    problem = old.get_model("treblle_models", "DeadLetter")
    problem.objects.create(project=project, object_key="raw/v1/old", reason="refused", message="")
    assert entry.objects.filter(object_key="raw/v1/old").exists()
    request, moment = old.get_model("treblle_models", "Request"), timezone.now()
    request.objects.create(
        project=project,
        uuid=uuid7(),
        received_at=moment,
        requested_at=moment,
        loaded_at=moment,
        method="GET",
        host="shop.example",
        path="/books/7",
        status=200,
        load_time_ms=12.5,
    )
    # Code of today reads what it wrote.
    assert [(it.path, it.status) for it in Request.objects.all()] == [("/books/7", 200)]
