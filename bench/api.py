"""What an app's first screen asks of the API, against bare Django views with the same queries.

Both are uvicorn as the API is run, one process each, on the data set of `bench/query.py` (SQLite);
`BENCH_API_ROWS=200k` tries it small. Rates are of all five operations in turn, by a few connections;
a p95 is of one operation by one connection, as one person waits for it. Limits are counted (in a
Valkey, as in life), only never reached.
"""

import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from bench import load_client
from bench.figures import ROOT, RUNS, Figure, percentile
from bench.query import FOLDER, UNTIL, database_of, django_setup
from embedded.log_lines import LogLines
from embedded.ports import free_port
from embedded.supervisor import Supervisor
from tests.environment import PLACEHOLDERS
from tests.services.databases import as_default, connect
from tests.services.servers import Servers
from tests.services.valkey import start_valkey

SECONDS: Final = 2.0
# As many as keep one process busy.
CONNECTIONS: Final = 4
OURS, BARE = "treblle_api.asgi", "bench.hosts.bare_api"


@dataclass
class Measured:
    """By server: answers a second, a run each; and by operation the p95 in milliseconds."""

    per_s: dict[str, list[float]] = field(default_factory=dict)
    p95_ms: dict[str, dict[str, list[float]]] = field(default_factory=dict)


def measure() -> list[Figure]:
    size = os.environ.get("BENCH_API_ROWS", "20m")
    FOLDER.mkdir(parents=True, exist_ok=True)
    django_setup()
    with database_of("sqlite", size) as url:
        _migrate(url)
        token, paths = _first_screen(url)
        measured = Measured()
        with _servers(url) as ports:
            _check_alike(ports, token, paths)
            for _ in range(RUNS):
                for server, port in ports.items():
                    _run(server, port, token, paths, measured)
    return list(_figures(measured, size))


def _migrate(url: str) -> None:
    """The ETL made the tables of the rows; this adds what only the API has."""
    environment = {**os.environ, **PLACEHOLDERS, "DATABASE_URL": url}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    command = [sys.executable, "-m", "treblle_api", "migrate", "-v0"]
    subprocess.run(command, cwd=ROOT, env=environment, check=True)


def _first_screen(url: str) -> tuple[str, dict[str, str]]:
    """A token of the owner of the busiest project, and what the screen asks for, by name."""
    from django.db.models import Sum
    from django.utils import timezone
    from treblle_models.models import AccessToken, Project, ProjectDay

    database = connect(url)
    with as_default(database):
        counted = ProjectDay.objects.values("project_id").annotate(n=Sum("requests"))
        busiest = counted.order_by("-n")[:1][0]["project_id"]
        project = Project.objects.select_related("user").get(pk=busiest)
        until = timezone.now() + timedelta(days=1)
        _, token = AccessToken.issue(project.user, "bench", scope="read", expires_at=until)
    database.connection.close()
    root = f"/v1/projects/{project.uuid}"
    day = {"start": (UNTIL - timedelta(days=1)).isoformat(), "end": UNTIL.isoformat()}
    series = urlencode({"metric": "load_time_p95_ms", "interval": "hour", **day})
    return token, {
        "me": "/v1/me",
        "projects": "/v1/projects",
        "analytics": f"{root}/analytics?{series}",
        "requests": f"{root}/requests",
        "problems": f"{root}/problems",
    }


@contextmanager
def _servers(url: str) -> Iterator[dict[str, int]]:
    """The ports of the API and of the bare views."""
    folder = Path(tempfile.mkdtemp(prefix="treblle-bench-"))
    try:
        with Supervisor((), LogLines(io.StringIO())) as supervisor:
            servers = Servers(supervisor, folder)
            valkey = start_valkey(servers)
            environment = {
                **PLACEHOLDERS,
                "DATABASE_URL": url,
                "CACHE_URL": f"{valkey}/0",
                "CHANNEL_URL": f"{valkey}/1",
                "API_REQUESTS_PER_MINUTE": "1000000000",
                "DJANGO_SETTINGS_MODULE": "treblle_api.settings",
            }
            yield {name: _uvicorn(servers, name, environment) for name in (OURS, BARE)}
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _uvicorn(servers: Servers, module: str, environment: dict[str, str]) -> int:
    """As `embedded/processes.py` starts the API."""
    port = free_port()
    command: list[str | Path] = [
        *(sys.executable, "-m", "uvicorn", f"{module}:application", "--app-dir", ROOT),
        *("--port", str(port), "--loop", "uvloop", "--http", "httptools", "--lifespan", "off"),
        *("--no-access-log", "--log-level", "warning", "--no-server-header"),
    ]
    servers.start(module, command, port=port, environment=environment)
    return port


def _check_alike(ports: dict[str, int], token: str, paths: dict[str, str]) -> None:
    """Both must show the same number of rows."""
    for name, path in paths.items():
        rows = {server: _rows(port, path, token) for server, port in ports.items()}
        if len(set(rows.values())) > 1:
            raise RuntimeError(f"{name} shows different numbers of rows: {rows}")


def _rows(port: int, path: str, token: str) -> int:
    headers = {"Authorization": f"Bearer {token}"}
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=headers)
    with urllib.request.urlopen(request) as answer:
        shown: dict[str, Any] = json.load(answer)
    return len(shown.get("results", ()))


def _run(server: str, port: int, token: str, paths: dict[str, str], measured: Measured) -> None:
    bearer = f"Bearer {token}"
    asked = {name: load_client.get(path, authorization=bearer) for name, path in paths.items()}
    rate = _answers(port, list(asked.values()), CONNECTIONS).per_s
    measured.per_s.setdefault(server, []).append(rate)
    for name, request in asked.items():
        delays = _answers(port, [request], 1).delays_ms
        of_server = measured.p95_ms.setdefault(server, {})
        of_server.setdefault(name, []).append(percentile(delays, 0.95))


def _answers(port: int, requests: list[bytes], connections: int) -> load_client.Answers:
    answers = load_client.run(port, requests, seconds=SECONDS, status=200, connections=connections)
    if answers.others:
        raise RuntimeError(f"{answers.others} answers on port {port} were not 200")
    return answers


def _figures(measured: Measured, size: str) -> Iterator[Figure]:
    ours, bare = measured.per_s[OURS], measured.per_s[BARE]
    of_five = f"{', '.join(measured.p95_ms[OURS])} in turn, {size} requests, SQLite"
    ratios = [one / other for one, other in zip(ours, bare, strict=True)]
    against = f"bare Django views with the same queries, {max(bare):.0f}/s at best; {of_five}"
    yield Figure("api.vs_bare", "x rate", ratios, "≥ 0.5", against)
    yield Figure("api.per_s", "req/s", ours, "", f"one process; {of_five}")
    slowest = [max(run) for run in zip(*measured.p95_ms[OURS].values(), strict=True)]
    yield Figure(f"api.p95_ms.{size}", "ms", slowest, "≤ 50", "the slowest of the five operations")
    for name, runs in measured.p95_ms[OURS].items():
        theirs = measured.p95_ms[BARE][name]
        beside = f"by a bare view {sorted(theirs)[RUNS // 2]:.1f} ms"
        yield Figure(f"api.p95_ms.{size}.{name}", "ms", runs, "", beside)
