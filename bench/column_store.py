"""The bound for a full scan: the columns that totals read, of the same rows, in DuckDB."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Final

import duckdb
import pyarrow

CHUNK: Final = 200_000
COLUMNS: Final = {
    "project_id": pyarrow.int64(),
    "received_at": pyarrow.string(),
    "status": pyarrow.int16(),
    "load_time_ms": pyarrow.float64(),
    "response_size_bytes": pyarrow.int64(),
}
TABLE: Final = """
CREATE TABLE requests (project_id BIGINT, received_at TIMESTAMP, status SMALLINT,
load_time_ms DOUBLE, response_size_bytes BIGINT)
"""
# As `treblle_models.request_totals` asks.
TOTALS: Final = """
SELECT COUNT(*), COUNT(*) FILTER (WHERE status BETWEEN 400 AND 499),
COUNT(*) FILTER (WHERE status >= 500), AVG(load_time_ms), MAX(load_time_ms),
SUM(response_size_bytes)
FROM requests WHERE project_id = ? AND received_at >= ? AND received_at < ?
"""


def totals(
    source: Path, file: Path, project_id: int, start: datetime, end: datetime
) -> Callable[[], int]:
    """A call that counts that project's rows; the rows are taken over from SQLite once.

    DuckDB uses one thread, as the databases it is compared with do for one query.
    """
    if not file.exists():
        partial = file.with_suffix(".part")
        partial.unlink(missing_ok=True)
        with duckdb.connect(partial) as store:
            store.execute(TABLE)
            _take_over(source, store)
        partial.replace(file)
    store = duckdb.connect(file, read_only=True, config={"threads": 1})
    span = [moment.replace(tzinfo=None) for moment in (start, end)]

    def count() -> int:
        found = store.execute(TOTALS, [project_id, *span]).fetchone()
        assert found is not None
        return int(found[0])

    return count


def _take_over(source: Path, store: duckdb.DuckDBPyConnection) -> None:
    names = ", ".join(COLUMNS)
    with closing(sqlite3.connect(source)) as connection:
        cursor = connection.execute(f"SELECT {names} FROM requests ORDER BY id")
        while rows := cursor.fetchmany(CHUNK):
            columns = zip(*rows, strict=True)
            arrays = [
                pyarrow.array(column, type_)
                for column, type_ in zip(columns, COLUMNS.values(), strict=True)
            ]
            store.register("chunk", pyarrow.Table.from_arrays(arrays, names=list(COLUMNS)))
            store.execute("INSERT INTO requests SELECT * FROM chunk")
            store.unregister("chunk")
