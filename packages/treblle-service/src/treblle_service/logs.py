"""Logging for every process: readable lines at a terminal, JSON lines for machines."""

import json
import logging
from datetime import UTC, datetime
from typing import Any

FORMATS = ("text", "json")
# Libraries that tell of every call, task or page are heard only when something is wrong.
TALKATIVE = (
    *("asyncio", "boto3", "botocore", "urllib3", "uvicorn.access"),
    *("celery.app.trace", "celery.beat", "celery.worker.strategy", "django_tasks", "wagtail"),
)
# What every LogRecord has; anything else was given with `extra=` and goes into the JSON.
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class JsonLines(logging.Formatter):
    """One JSON object a record: time, level, logger, message, and what came with `extra=`."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= {name: value for name, value in vars(record).items() if name not in _STANDARD}
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)


def config(*, format: str, level: str) -> dict[str, Any]:
    """A `logging.config.dictConfig` mapping: everything to standard error, once."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "text": {"format": "%(levelname)-7s %(name)s: %(message)s"},
            "json": {"()": "treblle_service.logs.JsonLines"},
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": format}},
        "root": {"handlers": ["stderr"], "level": level.upper()},
        "loggers": {name: {"level": "WARNING"} for name in TALKATIVE},
    }
