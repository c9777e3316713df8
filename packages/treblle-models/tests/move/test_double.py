"""The double refuses what SingleStore's manual does not allow, so that passing it means something."""

from typing import Any

import pytest

from tests.doubles.singlestore.grammar import Refused, parse
from tests.doubles.singlestore.server import SingleStore

PIPELINE = (
    "CREATE AGGREGATOR PIPELINE p AS LOAD DATA LINK l 'b/*' SKIP DUPLICATE KEY ERRORS"
    " INTO TABLE users FORMAT PARQUET (id <- id, @n <- name) SET name = upper(@n)"
)


def test_takes_what_the_manual_shows() -> None:
    parse(PIPELINE)
    parse("CREATE LINK l AS S3 CREDENTIALS '{}' CONFIG '{}' DESCRIPTION 'd'")
    parse("START PIPELINE IF NOT RUNNING p")
    parse("AGGREGATOR SYNC AUTO_INCREMENT ON d.t ALL")


@pytest.mark.parametrize(
    "statement",
    [
        PIPELINE.replace("SKIP DUPLICATE KEY ERRORS ", "").replace("INTO", "SKIP INTO"),
        PIPELINE.replace(" FORMAT PARQUET", ""),
        PIPELINE.replace("LINK l 'b/*'", "LINK 'b/*'"),
        PIPELINE.replace("LINK l 'b/*'", "LINK l 'b/*' CREDENTIALS '{}'"),
        PIPELINE.replace("<- id", "= id"),
        PIPELINE.replace("upper(@n)", "upper(@n"),
        PIPELINE.replace("upper(@n)", "upper(@other)"),
        PIPELINE.replace("@n <- name", "name <- name, @n <- name"),
        PIPELINE.replace("SET name =", "SET name"),
        PIPELINE + " WHERE",
        "CREATE LINK l AS S3 CONFIG '{}'",
        "CREATE LINK l AS S3 CREDENTIALS '{not json}'",
        "START PIPELINE IF RUNNING p",
        "STOP LINK l",
        "DROP PIPELINE",
        "AGGREGATOR SYNC AUTO_INCREMENT ON t",
    ],
)
def test_refuses_what_is_malformed(statement: str) -> None:
    with pytest.raises(Refused):
        parse(statement)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("LINK l", "LINK other"), "Unknown link"),
        (("TABLE users", "TABLE nobody"), "doesn't exist"),
        (("id <- id", "idd <- id"), "Unknown column"),
        (("upper(@n)", "no_such_function(@n)"), "no_such_function"),
        (("upper(@n)", "@n @n"), "syntax"),
    ],
)
def test_refuses_names_that_are_not_there(
    singlestore: SingleStore, change: tuple[str, str], said: str
) -> None:
    singlestore.run("CREATE LINK l AS S3 CREDENTIALS '{}'")
    with pytest.raises(Refused, match=said):
        singlestore.run(PIPELINE.replace(*change))


def test_a_file_without_a_mapped_field_is_skipped(
    singlestore: SingleStore, bucket: Any, ask: Any
) -> None:
    config = f'{{"endpoint_url": "{bucket.endpoint_url}"}}'
    singlestore.run(f"CREATE LINK l AS S3 CREDENTIALS '{{}}' CONFIG '{config}'")
    path = f"{bucket.name}/{bucket.keys('users')[0].rpartition('/')[0]}/*.parquet"
    singlestore.run(PIPELINE.replace("b/*", path).replace("id <- id", "id <- nothing"))
    singlestore.run("START PIPELINE p")
    singlestore.wait_until_loaded()
    assert singlestore.catalogue.state_of("p") == "Error"
    assert ask("SELECT COUNT(*) FROM users") == 0
