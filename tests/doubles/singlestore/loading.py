"""How a pipeline loads a Parquet file: by the mapping and the expressions of its own statement.

"Create a Parquet Pipeline": values are written as if from a SQL string; byte arrays verbatim. The
manual's pages at hand leave open how a DECIMAL in a FIXED_LEN_BYTE_ARRAY arrives, as its bytes or
as digits: the double does either.
"""

import fnmatch
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import boto3
import pyarrow as pa
import pyarrow.parquet as pq

from tests.doubles.singlestore.grammar import (
    VARIABLE,
    CreateLink,
    CreatePipeline,
    Refused,
    variables,
)

ROWS_A_STATEMENT: Final = 500
WILDCARD: Final = re.compile(r"[*?\[]")
BYTES_OF_BIG_UNSIGNED: Final = 9
UNKNOWN_COLUMN: Final = 1054


@dataclass(frozen=True)
class Bucket:
    """The files of one pipeline, through the link that names the store."""

    link: CreateLink
    path: str

    def _client(self) -> Any:
        return boto3.client("s3", endpoint_url=self.link.config.get("endpoint_url"))

    def files(self) -> Iterator[tuple[str, int]]:
        """Key and size of what the path matches."""
        bucket, _, pattern = self.path.partition("/")
        prefix = WILDCARD.split(pattern)[0]
        pages = (
            self._client().get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
        )
        for page in pages:
            for found in page.get("Contents", ()):
                if prefix == pattern or fnmatch.fnmatchcase(found["Key"], pattern):
                    yield found["Key"], found["Size"]

    def read(self, key: str) -> bytes:
        bucket = self.path.partition("/")[0]
        body: bytes = self._client().get_object(Bucket=bucket, Key=key)["Body"].read()
        return body


def load(connection: Any, pipeline: CreatePipeline, content: bytes, *, decimals: str) -> None:
    """Insert the rows of a file, all or none. Raises what the database or the file says."""
    table = pq.read_table(io.BytesIO(content))
    missing = set(pipeline.mapping.values()) - set(table.column_names)
    if missing:
        raise Refused(f"Parquet schema has no {', '.join(sorted(missing))}", UNKNOWN_COLUMN)
    columns = {
        goal: _as_sql(table.column(name), decimals) for goal, name in pipeline.mapping.items()
    }
    insert = Insert(pipeline)
    try:
        with connection.cursor() as cursor:
            cursor.execute("BEGIN")
            for start in range(0, table.num_rows, ROWS_A_STATEMENT):
                part = {
                    name: column[start : start + ROWS_A_STATEMENT]
                    for name, column in columns.items()
                }
                cursor.execute(*insert.statement(part))
            cursor.execute("COMMIT")
    except BaseException:
        connection.rollback()
        raise


class Insert:
    """The INSERT of a pipeline, in which variables stand for values of the file."""

    def __init__(self, pipeline: CreatePipeline) -> None:
        plain = [goal for goal in pipeline.mapping if not goal.startswith("@")]
        self._names = ", ".join(f"`{name}`" for name in (*plain, *pipeline.settings))
        marks = [VARIABLE.sub("%s", text) for text in pipeline.settings.values()]
        self._row = f"({', '.join(['%s'] * len(plain) + marks)})"
        self._inputs = plain + variables(pipeline.settings.values())
        self._table = pipeline.table
        first = next(iter(pipeline.mapping.values()))
        skip = f" ON DUPLICATE KEY UPDATE `{first}` = `{first}`"
        self._end = skip if pipeline.skip_duplicates else ""

    def statement(self, columns: Mapping[str, Sequence[Any]]) -> tuple[str, list[Any]]:
        rows = list(zip(*(columns[name] for name in self._inputs), strict=True))
        values = ", ".join([self._row] * len(rows))
        sql = f"INSERT INTO `{self._table}` ({self._names}) VALUES {values}{self._end}"
        return sql, [value for row in rows for value in row]


def _as_sql(column: pa.ChunkedArray, decimals: str) -> list[Any]:
    """Values as strings, bytes as bytes, nothing as NULL."""
    if pa.types.is_timestamp(column.type):
        column = column.cast(pa.int64())
    values: list[Any] = column.to_pylist()
    if pa.types.is_binary(column.type) or pa.types.is_string(column.type):
        return values
    if pa.types.is_decimal(column.type) and decimals == "bytes":
        return [
            None
            if value is None
            else int(value).to_bytes(BYTES_OF_BIG_UNSIGNED, "big", signed=True)
            for value in values
        ]
    return [None if value is None else str(value) for value in values]
