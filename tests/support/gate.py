"""A TCP relay in front of a server: what it serves can be refused or slowed at any moment."""

import socket
import threading
from contextlib import suppress
from types import TracebackType
from typing import Self

CHUNK = 65_536
ACCEPT_POLL_S = 0.2


class Gate:
    """Relays to `port` of this machine from one of its own, `gate.port`.

    `shut` ends what is open and refuses what comes; `delay_s` holds every piece of an answer back.
    """

    def __init__(self, port: int) -> None:
        self._target = port
        self._is_shut = False
        self._ended = False
        self.delay_s = 0.0
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self._listener.settimeout(ACCEPT_POLL_S)
        self.port: int = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._accept, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ended = True
        self.shut()
        self._thread.join()
        self._listener.close()

    def shut(self) -> None:
        self._is_shut = True
        with self._lock:
            for each in self._open:
                end(each)
            self._open.clear()

    def open(self) -> None:
        self._is_shut = False

    def _accept(self) -> None:
        while not self._ended:
            try:
                client, _ = self._listener.accept()
            except TimeoutError:
                continue
            if self._is_shut:
                end(client)
                continue
            try:
                server = socket.create_connection(("127.0.0.1", self._target), timeout=10)
            except OSError:
                end(client)
                continue
            server.settimeout(None)
            with self._lock:
                self._open |= {client, server}
            for source, sink, slow in ((client, server, False), (server, client, True)):
                relay = threading.Thread(target=self._relay, args=(source, sink, slow), daemon=True)
                relay.start()

    def _relay(self, source: socket.socket, sink: socket.socket, slow: bool) -> None:
        waiter = threading.Event()
        try:
            while piece := source.recv(CHUNK):
                if slow and self.delay_s:
                    waiter.wait(self.delay_s)
                sink.sendall(piece)
        except OSError:
            pass  # one side is gone, and the other goes with it
        finally:
            for each in (source, sink):
                end(each)
            with self._lock:
                self._open -= {source, sink}


def end(connection: socket.socket) -> None:
    with suppress(OSError):  # it is closed already
        connection.shutdown(socket.SHUT_RDWR)
    connection.close()
