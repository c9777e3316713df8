"""The statements that only SingleStore knows, written for a table.

After SingleStore's manual: "CREATE LINK", "CREATE PIPELINE", "Create a Parquet Pipeline",
"Aggregator Pipelines", "LOAD DATA", "START PIPELINE", "STOP PIPELINE", "DROP PIPELINE",
"AGGREGATOR SYNC AUTO_INCREMENT".
"""

import json
from collections.abc import Mapping

from treblle_models.move.columns import Column, conversion_of, variable_of
from treblle_models.move.servers import quoted, text
from treblle_models.move.state import Move, TableMove

REDACTED = "(hidden)"


def create_link(name: str, credentials: Mapping[str, str], config: Mapping[str, str]) -> str:
    """`CREDENTIALS` and `CONFIG` are JSON; the second is shown to whoever may see links."""
    return (
        f"CREATE LINK {quoted(name)} AS S3 CREDENTIALS {text(json.dumps(dict(credentials)))}"
        f" CONFIG {text(json.dumps(dict(config)))}"
        " DESCRIPTION 'the move from MySQL'"
    )


def redacted_link(name: str, credentials: Mapping[str, str], config: Mapping[str, str]) -> str:
    """The same, fit for a screen."""
    return create_link(name, dict.fromkeys(credentials, REDACTED), config)


def drop_link(name: str) -> str:
    return f"DROP LINK {quoted(name)}"


def export_path(move: Move, one: TableMove) -> str:
    """Where RDS lays a table: `export/database/database.table/…` ("File naming conventions")."""
    database = move.source.rpartition("/")[2]
    return f"{move.export}/{database}/{database}.{one.table.name}/{move.files}"


def create_pipeline(move: Move, one: TableMove) -> str:
    """A pipeline of the aggregator: what reference tables and AUTO_INCREMENT columns ask for.

    The link stands for the keys, so neither this text nor what the server keeps of it holds any.
    """
    columns = one.table.columns
    settings = ",\n  ".join(
        f"{quoted(column.name)} = {expression}"
        for column in columns
        if (expression := conversion_of(column))
    )
    mapping = ",\n  ".join(_mapping_of(column) for column in columns)
    return (
        f"CREATE AGGREGATOR PIPELINE IF NOT EXISTS {quoted(one.pipeline)} AS\n"
        f"LOAD DATA LINK {quoted(move.link)} {text(export_path(move, one))}\n"
        "SKIP DUPLICATE KEY ERRORS\n"
        f"INTO TABLE {quoted(one.table.name)}\n"
        f"FORMAT PARQUET (\n  {mapping}\n)"
    ) + (f"\nSET\n  {settings}" if settings else "")


def _mapping_of(column: Column) -> str:
    goal = variable_of(column) if conversion_of(column) else quoted(column.name)
    return f"{goal} <- {quoted(column.name)}"


def start_pipeline(one: TableMove) -> str:
    return f"START PIPELINE IF NOT RUNNING {quoted(one.pipeline)}"


def stop_pipeline(one: TableMove) -> str:
    return f"STOP PIPELINE IF RUNNING {quoted(one.pipeline)}"


def drop_pipeline(one: TableMove) -> str:
    return f"DROP PIPELINE IF EXISTS {quoted(one.pipeline)}"


def sync_auto_increment(database: str, one: TableMove) -> str:
    """On every aggregator, not only on the one that is asked."""
    return f"AGGREGATOR SYNC AUTO_INCREMENT ON {quoted(database)}.{quoted(one.table.name)} ALL"
