"""Log lines: JSON for machines, one object a record; text for people."""

import json
import logging
import subprocess
import sys
from typing import Any

import pytest
from treblle_service import settings
from treblle_service.conf import Environment

WRITES_A_LINE = """
import logging, logging.config
from treblle_service.conf import Environment
from treblle_service.settings import log_config

logging.config.dictConfig(log_config(Environment()))
logger = logging.getLogger("treblle.test")
logger.debug("not heard")
try:
    1 / 0
except ZeroDivisionError:
    logger.exception("it went %s", "wrong\\nbadly", extra={"object_key": "raw/1", "count": 3})
"""


def written(**environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", WRITES_A_LINE],
        env=environment,
        text=True,
        capture_output=True,
        check=True,
    )
    assert done.stdout == ""
    return done.stderr


def test_a_json_line_holds_the_record_and_what_came_with_it() -> None:
    (line,) = written(LOG_FORMAT="json").splitlines()
    record: dict[str, Any] = json.loads(line)
    assert record["message"] == "it went wrong\nbadly"
    assert (record["level"], record["logger"]) == ("error", "treblle.test")
    assert (record["object_key"], record["count"]) == ("raw/1", 3)
    assert "ZeroDivisionError" in record["exception"]
    assert record["time"].endswith("+00:00")


def test_a_text_line_is_for_people() -> None:
    assert written().startswith("ERROR   treblle.test: it went wrong")


def test_the_level_is_chosen_by_the_environment() -> None:
    assert "not heard" in written(LOG_LEVEL="debug")


@pytest.mark.parametrize("name", ["LOG_FORMAT", "LOG_LEVEL"])
def test_an_unknown_choice_stops_the_start_by_name(name: str) -> None:
    with pytest.raises(SystemExit, match=name):
        settings.log_config(Environment({name: "verbose"}))


def test_what_libraries_tell_of_every_call_is_not_heard() -> None:
    loggers: Any = settings.log_config(Environment({"LOG_LEVEL": "debug"}))["loggers"]
    assert logging.getLevelName(loggers["botocore"]["level"]) == logging.WARNING
