"""Checks on what is given away: secrets, personal data, traces, versions."""

import re
from collections.abc import Mapping
from itertools import islice
from typing import Final

from treblle_etl.transform.checks.facts import MAX_PARAMETERS, Facts, text_of
from treblle_etl.transform.checks.looking import holds_email, is_card_number, secret_name
from treblle_etl.transform.checks.names import Kind, kinds_of
from treblle_etl.transform.checks.populations import Finding, Population, RequestCheck

_SECRET_PARAMETERS: Final = frozenset(
    [
        "token",
        "access_token",
        "accesstoken",
        "api_key",
        "apikey",
        "api-key",
        "auth_token",
        "secret",
        "client_secret",
        "password",
        "passwd",
        "pwd",
        "jwt",
        "session_id",
        "sessionid",
        "private_key",
    ]
)
_TRACES: Final = (
    "Traceback (most recent call last)",
    '  File "',
    "\n    at ",
    " at java.",
    "at org.springframework",
    "Exception in thread",
    "goroutine ",
    ".java:",
    "node_modules/",
    "System.NullReferenceException",
    "#0 /",
    "vendor/laravel",
    "stack trace:",
)
_DATABASE_ERRORS: Final = (
    "You have an error in your SQL syntax",
    "SQLSTATE[",
    "psycopg2.",
    "psycopg.errors",
    "ORA-0",
    "sqlite3.OperationalError",
    "SQLITE_ERROR",
    "PG::",
    "MySqlException",
    "Unclosed quotation mark",
    "syntax error at or near",
    "MongoServerError",
    "duplicate key value violates unique constraint",
    "java.sql.SQL",
    "QueryException",
    "Duplicate entry '",
)
_VERSION: Final = re.compile(r"/\d+\.\d|\d+\.\d+\.\d|(?:PHP|Express|ASP\.NET)", re.I)


def secret_in_url(facts: Facts) -> Finding:
    query = facts.event.query
    if not query:
        return ""
    for name, value in islice(query.items(), MAX_PARAMETERS):
        if name.lower() in _SECRET_PARAMETERS and value not in ("", None):
            return f"query parameter `{name[:64]}`"
    return ""


def personal_data_in_url(facts: Facts) -> Finding:
    event = facts.event
    path = event.path
    if "@" in path and holds_email(path):
        return "an email address in the path"
    query = event.query
    if not query:
        return ""
    for name, value in islice(query.items(), MAX_PARAMETERS):
        if type(value) is str and (holds_email(value) or is_card_number(value)):
            return f"query parameter `{name[:64]}`"
        if value and kinds_of(name) & Kind.CARD:
            return f"query parameter `{name[:64]}`"
    return ""


def secret_in_response(facts: Facts) -> Finding:
    name = secret_name(facts.got)
    return f"field `{name}`" if name and not facts.naming.is_log_in else ""


def stack_trace(facts: Facts) -> Finding:
    text = facts.error_text
    return next((f"`{mark.strip()}`" for mark in _TRACES if mark in text), "")


def database_error(facts: Facts) -> Finding:
    text = facts.error_text
    return next((f"`{mark}`" for mark in _DATABASE_ERRORS if mark in text), "")


def server_version(facts: Facts) -> Finding:
    answered = facts.answered
    for name in ("server", "x-powered-by", "x-aspnet-version"):
        value = answered.get(name)
        if value and _VERSION.search(text_of(value)):
            return f"`{name}: {text_of(value)[:64]}`"
    return ""


CHECKS: Mapping[Population, Mapping[str, RequestCheck]] = {
    Population.REQUESTS: {
        "secret-in-url": secret_in_url,
        "personal-data-in-url": personal_data_in_url,
        "server-version": server_version,
    },
    Population.ANSWERS: {"secret-in-response": secret_in_response},
    Population.ERRORS: {"stack-trace": stack_trace, "database-error": database_error},
}
