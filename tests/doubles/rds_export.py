"""What Amazon RDS writes when it exports a snapshot to S3, made from a MariaDB that runs here.

Names and types follow AWS's pages "File naming conventions for exports to Amazon S3 for Amazon
RDS" and "Data conversion when exporting to an Amazon S3 bucket for Amazon RDS".
"""

import io
import itertools
import uuid
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

INTEGERS: Final = ("tinyint", "smallint", "mediumint", "int")
BINARIES: Final = ("binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob")
BIG_UNSIGNED: Final = pa.decimal128(20, 0)
# Put one object: its key and its bytes.
Put = Callable[[str, bytes], None]


def parquet_type(sql_type: str) -> pa.DataType:
    """The type of a column in the file, by its type in the database."""
    name, unsigned = sql_type.partition("(")[0].split()[0], "unsigned" in sql_type
    if name == "bigint":
        return BIG_UNSIGNED if unsigned else pa.int64()
    if name in INTEGERS:
        return pa.int64() if name in {"int", "mediumint"} and unsigned else pa.int32()
    if name in {"float", "double"}:
        return pa.float64()
    if name in {"datetime", "timestamp"}:
        return pa.timestamp("us")
    # `date`, `time` and all text are strings. MariaDB's `uuid` is not on the page: as its text.
    return pa.binary() if name in BINARIES else pa.string()


def export(
    connection: Any,
    database: str,
    tables: Sequence[str],
    put: Put,
    *,
    prefix: str = "export",
    rows_a_file: int = 5_000,
) -> int:
    """Write these tables; how many files of data that were."""
    return sum(
        _export_table(connection, database, table, put, prefix, rows_a_file) for table in tables
    )


def _export_table(
    connection: Any, database: str, table: str, put: Put, prefix: str, rows_a_file: int
) -> int:
    folder = f"{prefix}/{database}/{database}.{table}/1"
    schema = _schema(connection, database, table)
    number = 0
    for number, rows in enumerate(_chunks(connection, table, schema, rows_a_file), 1):
        put(f"{folder}/part-{number - 1:05}-{uuid.uuid4()}.gz.parquet", parquet(schema, rows))
    put(f"{folder}/_SUCCESS", b"")
    return number


def _schema(connection: Any, database: str, table: str) -> pa.Schema:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT COLUMN_NAME, COLUMN_TYPE FROM information_schema.COLUMNS"
            " WHERE TABLE_SCHEMA = %s AND TABLE_NAME = %s ORDER BY ORDINAL_POSITION",
            [database, table],
        )
        return pa.schema([(name, parquet_type(kind)) for name, kind in cursor.fetchall()])


def _chunks(
    connection: Any, table: str, schema: pa.Schema, size: int
) -> Iterator[list[tuple[Any, ...]]]:
    names = ", ".join(f"`{name}`" for name in schema.names)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {names} FROM `{table}` ORDER BY 1")
        while rows := list(itertools.islice(cursor, size)):
            yield rows


def parquet(schema: pa.Schema, rows: Sequence[Sequence[Any]]) -> bytes:
    """A file with these rows, compressed inside by gzip, as the name of RDS's files says."""
    columns = [
        pa.array([_value(field.type, row[at]) for row in rows], type=field.type)
        for at, field in enumerate(schema)
    ]
    file = io.BytesIO()
    pq.write_table(pa.Table.from_arrays(columns, schema=schema), file, compression="gzip")
    return file.getvalue()


def _value(kind: pa.DataType, value: Any) -> Any:
    if value is None or not pa.types.is_string(kind):
        return value
    return value.decode() if isinstance(value, bytes) else str(value)
