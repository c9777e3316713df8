"""A tiny intake that remembers what it was sent, and the gateway before it."""

import gzip
import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from demo.sdk_gateway import SdkGateway
from embedded.ports import free_port
from embedded.surroundings import ROOT, inherited
from tests.services.servers import accepts
from tests.support.conditions import wait_until

KEYS = {"TREBLLE_SDK_TOKEN": "the-account-key", "TREBLLE_API_KEY": "the-project-id"}


@dataclass(frozen=True)
class Sent:
    """One request an SDK made."""

    host: str
    headers: Mapping[str, str]
    payload: dict[str, Any]


@dataclass
class RecordingIntake:
    port: int
    sent: list[Sent] = field(default_factory=list)

    def of(self, method: str, path: str) -> Sent | None:
        """What an SDK told of a request with this method and path, once it has."""
        for sent in list(self.sent):
            request = sent.payload["data"]["request"]
            if request["method"] == method and httpx.URL(request["url"]).path == path:
                return sent
        return None


@pytest.fixture
def intake() -> Iterator[RecordingIntake]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers.get("Content-Encoding") == "gzip":
                body = gzip.decompress(body)
            headers = {name.lower(): value for name, value in self.headers.items()}
            recorder.sent.append(Sent(headers["host"], headers, json.loads(body)))
            self.send_response(202)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Nothing: the test reads what was recorded."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        recorder = RecordingIntake(server.server_address[1])
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield recorder
        server.shutdown()
        thread.join()


@pytest.fixture
def gateway(intake: RecordingIntake, tmp_path: Path) -> Iterator[SdkGateway]:
    with SdkGateway(tmp_path / "gateway", intake.port) as gateway:
        yield gateway


@contextmanager
def running(
    command: list[str], folder: Path, environment: Mapping[str, str]
) -> Iterator[httpx.Client]:
    port = free_port()
    process = subprocess.Popen(
        [word.format(port=port) for word in command],
        cwd=folder,
        env=inherited() | KEYS | dict(environment),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until(lambda: accepts(port))
        with httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
            yield client
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def django_shop(gateway: SdkGateway) -> Iterator[httpx.Client]:
    command = [sys.executable, "manage.py", "runserver", "--noreload", "127.0.0.1:{port}"]
    folder = ROOT / "examples" / "django_api"
    with running(command, folder, gateway.python_environment()) as client:
        yield client


@pytest.fixture(params=["@treblle/express", "treblle"])
def express_shop(request: pytest.FixtureRequest, gateway: SdkGateway) -> Iterator[httpx.Client]:
    node = shutil.which("node") or str(ROOT / ".venv" / "bin" / "node")
    folder = ROOT / "examples" / "express_api"
    environment = gateway.node_environment() | {"TREBLLE_SDK": request.param}
    with running([node, "server.js", "{port}"], folder, environment) as client:
        yield client
