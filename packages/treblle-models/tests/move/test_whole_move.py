"""The Sunday, from the plan to the switch, on 20,000 requests."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import CommandError

from tests.doubles.singlestore.server import SingleStore

REQUESTS = 20_000


@pytest.mark.parametrize("decimals", ["bytes", "text"])
def test_ends_with_equal_tables(
    created: Callable[..., str], singlestore: SingleStore, ask: Callable[..., Any], decimals: str
) -> None:
    singlestore.decimals = decimals
    created("start")
    singlestore.wait_until_loaded()
    assert "all loaded" in created("status", "--wait")
    created("sync")
    assert "6 tables equal" in created("verify")
    assert "set DATABASE_URL" in created("switch")
    assert ask("SELECT COUNT(*) FROM requests") == REQUESTS
    assert ask("SELECT response_size_bytes FROM requests WHERE path = '/7'") == 2**64 - 1


def test_keeps_microseconds_uuids_json_bytes_and_booleans(
    loaded: Callable[..., str], ask: Callable[..., Any], at_source: Callable[..., Any]
) -> None:
    for question in (
        "SELECT CAST(received_at AS CHAR) FROM requests WHERE path = '/19999'",
        "SELECT load_time_ms FROM requests WHERE path = '/19999'",
        "SELECT REPLACE(CAST(uuid AS CHAR), '-', '') FROM requests WHERE path = '/19999'",
        "SELECT user_agent FROM requests WHERE path = '/19999'",
        "SELECT claimed_requested_at FROM requests WHERE path = '/0'",
        "SELECT masked_names FROM projects",
        "SELECT load_times FROM project_hours",
        "SELECT is_active FROM users LIMIT 1",
        "SELECT message FROM dead_letters",
    ):
        assert ask(question) == at_source(question), question


def test_each_step_can_be_repeated(loaded: Callable[..., str], singlestore: SingleStore) -> None:
    assert "0 pipelines made, 1 there already" in loaded("create")
    assert "0 pipelines started" in loaded("start")
    loaded("sync")
    loaded("sync")
    assert "equal" in loaded("verify")


def test_a_pipeline_that_was_stopped_goes_on_where_it_was(
    loaded: Callable[..., str], singlestore: SingleStore, ask: Callable[..., Any]
) -> None:
    assert "1 pipeline stopped" in loaded("stop")
    assert "0 pipelines stopped" in loaded("stop")
    loaded("start")
    singlestore.wait_until_loaded()
    assert ask("SELECT COUNT(*) FROM requests") == REQUESTS


def test_rows_that_a_pipeline_brings_twice_are_there_once(
    loaded: Callable[..., str], singlestore: SingleStore, ask: Callable[..., Any], bucket: Any
) -> None:
    key = next(key for key in bucket.keys("requests") if key.endswith(".parquet"))
    content = bucket.client.get_object(Bucket=bucket.name, Key=key)["Body"].read()
    bucket.put(key.replace("part-00000", "part-00099"), content)
    loaded("stop")
    # Everything known is loaded, so only the server can tell that there is more.
    singlestore.run("START PIPELINE `move_requests`")
    singlestore.wait_until_loaded()
    assert "5 of 5 files" in loaded("status")
    assert ask("SELECT COUNT(*) FROM requests") == REQUESTS


def test_rollback_leaves_nothing_and_the_move_can_begin_again(
    loaded: Callable[..., str], singlestore: SingleStore, ask: Callable[..., Any], bucket: Any
) -> None:
    loaded("rollback")
    assert [ask(f"SELECT COUNT(*) FROM {name}") for name in ("requests", "users")] == [0, 0]
    assert ask("SELECT COUNT(*) FROM requests") == 0
    assert singlestore.catalogue.state_of("move_requests") is None
    loaded("create", "--role-arn", "arn", "--endpoint-url", bucket.endpoint_url)
    loaded("start")
    singlestore.wait_until_loaded()
    assert "equal" in loaded("verify")


def test_rollback_after_the_switch_asks_to_be_said_twice(
    loaded: Callable[..., str], ask: Callable[..., Any]
) -> None:
    loaded("sync")
    loaded("verify")
    loaded("switch")
    with pytest.raises(CommandError, match="only at"):
        loaded("rollback")
    assert ask("SELECT COUNT(*) FROM requests") == REQUESTS
    loaded("rollback", "--after-switch")
    assert ask("SELECT COUNT(*) FROM requests") == 0


def test_switch_gives_every_reason_against_it(created: Callable[..., str]) -> None:
    with pytest.raises(CommandError) as refused:
        created("switch")
    for reason in ("move_requests has not loaded", "users is not copied", "`verify`", "`sync`"):
        assert reason in str(refused.value)
