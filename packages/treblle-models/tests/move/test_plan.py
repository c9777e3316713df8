"""`plan` and `--dry-run`: what will be done, said before anything is done."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.apps import apps
from django.core.management import CommandError
from treblle_models.move.tables import look, model_tables

from tests.doubles.singlestore.grammar import CreatePipeline, parse
from tests.doubles.singlestore.server import SingleStore

TIMESTAMP = "timestampadd(MICROSECOND, @{0}, from_unixtime(0))"


def pipeline_in(printed: str, table: str) -> CreatePipeline:
    start = printed.index(f"CREATE AGGREGATOR PIPELINE IF NOT EXISTS `move_{table}`")
    found = parse(printed[start : printed.index(";", start)])
    assert isinstance(found, CreatePipeline)
    return found


@pytest.fixture
def requests_pipeline(move: Callable[..., str], plan_arguments: list[str]) -> CreatePipeline:
    return pipeline_in(move("plan", *plan_arguments, "--dry-run"), "requests")


def test_a_dry_run_prints_every_statement_and_writes_nothing(
    move: Callable[..., str],
    plan_arguments: list[str],
    tmp_path: Path,
    singlestore: SingleStore,
) -> None:
    printed = move("plan", *plan_arguments, "--dry-run")
    for statement in (
        "CREATE AGGREGATOR PIPELINE IF NOT EXISTS `move_requests`",
        "START PIPELINE IF NOT RUNNING `move_requests`",
        f"AGGREGATOR SYNC AUTO_INCREMENT ON `{singlestore.database}`.`users` ALL",
    ):
        assert statement in printed
    assert list(tmp_path.iterdir()) == []


def test_the_steps_of_a_dry_run_change_nothing(
    planned: Callable[..., str], singlestore: SingleStore, access: list[str]
) -> None:
    before = len(singlestore.statements)
    assert "CREATE LINK" in planned("create", "--dry-run", *access)
    planned("create", *access)
    sent = [sql for sql in singlestore.statements[before:] if sql.startswith("CREATE")]
    assert len(sent) == 2  # the link and the pipeline, by the second call
    printed = planned("start", "--dry-run")
    assert "START PIPELINE IF NOT RUNNING `move_requests`;" in printed
    assert "copy users: 30 rows" in printed
    assert singlestore.catalogue.state_of("move_requests") == "Stopped"
    assert "DROP PIPELINE" in planned("rollback", "--dry-run")
    assert singlestore.catalogue.state_of("move_requests") == "Stopped"


def test_the_pipeline_reads_where_rds_writes(
    requests_pipeline: CreatePipeline, source_url: str, bucket: Any
) -> None:
    database = urlsplit(source_url).path.strip("/")
    assert requests_pipeline.path == (
        f"{bucket.name}/export/{database}/{database}.requests/*/*.gz.parquet"
    )
    assert requests_pipeline.skip_duplicates


def test_every_column_is_mapped_once(requests_pipeline: CreatePipeline) -> None:
    fields = apps.get_model("treblle_models", "Request")._meta.local_concrete_fields
    goals = {goal for goal in requests_pipeline.mapping if not goal.startswith("@")}
    assert goals | requests_pipeline.settings.keys() == {field.column for field in fields}
    assert sorted(requests_pipeline.mapping.values()) == sorted(field.column for field in fields)


def test_timestamps_are_counted_in_microseconds(requests_pipeline: CreatePipeline) -> None:
    settings = requests_pipeline.settings
    assert settings["received_at"] == TIMESTAMP.format("received_at")
    assert "conv(hex(@request_size_bytes), 16, 10)" in settings["request_size_bytes"]
    assert "status" in requests_pipeline.mapping
    assert "load_time_ms" in requests_pipeline.mapping


def test_small_tables_are_copied_and_large_ones_go_by_pipeline(
    planned: Callable[..., str], tmp_path: Path
) -> None:
    tables = json.loads((tmp_path / "move").read_text())["tables"]
    assert {one["table"]["name"] for one in tables if one["method"] == "pipeline"} == {"requests"}


def test_tables_of_third_parties_and_many_to_many_tables_move_too() -> None:
    tables = model_tables().keys()
    assert {"django_session", "account_emailaddress", "users_groups"} <= tables
    assert len(tables) == len(set(tables))


def test_what_the_source_has_beside_the_models_is_named(
    move: Callable[..., str], plan_arguments: list[str], at_source: Callable[..., Any]
) -> None:
    at_source("ALTER TABLE users ADD COLUMN remembered int NULL")
    try:
        assert "users.remembered" in move("plan", *plan_arguments, "--dry-run")
    finally:
        at_source("ALTER TABLE users DROP COLUMN remembered")


def test_every_table_of_the_models_is_found_in_the_source(
    source_server: Any, at_source: Callable[..., Any]
) -> None:
    at_source("CREATE TABLE legacy (id int PRIMARY KEY)")
    try:
        found = look(source_server)
    finally:
        at_source("DROP TABLE legacy")
    assert {table.name for table in found.tables} == model_tables().keys()
    assert "legacy" in found.of_no_model
    assert found.not_in_source == ()


def test_a_target_without_a_column_is_refused(
    move: Callable[..., str], plan_arguments: list[str], ask: Callable[..., Any]
) -> None:
    ask("ALTER TABLE requests DROP COLUMN host")
    with pytest.raises(CommandError, match=r"lacks requests\.host: run `migrate`"):
        move("plan", *plan_arguments)


def test_a_plan_is_not_written_over_unasked(
    planned: Callable[..., str], plan_arguments: list[str]
) -> None:
    with pytest.raises(CommandError, match="--again"):
        planned("plan", *plan_arguments)
    planned("plan", *plan_arguments, "--again")


def test_a_step_before_the_plan_says_so(move: Callable[..., str]) -> None:
    with pytest.raises(CommandError, match="`singlestore_move plan` comes first"):
        move("start")


def test_a_move_goes_to_the_server_it_was_planned_for(
    planned: Callable[..., str], monkeypatch: pytest.MonkeyPatch, source_url: str
) -> None:
    monkeypatch.setenv("SINGLESTORE_URL", source_url)
    with pytest.raises(CommandError, match="this move goes to"):
        planned("start")
