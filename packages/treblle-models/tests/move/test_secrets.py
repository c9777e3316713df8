"""Keys stay out of statements that last, of screens, logs, files and process lists."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError

from tests.doubles.singlestore.server import SingleStore

SECRET = "Zk9-secret-of-the-bucket"
PASSWORD = "Pw7-of-the-database"


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)


@pytest.fixture
def with_keys(bucket: Any) -> list[str]:
    return ["--keys-from-environment", "--endpoint-url", bucket.endpoint_url]


def test_keys_are_not_sent_to_a_server_that_would_list_them(
    planned: Callable[..., str], keys: None, with_keys: list[str], singlestore: SingleStore
) -> None:
    with pytest.raises(CommandError, match="process list"):
        planned("create", *with_keys)
    assert not [sql for sql in singlestore.statements if SECRET in sql]


def test_keys_go_into_the_link_and_nowhere_else(
    planned: Callable[..., str],
    keys: None,
    with_keys: list[str],
    singlestore: SingleStore,
    tmp_path: Path,
) -> None:
    singlestore.show_query_parameters = False
    planned("create", "--dry-run", *with_keys)
    planned("create", *with_keys)
    planned("start")
    singlestore.wait_until_loaded()
    planned("status")
    holding = [sql for sql in singlestore.statements if SECRET in sql]
    assert len(holding) == 1
    assert holding[0].startswith("CREATE LINK")
    assert SECRET not in planned.printed  # type: ignore[attr-defined]
    assert "(hidden)" in planned.printed  # type: ignore[attr-defined]
    assert SECRET not in (tmp_path / "move").read_text()


def test_a_refused_link_does_not_tell_its_keys(
    planned: Callable[..., str], keys: None, with_keys: list[str], singlestore: SingleStore
) -> None:
    singlestore.show_query_parameters = False
    # The link is made behind the command's back, and the view does not show it yet.
    singlestore.run(f'CREATE LINK treblle_move AS S3 CREDENTIALS \'{{"k": "{SECRET}"}}\'')
    singlestore.catalogue.drop_link("treblle_move")
    with pytest.raises(CommandError) as refused:
        planned("create", *with_keys)
    assert "CREATE LINK" in str(refused.value)
    assert SECRET not in str(refused.value)


def test_without_credentials_it_says_how_to_make_the_link(planned: Callable[..., str]) -> None:
    with pytest.raises(CommandError, match="--role-arn ARN") as refused:
        planned("create")
    assert "CREATE LINK `treblle_move` AS S3" in str(refused.value)


def test_a_link_that_is_there_is_taken_and_never_dropped(
    planned: Callable[..., str], singlestore: SingleStore, bucket: Any
) -> None:
    config = f'{{"endpoint_url": "{bucket.endpoint_url}"}}'
    singlestore.run(
        f"CREATE LINK treblle_move AS S3 CREDENTIALS '{{\"role_arn\": \"a\"}}' CONFIG '{config}'"
    )
    assert "1 pipeline made" in planned("create")
    planned("rollback")
    assert not [sql for sql in singlestore.statements if sql.startswith("DROP LINK")]


def test_a_wrong_url_or_server_does_not_tell_the_password(
    planned: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for url in (f"mysql://root:{PASSWORD}@127.0.0.1:1/x", f"http://root:{PASSWORD}@there/x"):
        monkeypatch.setenv("SINGLESTORE_URL", url)
        with pytest.raises(CommandError) as refused:
            planned("status")
        assert PASSWORD not in str(refused.value)
