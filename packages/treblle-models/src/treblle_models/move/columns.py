"""Columns: what RDS writes for each into Parquet, and how SingleStore gets its value back.

What the export holds is told by AWS in "Data conversion when exporting to an Amazon S3 bucket for
Amazon RDS": `bigint` is INT64, `bigint unsigned` a FIXED_LEN_BYTE_ARRAY(9) marked DECIMAL(20,0),
`datetime` and `timestamp` INT64 microseconds since 1970, `date`, `time`, `json` and all text are
UTF-8 strings, binary columns are bytes as they are, `tinyint` (booleans) is INT32.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from treblle_models.move.problems import MoveError
from treblle_models.move.servers import quoted


class Kind(StrEnum):
    """What a value is, whichever server holds it."""

    INTEGER = "integer"
    UNSIGNED_BIG = "unsigned bigint"
    FLOAT = "float"
    DECIMAL = "decimal"
    TEXT = "text"
    UUID = "uuid"
    JSON = "json"
    BINARY = "binary"
    TIMESTAMP = "timestamp"
    DATE = "date"
    TIME = "time"


KINDS_OF_SQL_TYPES: Final = {
    **dict.fromkeys(("tinyint", "smallint", "mediumint", "int", "bigint", "year"), Kind.INTEGER),
    **dict.fromkeys(("float", "double"), Kind.FLOAT),
    **dict.fromkeys(("decimal", "numeric"), Kind.DECIMAL),
    **dict.fromkeys(("datetime", "timestamp"), Kind.TIMESTAMP),
    **dict.fromkeys(("char", "varchar", "enum", "set"), Kind.TEXT),
    **dict.fromkeys(("tinytext", "text", "mediumtext", "longtext"), Kind.TEXT),
    **dict.fromkeys(("binary", "varbinary", "tinyblob", "blob"), Kind.BINARY),
    **dict.fromkeys(("mediumblob", "longblob"), Kind.BINARY),
    "date": Kind.DATE,
    "time": Kind.TIME,
    "uuid": Kind.UUID,
    "json": Kind.JSON,
}
# What only the model knows: MySQL keeps uuids as char(32), MariaDB JSON as longtext.
KINDS_OF_FIELDS: Final = {"UUIDField": Kind.UUID, "JSONField": Kind.JSON}
DIGITS_OF_UUID: Final = 32
LENGTH_OF_DASHED_UUID: Final = 36


@dataclass(frozen=True)
class Column:
    """A column of the source as the model and the source's own catalogue describe it."""

    name: str
    kind: Kind
    nullable: bool
    # Characters in a uuid at the target: 32, or 36 with dashes.
    uuid_length: int = DIGITS_OF_UUID


def kind_of(sql_type: str, field_type: str) -> Kind:
    """From the type in the source's catalogue (`bigint(20) unsigned`) and Django's field type."""
    if field_type in KINDS_OF_FIELDS:
        return KINDS_OF_FIELDS[field_type]
    name = sql_type.lower().partition("(")[0].split()[0]
    if name == "bigint" and "unsigned" in sql_type.lower():
        return Kind.UNSIGNED_BIG
    try:
        return KINDS_OF_SQL_TYPES[name]
    except KeyError:
        raise MoveError(f"columns of type {sql_type} cannot be moved") from None


def variable_of(column: Column) -> str:
    return f"@{column.name}"


def conversion_of(column: Column) -> str | None:
    """The expression over `@name` for the SET clause; None where the value loads as it is."""
    value = variable_of(column)
    match column.kind:
        case Kind.TIMESTAMP:
            return f"timestampadd(MICROSECOND, {value}, from_unixtime(0))"
        case Kind.UNSIGNED_BIG:
            return _unsigned(value)
        case Kind.UUID:
            return _uuid(value, column.uuid_length)
        case _:
            return None


def _unsigned(value: str) -> str:
    """Either form of a DECIMAL(20,0): its digits, or its nine bytes, the first of which is 0.

    The first byte tells them apart: a bigint needs eight, and no digit is a byte 0.
    """
    return f"if(hex(left({value}, 1)) = '00', conv(hex({value}), 16, 10), {value})"


def _uuid(value: str, length: int) -> str:
    """char(32) as it is; MariaDB's uuid, which AWS's page leaves out, as 36 characters or 16 bytes."""
    digits = f"if(length({value}) = 16, lower(hex({value})), replace(lower({value}), '-', ''))"
    if length != LENGTH_OF_DASHED_UUID:
        return digits
    starts_and_lengths = ((1, 8), (9, 4), (13, 4), (17, 4), (21, 12))
    groups = (f"substr({digits}, {start}, {size})" for start, size in starts_and_lengths)
    return f"concat_ws('-', {', '.join(groups)})"


def loads_from_parquet(column: Column) -> bool:
    """Whether the value survives the way through the file in each form AWS may give it.

    A DECIMAL(p,s) comes as INT32, INT64, bytes or text by its precision: such tables are copied.
    """
    return column.kind is not Kind.DECIMAL


def rendering_of(column: Column) -> str | None:
    """An expression which gives the same text on both servers; None where there is none.

    JSON and floats look different on the two servers: `verify` compares them value by value.
    """
    name = quoted(column.name)
    match column.kind:
        case Kind.JSON | Kind.FLOAT:
            return None
        case Kind.TIMESTAMP:
            return f"DATE_FORMAT({name}, '%Y-%m-%d %H:%i:%s.%f')"
        case Kind.BINARY:
            return f"HEX({name})"
        case Kind.UUID:
            return f"REPLACE(LOWER(CAST({name} AS CHAR)), '-', '')"
        case Kind.TEXT:
            return name
        case _:
            return f"CAST({name} AS CHAR)"


def sum_of(column: Column) -> str | None:
    """An expression whose sum says something of the column; None for what has no sum."""
    name = quoted(column.name)
    match column.kind:
        case Kind.INTEGER | Kind.UNSIGNED_BIG | Kind.FLOAT | Kind.DECIMAL:
            return f"SUM({name})"
        case Kind.TEXT:
            return f"SUM(CHAR_LENGTH({name}))"
        case Kind.BINARY:
            return f"SUM(LENGTH({name}))"
        case _:
            return None
