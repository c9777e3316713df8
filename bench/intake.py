"""The intake against an application that does nothing, and against Django with a row an event.

All run as one uvicorn process (uvloop, httptools) and are loaded by one client process with 256
connections, one after the other, in the same minute. On two cores the client has one to itself
while the server's event loop has the other; the intake's writing thread, moto and MariaDB share
the client's, so that the figures err against the intake.
"""

import io
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from bench import load_client
from bench.figures import ROOT, RUNS, Figure, percentile
from embedded.log_lines import LogLines
from embedded.ports import free_port
from embedded.supervisor import Supervisor
from tests.services.aws import ENVIRONMENT, REGION, start_moto
from tests.services.mariadb import new_database, start_mariadb
from tests.services.servers import Servers
from tests.support.payloads import django_payload

SECONDS: Final = 2.0
KEY: Final = "k" * 32
PAYLOADS: Final = 300
# Under ASGI, Django gives each request a thread and a connection to the database of its own; with
# more it is slower.
DJANGO_CONNECTIONS: Final = 32
# Now and then a busy MariaDB refuses one; more would be another measurement.
MAX_OTHERS: Final = 100
# By its name in a figure; the one without a name is what SDKs send as a rule.
SIZES: Final = {"": 2048, ".8kb": 8192, ".32kb": 32768}


@dataclass
class Half:
    """How late answers are at half the rate that a server holds."""

    per_s: float
    p50_ms: float
    p99_ms: float


@dataclass
class Rates:
    """Answers a second, by server and size; and how late they are at half of it."""

    file: dict[str, list[float]] = field(default_factory=dict)
    s3: dict[str, list[float]] = field(default_factory=dict)
    django: list[float] = field(default_factory=list)
    noop: dict[str, list[float]] = field(default_factory=dict)
    # At half the rate just held, by store.
    half: dict[str, list[Half]] = field(default_factory=dict)
    client_share: float = 0.0


def measure() -> list[Figure]:
    requests = {name: _requests(size) for name, size in SIZES.items()}
    rates = Rates()
    with _servers() as ports:
        for _ in range(RUNS):
            _run(ports, requests, rates)
    return _figures(rates)


def _run(ports: dict[str, int], requests: Mapping[str, Sequence[bytes]], rates: Rates) -> None:
    for name, made in requests.items():
        rates.noop.setdefault(name, []).append(_rate(ports["noop"], made, rates))
        rates.file.setdefault(name, []).append(_rate(ports["file"], made, rates))
        rates.s3.setdefault(name, []).append(_rate(ports["s3"], made, rates))
    usual = requests[""]
    rates.django.append(_rate(ports["django"], usual, rates, DJANGO_CONNECTIONS))
    for store, by_size in (("file", rates.file), ("s3", rates.s3)):
        half = _at_half(ports[store], usual, by_size[""][-1] / 2)
        rates.half.setdefault(store, []).append(half)


def _at_half(port: int, requests: Sequence[bytes], per_s: float) -> Half:
    answers = load_client.run(port, requests, seconds=SECONDS, per_s=per_s)
    delays_ms = answers.delays_ms
    return Half(per_s, percentile(delays_ms, 0.5), percentile(delays_ms, 0.99))


def _rate(
    port: int, requests: Sequence[bytes], rates: Rates, connections: int = load_client.CONNECTIONS
) -> float:
    answers = load_client.run(port, requests, seconds=SECONDS, connections=connections)
    if answers.others > MAX_OTHERS:
        raise RuntimeError(f"{answers.others} requests were not accepted on port {port}")
    rates.client_share = max(rates.client_share, answers.client_share)
    return answers.per_s


def _figures(rates: Rates) -> list[Figure]:
    against = f"ASGI that reads and does nothing; the client used up to {rates.client_share:.0%} of a core"
    stores = {"file": (rates.file, ""), "s3": (rates.s3, "; the bucket is moto's")}
    django = _ratios(rates.file[""], rates.django)
    return [
        *(
            Figure(
                f"intake.vs_noop.{store}{name}",
                "x rate",
                _ratios(by_size[name], rates.noop[name]),
                "" if name else "≥ 0.4",
                f"{against}; {max(by_size[name]):.0f}/s of {size} bytes at best{where}",
            )
            for store, (by_size, where) in stores.items()
            for name, size in SIZES.items()
        ),
        Figure(
            "intake.vs_django", "x rate", django, "≥ 5", "a row and a commit a request, MariaDB"
        ),
        *(figure for store, runs in rates.half.items() for figure in _half_figures(store, runs)),
    ]


def _half_figures(store: str, runs: Sequence[Half]) -> list[Figure]:
    of = f"at half the rate held, {min(run.per_s for run in runs):.0f}/s at least"
    return [
        Figure(f"intake.p50_ms.half_load.{store}", "ms", [run.p50_ms for run in runs], "", of),
        Figure(f"intake.p99_ms.half_load.{store}", "ms", [run.p99_ms for run in runs], "", of),
    ]


def _ratios(ours: Sequence[float], theirs: Sequence[float]) -> list[float]:
    return [one / other for one, other in zip(ours, theirs, strict=True)]


def _requests(size: int) -> list[bytes]:
    dice = random.Random(size)
    return [
        load_client.post("/", _body(size, dice), x_api_key=KEY, content_type="application/json")
        for _ in range(PAYLOADS)
    ]


def _body(size: int, dice: random.Random) -> bytes:
    """A payload of about that size, with numbers and words that do not repeat."""
    made: dict[str, Any] = django_payload()
    made["event_id"] = str(uuid.UUID(int=dice.getrandbits(128), version=4))
    items = made["data"]["response"]["body"] = []
    missing = size - len(json.dumps(made))
    while missing > 0:
        items.append({"id": dice.randrange(10**9), "name": f"{dice.getrandbits(64):x}"})
        missing -= len(json.dumps(items[-1])) + 2
    return json.dumps(made).encode()


@contextmanager
def _servers() -> Iterator[dict[str, int]]:
    """The ports of all that is measured, each a process of its own."""
    folder = Path(tempfile.mkdtemp(prefix="treblle-bench-"))
    try:
        with Supervisor((), LogLines(io.StringIO())) as supervisor:
            servers = Servers(supervisor, folder)
            with new_database(start_mariadb(servers)) as database_url:
                yield {
                    "noop": _uvicorn(servers, "noop", {}),
                    "django": _django(servers, database_url),
                    "file": _intake(servers, "file", f"file://{folder}/raw"),
                    "s3": _intake(servers, "s3", _bucket_url(start_moto(servers))),
                }
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _intake(servers: Servers, name: str, store_url: str) -> int:
    port = free_port()
    environment = {
        **ENVIRONMENT,
        "INTAKE_PORT": str(port),
        "INTAKE_RATE_PER_S": "0",
        "INTAKE_SENDS_EVENTS": "no",
        "EVENTS_URL": "redis://127.0.0.1:1/0",
        "RAW_STORE_URL": store_url,
    }
    command = [sys.executable, "-m", "treblle_intake"]
    servers.start(name, command, port=port, environment=environment)
    return port


def _uvicorn(servers: Servers, name: str, environment: dict[str, str]) -> int:
    """As `treblle_intake.__main__` starts it."""
    port = free_port()
    command: list[str | Path] = [
        *(sys.executable, "-m", "uvicorn", f"bench.hosts.{name}:application", "--app-dir", ROOT),
        *("--port", str(port), "--loop", "uvloop", "--http", "httptools", "--ws", "none"),
        *("--lifespan", "off", "--log-level", "warning", "--no-access-log", "--backlog", "4096"),
        *("--no-proxy-headers", "--no-server-header", "--no-date-header"),
    ]
    servers.start(name, command, port=port, environment=environment)
    return port


def _django(servers: Servers, database_url: str) -> int:
    environment = {"BENCH_DATABASE_URL": database_url}
    subprocess.run(
        [sys.executable, "-m", "bench.hosts.django_insert"],
        cwd=ROOT,
        env={**os.environ, **environment},
        check=True,
    )
    return _uvicorn(servers, "django_insert", environment)


def _bucket_url(endpoint: str) -> str:
    import boto3

    os.environ.update(ENVIRONMENT)
    client = boto3.client("s3", endpoint_url=endpoint)
    client.create_bucket(Bucket="raw", CreateBucketConfiguration={"LocationConstraint": REGION})
    client.close()
    return f"s3://raw?endpoint={endpoint}"
