"""What came while the export ran is at the target in the end."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.management import CommandError
from django.db import connection
from treblle_models.move.catching_up import hours_since_snapshot
from treblle_models.move.state import StateFile

from tests.doubles.singlestore.server import SingleStore


@pytest.fixture
def tables() -> tuple[str, ...]:
    return ("projects", "users")


@pytest.fixture
def renamed(at_source: Callable[..., Any]) -> Iterator[str]:
    """Somebody changed an account after it was copied."""
    before = at_source("SELECT name FROM users WHERE email = 'person3@example.com'")
    at_source("UPDATE users SET name = 'Late Change' WHERE email = 'person3@example.com'")
    yield "Late Change"
    at_source(f"UPDATE users SET name = '{before}' WHERE email = 'person3@example.com'")


def test_copied_tables_are_copied_again_where_they_differ(
    loaded: Callable[..., str], renamed: str, ask: Callable[..., Any]
) -> None:
    with pytest.raises(CommandError, match="not the same: users"):
        loaded("verify")
    assert "users: id 1–30 copied again, 30 rows" in loaded("catch-up")
    assert ask("SELECT name FROM users WHERE email = 'person3@example.com'") == renamed
    loaded("verify")


def test_what_was_proved_before_must_be_proved_again(
    loaded: Callable[..., str], renamed: str
) -> None:
    loaded("sync")
    loaded("catch-up")
    with pytest.raises(CommandError, match="`sync` has not passed"):
        loaded("switch")


def test_after_the_switch_copied_tables_are_left_alone(
    loaded: Callable[..., str], ask: Callable[..., Any], at_source: Callable[..., Any]
) -> None:
    loaded("sync")
    loaded("verify")
    loaded("switch")
    ask("UPDATE users SET name = 'New Life' WHERE email = 'person3@example.com'")
    loaded("catch-up")
    assert ask("SELECT name FROM users WHERE email = 'person3@example.com'") == "New Life"
    with pytest.raises(CommandError, match="the target is in use"):
        loaded("start")


def test_it_says_which_sweep_to_run(loaded: Callable[..., str]) -> None:
    assert "treblle_etl sweep --hours" in loaded("catch-up")


def test_it_sweeps_where_the_etl_is_installed_and_on_the_new_database(
    loaded: Callable[..., str],
    singlestore: SingleStore,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    parts = urlsplit(singlestore.url)
    own = {"HOST": parts.hostname, "PORT": parts.port, "NAME": singlestore.database}
    for name, value in own.items():
        monkeypatch.setitem(connection.settings_dict, name, value)
    settings.RAW_STORE_URL = f"file://{tmp_path}/raw"
    printed = loaded("catch-up")
    assert "swept into" in printed
    assert "sweep --hours" not in printed


def test_the_sweep_looks_back_beyond_the_snapshot(
    planned: Callable[..., str], tmp_path: Path
) -> None:
    move = StateFile(tmp_path / "move").read()
    assert hours_since_snapshot(move, move.snapshot_at + timedelta(hours=5, minutes=1)) == 7
    assert move.snapshot_at == datetime(2026, 3, 1, 2, tzinfo=UTC)
