"""What goes wrong on such a Sunday is seen, named, and can be gone on from."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.management import CommandError

from tests.doubles.singlestore.server import SingleStore

REQUESTS = 20_000


def test_a_skipped_file_is_a_failure(
    created: Callable[..., str], singlestore: SingleStore, bucket: Any
) -> None:
    key = next(key for key in bucket.keys("requests") if "part-00002" in key)
    bucket.put(key, b"not a Parquet file")
    created("start")
    singlestore.wait_until_loaded()
    with pytest.raises(CommandError, match=r"failed: move_requests\. Rows are missing"):
        created("status")
    assert "1 SKIPPED" in created.printed  # type: ignore[attr-defined]
    assert key in created.printed  # type: ignore[attr-defined]
    with pytest.raises(CommandError, match="move_requests has not loaded all files"):
        created("switch")


def test_a_pipeline_that_finds_no_file_is_not_done(
    move: Callable[..., str], plan_arguments: list[str], access: list[str], singlestore: SingleStore
) -> None:
    move("plan", *plan_arguments, "--files", "nothing/*.parquet")
    move("create", *access)
    move("start")
    singlestore.wait_until_loaded()
    printed = move("status")
    assert "no file found" in printed
    assert "all loaded" not in printed


def test_verify_names_every_row_that_differs(
    loaded: Callable[..., str], ask: Callable[..., Any]
) -> None:
    later = "received_at = timestampadd(MICROSECOND, 1, received_at)"
    ask("UPDATE requests SET status = 599 WHERE path = '/4'")
    ask("UPDATE requests SET host = 'api.example.con' WHERE path = '/5'")
    ask(f"UPDATE requests SET {later} WHERE path = '/6'")
    ask("DELETE FROM requests WHERE path = '/8'")
    ask("UPDATE users SET is_active = 0 LIMIT 1")
    with pytest.raises(CommandError, match="not the same: requests, users"):
        loaded("verify")
    for said in (
        *("rows: 20000 at the source, 19999 at the target", "sum of status", "checksum"),
        *(
            "row 5, status: 204 at the source, 599 at the target",
            "row 6, host: ",
            "row 7, received_at",
        ),
        *("row 9: there at the source, none at the target", "sum of is_active"),
    ):
        assert said in loaded.printed  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("UPDATE projects SET masked_names = '[]'", ", masked_names: "),
        ("UPDATE project_hours SET load_time_sum_ms = 1e-7", ", load_time_sum_ms: 0.0"),
        ("UPDATE project_hours SET load_times = 'x'", ", load_times: b'\\x01'"),
    ],
)
def test_verify_compares_json_floats_and_bytes(
    move: Callable[..., str],
    plan_arguments: list[str],
    ask: Callable[..., Any],
    change: str,
    said: str,
) -> None:
    move("plan", *plan_arguments, "--only", "projects", "project_hours")
    move("create")
    move("start")
    ask(change)
    with pytest.raises(CommandError, match="not the same: project"):
        move("verify")
    assert said in move.printed  # type: ignore[attr-defined]


def test_verify_finds_a_row_too_many(loaded: Callable[..., str], ask: Callable[..., Any]) -> None:
    ask("CREATE TABLE one AS SELECT * FROM users LIMIT 1")
    ask("UPDATE one SET id = 900, email = 'new@example.com', uuid = REPEAT('a', 32), api_key = 'n'")
    ask("INSERT INTO users SELECT * FROM one")
    with pytest.raises(CommandError, match="not the same: users"):
        loaded("verify")
    assert "row 900: none at the source, there at the target" in loaded.printed  # type: ignore[attr-defined]


def test_without_sync_the_next_id_would_be_taken(
    loaded: Callable[..., str], singlestore: SingleStore
) -> None:
    with pytest.raises(Exception, match="Duplicate entry '1'"):
        insert_user(singlestore)
    loaded("sync")
    insert_user(singlestore)


def insert_user(singlestore: SingleStore) -> None:
    singlestore.check_insert("INSERT INTO `users` (`email`) VALUES ('a')")


def test_the_proof_of_the_next_id_leaves_no_row(
    loaded: Callable[..., str], ask: Callable[..., Any]
) -> None:
    before = ask("SELECT COUNT(*) FROM users")
    assert "next id of 6 tables is free" in loaded("sync")
    assert ask("SELECT COUNT(*) FROM users") == before


def test_copying_goes_on_after_a_failure(
    move: Callable[..., str],
    plan_arguments: list[str],
    access: list[str],
    singlestore: SingleStore,
    ask: Callable[..., Any],
) -> None:
    move("plan", *plan_arguments, "--copy-below", "500000")
    move("create", *access)
    ask(
        "CREATE TRIGGER full BEFORE INSERT ON requests FOR EACH ROW"
        " IF NEW.path = '/13000' THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'disk full';"
        " END IF"
    )
    with pytest.raises(CommandError, match="disk full"):
        move("start")
    assert 0 < ask("SELECT COUNT(*) FROM requests") < REQUESTS
    with pytest.raises(CommandError, match="requests is not copied"):
        move("switch")
    ask("DROP TRIGGER full")
    inserted = len([sql for sql in singlestore.statements if "INTO `requests`" in sql])
    move("start")
    again = len([sql for sql in singlestore.statements if "INTO `requests`" in sql]) - inserted
    assert again < inserted
    assert "6 tables equal" in move("verify")


def test_a_target_with_rows_is_emptied_only_when_told(
    planned: Callable[..., str],
    access: list[str],
    source_url: str,
    ask: Callable[..., Any],
) -> None:
    source = urlsplit(source_url).path.strip("/")
    ask(f"INSERT INTO project_hours SELECT * FROM `{source}`.project_hours")
    with pytest.raises(CommandError, match="rows in project_hours"):
        planned("create", *access)
    planned("create", *access, "--replace")
    assert ask("SELECT COUNT(*) FROM project_hours") == 0


def test_a_server_whose_clock_is_not_utc_is_refused(
    planned: Callable[..., str], singlestore: SingleStore, access: list[str]
) -> None:
    singlestore.time_zone = "+02:00"
    with pytest.raises(CommandError, match="clock is not UTC"):
        planned("create", *access)
