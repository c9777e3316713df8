"""`manage.py singlestore_schema`, as it is typed."""

import re
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db.migrations.loader import MigrationLoader


def schema(*arguments: str) -> str:
    out = StringIO()
    call_command("singlestore_schema", *arguments, stdout=out)
    return out.getvalue()


def table(text: str, name: str) -> str:
    found = re.search(rf"^CREATE [A-Z ]*TABLE `{name}` \(.*?^\);", text, re.MULTILINE | re.DOTALL)
    assert found, name
    return found[0]


def test_collections_have_the_keys_of_the_design() -> None:
    lines = table(schema("--app", "treblle_models"), "collections").splitlines()
    keys = [line.strip(" ,") for line in lines if "KEY" in line]
    assert lines[0] == "CREATE TABLE `collections` ("
    assert keys == [
        "PRIMARY KEY (`id`)",
        "SHARD KEY (`id`)",
        "KEY (`user_id`) USING HASH",
        "KEY (`uuid`) USING HASH",
    ]


@pytest.mark.parametrize("name", ["requests", "project_minutes", "endpoint_hours"])
def test_traffic_is_sharded_and_led_by_its_project(name) -> None:
    text = table(schema("--app", "treblle_models"), name)
    assert "SHARD KEY (`project_id`)" in text
    assert "SORT KEY (`project_id`, " in text


@pytest.mark.parametrize(
    "name",
    ["users", "auth_group", "django_content_type", "django_session", "account_emailaddress"],
)
def test_accounts_and_tables_of_others_are_reference_tables(name) -> None:
    assert table(schema(), name).startswith("CREATE ROWSTORE REFERENCE TABLE")


def test_what_others_lose_is_named() -> None:
    assert "-- account.EmailAddress: unique_verified_email is not kept unique" in schema()


def test_the_ledger_of_migrations_is_part_of_the_whole() -> None:
    assert table(schema(), "django_migrations")
    assert "django_migrations" not in schema("--app", "auth")


def test_each_table_once() -> None:
    names = re.findall(r"^CREATE [A-Z ]*TABLE `(\w+)`", schema(), re.MULTILINE)
    assert len(names) == len(set(names))
    assert {model._meta.db_table for model in apps.get_models()} <= set(names)


def test_one_app_alone() -> None:
    names = re.findall(r"TABLE `(\w+)`", schema("--app", "sessions"))
    assert names == ["django_session"]


def test_one_migration_alone() -> None:
    assert "CREATE TABLE `requests`" in schema("--app", "treblle_models", "--migration", "0001")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--app", "nothing"], "nothing"),
        (["--migration", "0001"], "--app"),
        (["--app", "auth", "--migration", "zzz"], "zzz"),
        (["--app", "auth", "--migration", "0"], "no one migration"),
    ],
)
def test_a_wrong_argument_is_named(arguments, message) -> None:
    with pytest.raises(CommandError, match=message):
        schema(*arguments)


PARTS = ("treblle_models", "auth", "contenttypes", "sessions", "account")


def migrations_of(labels: tuple[str, ...]) -> list[tuple[str, str]]:
    return sorted(key for key in MigrationLoader(None).disk_migrations if key[0] in labels)


@pytest.mark.parametrize(("label", "name"), migrations_of(PARTS))
def test_every_migration_that_shares_our_database_is_in_the_grammar(label, name, parse) -> None:
    lines = schema("--app", label, "--migration", name).splitlines()
    text = "\n".join(line for line in lines if not line.startswith("--"))
    for statement in re.split(r";\n", text + "\n"):
        if statement.strip():
            parse(statement)
