"""The two databases of the move, each known by a URL from the environment."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final
from urllib.parse import parse_qs, unquote, urlsplit

from treblle_models.move.problems import MoveError

SOURCE_VARIABLE: Final = "SOURCE_DATABASE_URL"
TARGET_VARIABLE: Final = "SINGLESTORE_URL"
DEFAULT_PORT: Final = 3306
CONNECT_TIMEOUT_S: Final = 10
SCHEMES: Final = frozenset({"mysql", "mariadb", "singlestore", "singlestoredb"})

Row = tuple[Any, ...]


class ServerError(MoveError):
    """What a server said instead of doing what it was told."""

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.code = code


class Server:
    """One connection, committing as it goes: `ask` reads, `change` writes (or says what it would).

    The driver is MySQLdb, from the extra `treblle-models[move]`; both servers speak its protocol.
    """

    def __init__(self, url: str, *, say: Callable[[str], None], dry_run: bool = False) -> None:
        parts = urlsplit(url)
        self.database = parts.path.strip("/")
        if parts.scheme not in SCHEMES or not self.database:
            raise MoveError("a database URL looks like mysql://user:password@host:3306/database")
        self.host, self.port = parts.hostname or "127.0.0.1", parts.port or DEFAULT_PORT
        self._say, self.dry_run = say, dry_run
        self._connection = self._connect(
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            options=parse_qs(parts.query),
        )

    def _connect(self, *, user: str, password: str, options: dict[str, list[str]]) -> Any:
        try:
            import MySQLdb
        except ImportError as error:
            raise MoveError("the driver is missing: pip install 'treblle-models[move]'") from error
        certificate = options.get("ssl_ca")
        try:
            return MySQLdb.connect(
                host=self.host,
                port=self.port,
                user=user,
                password=password,
                database=self.database,
                charset="utf8mb4",
                autocommit=True,
                connect_timeout=CONNECT_TIMEOUT_S,
                **({"ssl": {"ca": certificate[0]}} if certificate else {}),
            )
        except MySQLdb.Error as error:
            # The driver's own message names user and host, never the password.
            raise MoveError(f"no connection to {self.place}: {error.args[-1]}") from None

    @property
    def place(self) -> str:
        """Where it is, fit for a screen."""
        return f"{self.host}:{self.port}/{self.database}"

    def ask(self, question: str, values: Sequence[Any] = ()) -> list[Row]:
        with self._cursor() as cursor:
            # Without values the text goes as it is: `%` then needs no doubling.
            cursor.execute(question, values or None)
            return list(cursor.fetchall())

    def ask_one(self, question: str, values: Sequence[Any] = ()) -> Any:
        """The first column of the first row; None where there is no row."""
        rows = self.ask(question, values)
        return rows[0][0] if rows else None

    def change(self, statement: str) -> None:
        """Run a statement, printed first where this is a dry run, and then not run."""
        if self.dry_run:
            self._say(f"{statement};")
            return
        with self._cursor() as cursor:
            cursor.execute(statement)

    def change_secretly(self, statement: str, shown: str) -> None:
        """The same for a statement that holds a secret: neither screen nor error gets its text."""
        if self.dry_run:
            self._say(f"{shown};")
            return
        try:
            with self._cursor() as cursor:
                cursor.execute(statement)
        except ServerError as error:
            # Servers quote the statement near the fault, so their message may hold the secret.
            raise MoveError(f"the server refused (error {error.code}): {shown}") from None

    def insert(self, statement: str, rows: Sequence[Row]) -> None:
        """One `INSERT … VALUES (%s, …)` for all of these rows."""
        with self._cursor() as cursor:
            cursor.executemany(statement, rows)

    def insert_and_take_back(self, statement: str, values: Sequence[Any]) -> int:
        """Insert one row, note the id it was given, roll back; the id."""
        with self._cursor() as cursor:
            cursor.execute("BEGIN")
            try:
                cursor.execute(statement, values)
                cursor.execute("SELECT LAST_INSERT_ID()")
                return int(cursor.fetchone()[0])
            finally:
                cursor.execute("ROLLBACK")

    @contextmanager
    def _cursor(self) -> Iterator[Any]:
        import MySQLdb

        try:
            with self._connection.cursor() as cursor:
                yield cursor
        except MySQLdb.Error as error:
            code, message = error.args[0], error.args[-1]
            raise ServerError(f"{self.place}: {message}", code) from None

    def close(self) -> None:
        self._connection.close()


def open_source(say: Callable[[str], None], *, dry_run: bool = False) -> Server:
    """The database that is left behind; read only."""
    server = Server(_url(SOURCE_VARIABLE), say=say, dry_run=dry_run)
    server.ask("SET time_zone = '+00:00'")
    return server


def open_target(say: Callable[[str], None], *, dry_run: bool = False) -> Server:
    """SingleStore's master aggregator, where pipelines and their views are."""
    return Server(_url(TARGET_VARIABLE), say=say, dry_run=dry_run)


def _url(variable: str) -> str:
    try:
        return os.environ[variable]
    except KeyError:
        raise MoveError(f"{variable} is not set: mysql://user:password@host:3306/db") from None


def quoted(name: str) -> str:
    """A name of a table or column, fit for a statement of either server."""
    return "`" + name.replace("`", "``") + "`"


def text(value: str) -> str:
    """A string literal of either server."""
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
