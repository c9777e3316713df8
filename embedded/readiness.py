"""Questions by which the supervisor learns that a process is ready; each answers at once."""

import http.client
import socket
from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit

TIMEOUT_S: Final = 2.0


def answers_http(url: str) -> Callable[[], bool]:
    """Whether a GET of `url` is answered with 200."""
    parts = urlsplit(url)
    host, port, path = parts.hostname or "", parts.port or 80, parts.path or "/"

    def ask() -> bool:
        connection = http.client.HTTPConnection(host, port, timeout=TIMEOUT_S)
        try:
            connection.request("GET", path)
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    return ask


def listens(host: str, port: int) -> Callable[[], bool]:
    """Whether somebody takes connections there; asks nothing, so that nothing is counted."""

    def ask() -> bool:
        try:
            socket.create_connection((host, port), timeout=TIMEOUT_S).close()
        except OSError:
            return False
        return True

    return ask


def answers_ping(host: str, port: int, password: str) -> Callable[[], bool]:
    """Whether the Valkey there takes our password and answers a PING."""

    def ask() -> bool:
        try:
            with socket.create_connection((host, port), timeout=TIMEOUT_S) as connection:
                connection.sendall(f"AUTH {password}\r\nPING\r\n".encode())
                answer = b""
                while b"PONG" not in answer:
                    piece = connection.recv(256)
                    if not piece or piece.startswith(b"-"):
                        return False
                    answer += piece
        except OSError:
            return False
        return True

    return ask
