"""`/healthz`, `/readyz` and `/metrics` of a process that serves no HTTP: workers, beat, listener.

Off unless METRICS_PORT is set. It answers in a thread; `/metrics` to those with METRICS_TOKEN.
"""

import json
import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from treblle_service.conf import Environment
from treblle_service.metrics import exposition

if TYPE_CHECKING:
    from http.server import ThreadingHTTPServer

logger = logging.getLogger(__name__)

# Raises where its service could not be used now.
Probe = Callable[[], None]


@dataclass(frozen=True)
class SidePort:
    """Where to listen; port 0 means not at all."""

    host: str
    port: int
    token: str


def metrics_token(env: Environment) -> str:
    return env.secret(
        "METRICS_TOKEN", "", help="who sends it as a bearer token may read /metrics (unset: nobody)"
    )


def side_port(env: Environment) -> SidePort:
    return SidePort(
        host=env.text("METRICS_HOST", "127.0.0.1", help="where METRICS_PORT listens"),
        port=env.integer(
            "METRICS_PORT",
            0,
            help="port for /healthz, /readyz and /metrics of a worker, beat or listener; 0: none",
        ),
        token=metrics_token(env),
    )


def problem_of(probes: Mapping[str, Probe]) -> str:
    """What is wrong in a few words, without hosts or passwords; empty if nothing is."""
    problems = []
    for name, probe in probes.items():
        try:
            probe()
        except Exception as error:  # whatever a client raises: it is not usable
            problems.append(f"{name}: {type(error).__name__}")
    return ", ".join(problems)


def serve(place: SidePort, probes: Mapping[str, Probe]) -> "ThreadingHTTPServer | None":
    """Answer from now on, in a thread that ends with the process; None where it is off."""
    if not place.port:
        return None
    from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            match self.path:
                case "/healthz":
                    self._say(200, {"status": "ok"})
                case "/readyz":
                    problem = problem_of(probes)
                    if problem:
                        self._say(503, {"status": "not ready", "problem": problem})
                    else:
                        self._say(200, {"status": "ok"})
                case "/metrics":
                    sent = self.headers.get("Authorization", "")
                    if exposition.is_allowed(sent, place.token):
                        self._answer(200, exposition.CONTENT_TYPE, exposition.render())
                    else:
                        self._say(403, {"status": "forbidden"})
                case _:
                    self._say(404, {"status": "not found"})

        def _say(self, status: int, value: dict[str, str]) -> None:
            self._answer(status, "application/json", json.dumps(value).encode())

        def _answer(self, status: int, kind: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            logger.debug(format, *args)

    server = ThreadingHTTPServer((place.host, place.port), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, name="side-port", daemon=True).start()
    return server
