"""Leads the published SDKs to a local intake, from outside and without touching them.

Their hosts (`*.treblle.com`, over TLS) are fixed in their code. The gateway is a TLS listener with
a certificate for these names, which forwards what comes to the intake, and a proxy that knows the
way to this listener only. A process that uses an SDK is led here by its environment alone.
"""

import asyncio
import datetime
import ssl
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import TracebackType
from typing import Final, Self

HOST: Final = "127.0.0.1"
PRELOAD: Final = Path(__file__).with_name("lead_treblle_here.cjs")
PIECE_BYTES: Final = 64 * 1024
HEAD_WITHIN_S: Final = 10.0
RENEWED_BEFORE: Final = datetime.timedelta(days=30)

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class SdkGateway:
    """Runs in a thread of its own between `start` and `stop`, or inside `with`.

    `folder` keeps the certificates; `intake_port` is where the local intake listens.
    """

    def __init__(self, folder: Path, intake_port: int) -> None:
        self._folder = folder
        self._intake_port = intake_port
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="gateway", daemon=True)
        self._servers: list[asyncio.Server] = []
        self._open: set[asyncio.StreamWriter] = set()
        self.tls_port = 0
        self.proxy_port = 0

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self) -> None:
        context = self._tls_context()
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._listen(context), self._loop).result()

    def stop(self) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def python_environment(self) -> dict[str, str]:
        """What a process with the PyPI SDK needs on top of its own environment."""
        proxy = f"http://{HOST}:{self.proxy_port}"
        return {
            "HTTPS_PROXY": proxy,
            "https_proxy": proxy,
            "NO_PROXY": "",
            "no_proxy": "",
            "REQUESTS_CA_BUNDLE": str(self._authority),
        }

    def node_environment(self) -> dict[str, str]:
        """What a Node process with an npm SDK needs on top of its own environment."""
        return {
            "NODE_OPTIONS": f"--require={PRELOAD}",
            "NODE_EXTRA_CA_CERTS": str(self._authority),
            "TREBLLE_GATEWAY_PORT": str(self.tls_port),
        }

    @property
    def _authority(self) -> Path:
        return self._folder / "ca.pem"

    @property
    def _chain(self) -> Path:
        return self._folder / "treblle.com.pem"

    def _tls_context(self) -> ssl.SSLContext:
        if not self._certificates_are_good():
            from demo.certificates import write_certificates  # large, and needed once a year

            self._folder.mkdir(parents=True, exist_ok=True)
            write_certificates(self._authority, self._chain)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self._chain)
        return context

    def _certificates_are_good(self) -> bool:
        if not (self._authority.exists() and self._chain.exists()):
            return False
        trusted = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        trusted.load_verify_locations(self._authority)
        ends = ssl.cert_time_to_seconds(str(trusted.get_ca_certs()[0]["notAfter"]))
        until = datetime.datetime.fromtimestamp(ends, datetime.UTC)
        return until - RENEWED_BEFORE > datetime.datetime.now(datetime.UTC)

    async def _listen(self, context: ssl.SSLContext) -> None:
        tls = await asyncio.start_server(self._to_intake, HOST, 0, ssl=context)
        proxy = await asyncio.start_server(self._proxied, HOST, 0)
        self._servers = [tls, proxy]
        self.tls_port, self.proxy_port = (port_of(server) for server in self._servers)

    async def _close(self) -> None:
        for server in self._servers:
            server.close()
        for writer in self._open:
            writer.transport.abort()
        await asyncio.gather(*(asyncio.all_tasks() - {asyncio.current_task()}))

    async def _to_intake(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._lead(reader, writer, self._intake_port)

    async def _proxied(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One CONNECT (RFC 9110, section 9.3.6): to our listener, or nowhere."""
        try:
            async with asyncio.timeout(HEAD_WITHIN_S):
                head = await reader.readuntil(b"\r\n\r\n")
        except (TimeoutError, OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            writer.close()
            return
        if not leads_to_treblle(head):
            writer.write(b"HTTP/1.1 403 Only *.treblle.com is led from here\r\n\r\n")
            writer.close()
            return
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        await self._lead(reader, writer, self.tls_port)

    async def _lead(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, port: int
    ) -> None:
        self._open.add(writer)
        try:
            await lead(reader, writer, port)
        finally:
            self._open.discard(writer)


def port_of(server: asyncio.Server) -> int:
    port: int = server.sockets[0].getsockname()[1]
    return port


def leads_to_treblle(head: bytes) -> bool:
    """Whether the head of a request is `CONNECT <something>.treblle.com:443 …`."""
    method, _, rest = head.partition(b" ")
    host = rest.partition(b" ")[0].partition(b":")[0].lower()
    return method == b"CONNECT" and (host == b"treblle.com" or host.endswith(b".treblle.com"))


async def lead(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, port: int) -> None:
    """Carry bytes between a connection and a local port, both ways, until both sides end."""
    try:
        far_reader, far_writer = await asyncio.open_connection(HOST, port)
    except OSError:
        writer.close()
        return
    try:
        await asyncio.gather(carry(reader, far_writer), carry(far_reader, writer))
    finally:
        far_writer.close()
        writer.close()


async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Until the reader's side ends; where a side breaks off, the writer's is closed."""
    try:
        while piece := await reader.read(PIECE_BYTES):
            writer.write(piece)
            await writer.drain()
        if writer.can_write_eof():
            writer.write_eof()
        else:
            writer.close()  # TLS knows no half-closed connection
    except OSError:
        writer.close()
