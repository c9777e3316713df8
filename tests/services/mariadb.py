"""A private MariaDB for the whole run, or the one named by `TEST_MARIADB_URL`."""

import getpass
import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit
from uuid import uuid4

import MySQLdb
import pytest

from embedded.ports import free_port
from tests.services.servers import Servers

HINT = (
    "tests need a MariaDB server: apt-get install mariadb-server-core mariadb-client-core, or name"
    " one that they may make databases on: TEST_MARIADB_URL=mysql://user:password@host:3306/treblle"
)
# Nothing here must outlast a power cut: durability is given up for speed.
SETTINGS = (
    "--innodb-flush-log-at-trx-commit=0",
    "--innodb-doublewrite=0",
    "--loose-innodb-flush-method=nosync",
    "--loose-debug-no-sync=1",
    "--innodb-log-file-size=32M",
    "--innodb-buffer-pool-size=128M",
    "--skip-log-bin",
    "--skip-name-resolve",
    "--performance-schema=0",
    "--max-connections=200",
    "--character-set-server=utf8mb4",
    "--collation-server=utf8mb4_bin",
)


@pytest.fixture(scope="session")
def mariadb_url(servers: Servers) -> str:
    """`mysql://…/treblle` of a server on which tests may make and drop databases."""
    return os.environ.get("TEST_MARIADB_URL") or start_mariadb(servers)


def start_mariadb(
    servers: Servers, *, kept_in: Path | None = None, settings: Sequence[str] = ()
) -> str:
    """`mysql://…/treblle` of a server of one's own, made now, or found as it was `kept_in`."""
    program, install = find("mariadbd", "mysqld"), find("mariadb-install-db", "mysql_install_db")
    folder = kept_in or servers.make_folder("mariadb")
    folder.mkdir(exist_ok=True)
    data, port = folder / "data", free_port()
    is_new = not data.exists()
    if is_new:
        _make_data_folder(install, data)
    # A server that starts empties its folder of temporary tables, of those of other servers too.
    temporary = folder / "tmp"
    temporary.mkdir(exist_ok=True)
    command = (
        *(program, "--no-defaults", f"--datadir={data}", *as_user(), *SETTINGS, *settings),
        *(f"--tmpdir={temporary}", f"--socket={folder / 'socket'}"),
        f"--pid-file={folder / 'pid'}",
        *("--bind-address=127.0.0.1", f"--port={port}"),
    )
    servers.start("mariadb", command, port=port)
    url = f"mysql://root@127.0.0.1:{port}/treblle"
    if kept_in and is_new:
        execute(url, "CREATE DATABASE treblle CHARACTER SET utf8mb4 COLLATE utf8mb4_bin")
    return url


@pytest.fixture
def empty_mariadb_url(mariadb_url: str) -> Iterator[str]:
    """`mysql://…` of a database of the test's own, empty, without tables."""
    with new_database(mariadb_url) as url:
        yield url


@contextmanager
def new_database(server_url: str) -> Iterator[str]:
    """Make a database on that server, named by nobody else; drop it when the block ends."""
    name = f"test_{uuid4().hex}"
    execute(server_url, f"CREATE DATABASE {name} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin")
    try:
        yield f"{server_url.rpartition('/')[0]}/{name}"
    finally:
        execute(server_url, f"DROP DATABASE {name}")


def execute(server_url: str, statement: str) -> None:
    parts = urlsplit(server_url)
    connection = MySQLdb.connect(
        host=parts.hostname or "127.0.0.1",
        port=parts.port or 3306,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )
    with closing(connection):
        connection.query(statement)


def find(*names: str) -> str:
    """The first of these programs; Debian keeps servers in sbin, off the path of most users."""
    path = f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin"
    found = next((place for name in names if (place := shutil.which(name, path=path))), None)
    return found or pytest.fail(HINT, pytrace=False)


def as_user() -> list[str]:
    """MariaDB refuses to run as root unless told so by name."""
    return [f"--user={getpass.getuser()}"] if os.geteuid() == 0 else []


def _make_data_folder(install: str, data: Path) -> None:
    done = subprocess.run(
        [
            *(install, "--no-defaults", f"--datadir={data}", "--skip-test-db", *as_user()),
            *("--auth-root-authentication-method=normal", "--innodb-log-file-size=32M"),
        ],
        text=True,
        capture_output=True,
    )
    if done.returncode:
        pytest.fail(f"mariadb-install-db failed:\n{done.stdout}{done.stderr}", pytrace=False)
