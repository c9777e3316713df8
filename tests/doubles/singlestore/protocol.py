"""MySQL's protocol in front of the server: each client with a connection to the MariaDB behind."""

import asyncio
import logging
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import MySQLdb
from mysql_mimic import MysqlServer, ResultColumn, ResultSet, Session
from mysql_mimic.charset import CharacterSet
from mysql_mimic.errors import MysqlError
from mysql_mimic.types import ColumnType

from tests.doubles.singlestore.grammar import Refused
from tests.doubles.singlestore.server import UNKNOWN_ERROR, SingleStore, connect

OWN: Final = re.compile(
    r"\s*(CREATE\s+(OR\s+REPLACE\s+)?(AGGREGATOR\s+)?(LINK|PIPELINE)"
    r"|(START|STOP|DROP)\s+(PIPELINE|LINK)|AGGREGATOR)\b",
    re.IGNORECASE,
)
SHOWS_PARAMETERS: Final = "SELECT @@show_query_parameters"


class Connection(Session):  # type: ignore[misc] # mysql_mimic has no types that mypy takes
    """One client, with a connection of its own to the MariaDB behind."""

    def __init__(self, server: SingleStore) -> None:
        super().__init__()
        self._server, self._store = server, connect(server.store_url, server.time_zone)

    async def handle_query(self, sql: str, attrs: dict[str, str]) -> ResultSet | None:
        self._server.statements.append(sql)
        return await asyncio.to_thread(self._answer, sql)

    def _answer(self, sql: str) -> ResultSet | None:
        try:
            if OWN.match(sql):
                self._server.run(sql)
                return None
            if sql.strip() == SHOWS_PARAMETERS:
                return result([(int(self._server.show_query_parameters),)], ["value"])
            self._server.check_insert(sql)
            return self._ask(self._server.catalogue.redirect(sql))
        except Refused as error:
            raise MysqlError(str(error), error.code) from None
        except MySQLdb.Error as error:
            code = error.args[0] if isinstance(error.args[0], int) else UNKNOWN_ERROR
            raise MysqlError(str(error.args[-1]), code) from None

    def _ask(self, sql: str) -> ResultSet | None:
        with self._store.cursor() as cursor:
            cursor.execute(sql)
            if cursor.description is None:
                return None
            names = [column[0] for column in cursor.description]
            codes = [column[1] for column in cursor.description]
            return result(list(cursor.fetchall()), names, codes)

    async def close(self) -> None:
        self._store.close()
        await super().close()


def result(
    rows: list[tuple[Any, ...]], names: list[str], codes: list[int] | None = None
) -> ResultSet:
    codes = codes or [ColumnType.STRING] * len(names)
    columns = [
        ResultColumn(
            name,
            ColumnType(code),
            # Drivers give bytes for columns of this character set, text for others.
            character_set=CharacterSet.binary
            if any(isinstance(row[at], bytes) for row in rows)
            else CharacterSet.utf8mb4,
            text_encoder=_encode,
        )
        for at, (name, code) in enumerate(zip(names, codes, strict=True))
    ]
    return ResultSet(rows, columns)


def _encode(column: ResultColumn, value: Any) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()


@contextmanager
def running(store_url: str, catalogue_url: str) -> Iterator[SingleStore]:
    """The server on a free port, over two empty databases of a MariaDB."""
    logging.getLogger("mysql_mimic").setLevel(logging.CRITICAL)
    server = SingleStore(store_url, catalogue_url)
    loop, ready, ended = asyncio.new_event_loop(), threading.Event(), asyncio.Event()

    async def serve() -> None:
        front = MysqlServer(session_factory=lambda: Connection(server))
        await front.start_server(host="127.0.0.1", port=0)
        port = front.sockets()[0].getsockname()[1]
        server.url = f"singlestore://root@127.0.0.1:{port}/{server.database}"
        ready.set()
        await ended.wait()
        await _end(front)

    thread = threading.Thread(target=loop.run_until_complete, args=[serve()], daemon=True)
    thread.start()
    ready.wait()
    try:
        yield server
    finally:
        server.wait_until_loaded()
        loop.call_soon_threadsafe(ended.set)
        thread.join()
        loop.close()
        server.close()


async def _end(front: MysqlServer) -> None:
    front.close()
    clients = asyncio.all_tasks() - {asyncio.current_task()}
    for client in clients:
        client.cancel()
    await asyncio.gather(*clients, return_exceptions=True)
    # A transport is closed by the turn of the loop after the one that was told to.
    for _ in range(2):
        await asyncio.sleep(0)
