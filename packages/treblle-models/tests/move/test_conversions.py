"""Expressions of a pipeline, run by a database on each form that a value may come in."""

from collections.abc import Callable
from typing import Any

import pytest
from treblle_models.move.columns import Column, Kind, conversion_of
from treblle_models.move.columns import kind_of as kind
from treblle_models.move.problems import MoveError

DIGITS = "0194fdc2fa2f7cc081d3ff12045b73c8"
DASHED = "0194fdc2-fa2f-7cc0-81d3-ff12045b73c8"


@pytest.fixture
def convert(at_source: Callable[..., Any]) -> Callable[..., Any]:
    def run(value: str, kind: Kind, **more: Any) -> Any:
        expression = conversion_of(Column("v", kind, nullable=True, **more))
        assert expression
        at_source(f"SET @v = {value}")
        return at_source(f"SELECT CAST({expression} AS CHAR)")

    return run


@pytest.mark.parametrize("number", [0, 1, 255, 48, 0x3030_3030_3030_3030, 2**63, 2**64 - 1])
def test_unsigned_bigints_come_as_nine_bytes_or_as_digits(
    convert: Callable[..., Any], number: int
) -> None:
    in_bytes = f"x'{number.to_bytes(9, 'big').hex()}'"
    assert convert(in_bytes, Kind.UNSIGNED_BIG) == str(number)
    assert convert(f"'{number}'", Kind.UNSIGNED_BIG) == str(number)


def test_nothing_stays_nothing(convert: Callable[..., Any]) -> None:
    for each in (Kind.UNSIGNED_BIG, Kind.TIMESTAMP, Kind.UUID):
        assert convert("NULL", each) is None


@pytest.mark.parametrize("form", [f"'{DIGITS}'", f"'{DASHED.upper()}'", f"x'{DIGITS}'"])
def test_uuids_come_as_text_of_either_length_or_as_bytes(
    convert: Callable[..., Any], form: str
) -> None:
    assert convert(form, Kind.UUID) == DIGITS
    assert convert(form, Kind.UUID, uuid_length=36) == DASHED


@pytest.mark.parametrize(
    ("microseconds", "expected"),
    [
        (0, "1970-01-01 00:00:00"),
        (1_772_330_584_567_891, "2026-03-01 02:03:04.567891"),
        (-1, "1969-12-31 23:59:59.999999"),
    ],
)
def test_timestamps_keep_their_microseconds(
    convert: Callable[..., Any], microseconds: int, expected: str
) -> None:
    found = convert(f"'{microseconds}'", Kind.TIMESTAMP)
    assert found in (expected, f"{expected}.000000")


@pytest.mark.parametrize(
    ("sql_type", "field", "expected"),
    [
        ("bigint(20) unsigned", "PositiveBigIntegerField", Kind.UNSIGNED_BIG),
        ("bigint", "BigAutoField", Kind.INTEGER),
        ("int(10) unsigned", "PositiveIntegerField", Kind.INTEGER),
        ("tinyint(1)", "BooleanField", Kind.INTEGER),
        ("char(32)", "UUIDField", Kind.UUID),
        ("longtext", "JSONField", Kind.JSON),
        ("longblob", "BinaryField", Kind.BINARY),
        ("double precision", "FloatField", Kind.FLOAT),
    ],
)
def test_the_source_and_the_model_tell_what_a_column_is(
    sql_type: str, field: str, expected: Kind
) -> None:
    assert kind(sql_type, field) is expected


def test_a_type_without_a_way_is_refused() -> None:
    with pytest.raises(MoveError, match="geometry"):
        kind("geometry", "Field")
