"""A running system as a customer uses it: an account, a page that watches, the rows behind it."""

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import httpx
import MySQLdb

from embedded.system import System

if TYPE_CHECKING:
    from playwright.sync_api import Page

EMAIL = "demo@treblle.localhost"
PASSWORD = "a-long-enough-passphrase-42"
ROW = "tbody#requests tr[data-request-uuid]"


@dataclass(frozen=True)
class Account:
    """What `seed_demo` gives of an account."""

    email: str
    password: str
    api_key: str
    project_id: str
    project_uuid: str
    api_token: str


def make_account(system: System, email: str = EMAIL) -> Account:
    words = ("seed_demo", "--email", email, "--password", PASSWORD, "--output", "-")
    made = json.loads(system.run("platform", *words))
    known = ("email", "api_key", "project_id", "project_uuid", "api_token")
    return Account(**{name: made[name] for name in known}, password=PASSWORD)


def log_in(page: "Page", system: System, account: Account) -> None:
    page.goto(f"{system.url('platform')}/accounts/login/")
    page.fill("input[name=login]", account.email)
    page.fill("input[name=password]", account.password)
    page.press("input[name=password]", "Enter")
    page.wait_for_url("**/projects/**")


def watch(page: "Page", system: System, account: Account) -> None:
    """Open the live list and wait until it is connected."""
    page.goto(f"{system.url('platform')}/projects/{account.project_uuid}/requests/")
    page.wait_for_selector("[data-live=connected]")


def api(system: System, account: Account) -> httpx.Client:
    return httpx.Client(
        base_url=f"{system.url('api')}/v1",
        headers={"Authorization": f"Bearer {account.api_token}"},
        timeout=10,
    )


# Of the MySQL client: the server went away, before or during a query.
LOST: Final = frozenset({2006, 2013})


class Rows:
    """The system's database, read from outside it; a server that was restarted is asked again."""

    def __init__(self, connect: Callable[[], Any]) -> None:
        self._connect = connect
        self._connection = connect()
        self._cursor = self._connection.cursor()

    def close(self) -> None:
        self._connection.close()

    def all(self, query: str) -> list[dict[str, Any]]:
        self._run(query)
        names = [column[0] for column in self._cursor.description]
        return [dict(zip(names, row, strict=True)) for row in self._cursor.fetchall()]

    def number(self, query: str) -> int:
        self._run(query)
        return int(self._cursor.fetchone()[0] or 0)

    def _run(self, query: str) -> None:
        try:
            self._cursor.execute(query)
        except MySQLdb.OperationalError as error:
            if error.args[0] not in LOST:
                raise
            self._connection = self._connect()
            self._cursor = self._connection.cursor()
            self._cursor.execute(query)


@contextmanager
def rows_of(environment: Mapping[str, str]) -> Iterator[Rows]:
    """Rows of the database a deployable works on; each query sees what is committed by then."""
    url = urlsplit(environment["DATABASE_URL"])

    def connect() -> Any:
        if url.scheme == "sqlite":
            return sqlite3.connect(f"file:{url.path[1:]}?mode=ro", uri=True, timeout=20)
        return MySQLdb.connect(
            host=url.hostname or "",
            port=url.port or 3306,
            user=url.username or "",
            password=url.password or "",
            database=url.path[1:],
            autocommit=True,
        )

    rows = Rows(connect)
    try:
        yield rows
    finally:
        rows.close()
