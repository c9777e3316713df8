"""A tiny intake that keeps what it gets and behaves as a test wants; options that lead to it."""

import gzip
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from treblle_sdk.client import Client
from treblle_sdk.exchange import Exchange, Request, by_name, flat
from treblle_sdk.options import Options

SDK_TOKEN = "K" * 32
API_KEY = "P" * 16


@dataclass(frozen=True)
class Batch:
    path: str
    headers: Mapping[str, str]
    size_bytes: int
    payloads: list[dict[str, Any]]


@dataclass
class TinyIntake:
    """`behave` answers a batch, with the handler of `http.server`; accepting is its default."""

    port: int = 0
    batches: list[Batch] = field(default_factory=list)
    connections: set[tuple[str, int]] = field(default_factory=set)
    behave: Callable[["Handler", Batch], None] = lambda handler, batch: handler.answer(202)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def payloads(self) -> list[dict[str, Any]]:
        return [payload for batch in self.batches for payload in batch.payloads]

    @property
    def text(self) -> str:
        """All that ever arrived."""
        return json.dumps([batch.payloads for batch in self.batches], ensure_ascii=False)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    intake: TinyIntake

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        lines = gzip.decompress(body).splitlines()
        batch = Batch(
            self.path,
            {name.lower(): value for name, value in self.headers.items()},
            len(body),
            [json.loads(line) for line in lines],
        )
        self.intake.batches.append(batch)
        self.intake.connections.add(self.client_address)
        self.intake.behave(self, batch)

    def answer(self, status, body=b"", **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        """Quiet."""


@pytest.fixture
def intake() -> Iterator[TinyIntake]:
    tiny = TinyIntake()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Own", (Handler,), {"intake": tiny}))
    server.daemon_threads = True
    tiny.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield tiny
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def make_options(intake: TinyIntake) -> Callable[..., Options]:
    """Options that lead to the tiny intake and wait for nothing."""

    def make(**changes: Any) -> Options:
        values = {
            "sdk_token": SDK_TOKEN,
            "api_key": API_KEY,
            "intake_url": intake.url,
            "linger_s": 0.0,
            "timeout_s": 2.0,
        }
        return Options(**(values | changes))

    return make


@pytest.fixture
def make_client(make_options) -> Iterator[Callable[..., Client]]:
    made: list[Client] = []

    def make(**changes: Any) -> Client:
        client = Client(make_options(**({"flush_s": 0.2} | changes)))
        made.append(client)
        return client

    yield make
    for client in made:
        client.close()


@pytest.fixture(scope="session")
def make_exchange() -> Callable[..., Exchange]:
    """A finished exchange of JSON; `request` and `response` are bodies in bytes."""

    def make(request: bytes = b"", response: bytes = b"", **changes: Any) -> Exchange:
        lines: dict[str, Any] = {
            "method": "POST",
            "host": "api.example",
            "query": "",
            "remote_ip": "203.0.113.9",
            "protocol": "HTTP/1.1",
            "software": "gunicorn",
            "headers": [("content-type", "application/json")],
        }
        values: dict[str, Any] = {
            "framework": "wsgi",
            "scheme": "https",
            "path": "/orders",
            "request_body": request,
            "request_body_bytes": len(request),
            "status": 200,
            "response_headers": [("content-type", "application/json")],
            "response_body": response,
            "response_body_bytes": len(response),
            "response_size_bytes": len(response),
        }
        lines |= {name: changes.pop(name) for name in lines.keys() & changes.keys()}
        values |= changes
        values["response_headers"] = flat(values["response_headers"])
        lines["headers"] = by_name(flat(lines["headers"]))
        return Exchange(**values, told=lines, read=lambda told: Request(**told))

    return make
