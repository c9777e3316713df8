"""What an SDK adds to a request of its host: ours, and the official PyPI `treblle` and `apitally`.

Each variant is a process of its own, before a server that takes what it sends at once; they take
turns of few requests, so that a machine that is slow for a while is so for all. The peers run with
their defaults. The host without an SDK is also measured against itself: what a ratio of its p99s
comes to on this machine by chance.
"""

import io
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

from bench.figures import ROOT, RUNS, Figure, percentile
from demo.sdk_gateway import SdkGateway
from embedded.log_lines import LogLines
from embedded.ports import free_port
from embedded.supervisor import Supervisor
from tests.services.servers import Servers

WARM_UP: Final = 200
# Of each variant in a run, and a turn of it.
REQUESTS: Final = 600
A_TURN: Final = 40
# A hundredth of these still is more than a few.
REQUESTS_FOR_P99: Final = 2000
# Rounds of what differs by little more than the machine's own noise; the median counts.
ROUNDS: Final = 7
# Of JSON in an answer.
USUAL_KB: Final = 2
LARGER_KB: Final = (8, 32)
# What the view of a host that has something to do waits for.
WAIT_MS: Final = 5
# Of the right form, and nobody's.
APITALLY_TOKEN: Final = "apt_" + "b" * 24
DJANGO: Final = ("none", "ours", "treblle", "apitally")


def measure() -> list[Figure]:
    folder = Path(tempfile.mkdtemp(prefix="treblle-bench-"))
    try:
        with _sink(folder) as environment, _hanging_intake() as hanging_url:
            django = [_medians("django", DJANGO, environment) for _ in range(RUNS)]
            larger = {
                kb: [_medians("django", DJANGO[:2], environment, kb) for _ in range(ROUNDS)]
                for kb in LARGER_KB
            }
            starlette = [_medians("starlette", DJANGO[:2], environment) for _ in range(RUNS)]
            hanging = environment | {"TREBLLE_INTAKE_URL": hanging_url}
            p99s = [_p99s(environment, hanging) for _ in range(ROUNDS)]
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    added = {sdk: [run[sdk] - run["none"] for run in django] for sdk in DJANGO[1:]}
    added_starlette = [run["ours"] - run["none"] for run in starlette]
    bare = f"p50 of a request, against {_us(django)} µs without an SDK"
    bare_starlette = f"p50 of a request, against {_us(starlette)} µs without an SDK"
    return [
        Figure("sdk.added_us.django", "µs", added["ours"], "≤ 50", bare),
        Figure("sdk.added_us.starlette", "µs", added_starlette, "≤ 50", bare_starlette),
        *(
            Figure(
                f"sdk.added_us.django.{kb}kb",
                "µs",
                [run["ours"] - run["none"] for run in runs],
                "≤ 50",
                f"p50 of a request, against {_us(runs)} µs without an SDK",
            )
            for kb, runs in larger.items()
        ),
        *(
            Figure(
                f"sdk.vs_{peer}.django",
                "x time",
                [ours / theirs for ours, theirs in zip(added["ours"], added[peer], strict=True)],
                "< 1",
                f"{peer} adds {statistics.median(added[peer]):.0f} µs",
            )
            for peer in DJANGO[2:]
        ),
        *_p99_ratios(p99s),
    ]


def _p99_ratios(p99s: list[dict[str, float]]) -> list[Figure]:
    bare = f"p99 without an SDK, {statistics.median(run['none'] for run in p99s) * 1000:.0f} µs"
    waiting = f"p99 without an SDK where a view waits {WAIT_MS} ms for something, as most do"
    pairs = (
        ("hanging", "hanging", "none", "≤ 1.05", bare),
        ("hanging.waiting", "hanging.waiting", "none.waiting", "≤ 1.05", waiting),
        (
            "hanging.vs_answering",
            "hanging",
            "answering",
            "≤ 1.05",
            "p99 with an intake that answers",
        ),
        ("answering", "answering", "none", "", bare),
        ("noise", "again", "none", "", f"{bare}: without one in both"),
    )
    return [
        Figure(
            f"sdk.host_p99_ratio.{name}.django",
            "x time",
            [run[variant] / run[other] for run in p99s],
            target,
            against,
        )
        for name, variant, other, target, against in pairs
    ]


def _us(runs: list[dict[str, float]]) -> int:
    return round(statistics.median(run["none"] for run in runs))


def _medians(
    framework: str, sdks: tuple[str, ...], environment: Mapping[str, str], kb: int = USUAL_KB
) -> dict[str, float]:
    """Microseconds of a request at p50, by SDK."""
    with ExitStack() as stack:
        hosts = {sdk: stack.enter_context(_host(framework, sdk, environment, kb)) for sdk in sdks}
        times = _in_turns(hosts, REQUESTS)
    return {sdk: statistics.median(own) * 1000 for sdk, own in times.items()}


def _p99s(answering: Mapping[str, str], hanging: Mapping[str, str]) -> dict[str, float]:
    """Milliseconds, without an SDK (twice) and with ours, by what its intake does."""
    variants = {
        "none": ("none", answering, 0),
        "answering": ("ours", answering, 0),
        "again": ("none", answering, 0),
        "hanging": ("ours", hanging, 0),
        "none.waiting": ("none", answering, WAIT_MS),
        "hanging.waiting": ("ours", hanging, WAIT_MS),
    }
    with ExitStack() as stack:
        hosts = {
            name: stack.enter_context(_host("django", sdk, environment, wait_ms=wait_ms))
            for name, (sdk, environment, wait_ms) in variants.items()
        }
        times = _in_turns(hosts, REQUESTS_FOR_P99)
    return {name: percentile(own, 0.99) for name, own in times.items()}


def _in_turns(hosts: Mapping[str, subprocess.Popen[str]], number: int) -> dict[str, list[float]]:
    """Milliseconds of so many requests of each host, a few at a time.

    Each round starts with another host, so that none always has the machine as the same one left it.
    """
    names = list(hosts)
    times: dict[str, list[float]] = {name: [] for name in names}
    for turn in range(number // A_TURN):
        first = turn % len(names)
        for name in names[first:] + names[:first]:
            times[name] += _times(hosts[name], A_TURN)
    return times


@contextmanager
def _host(
    framework: str, sdk: str, environment: Mapping[str, str], kb: int = USUAL_KB, wait_ms: int = 0
) -> Iterator[subprocess.Popen[str]]:
    """A process that waits to be asked for requests, and has made some."""
    with subprocess.Popen(
        [sys.executable, "-m", "bench.hosts.reported", framework, sdk, str(kb), str(wait_ms)],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as host:
        _times(host, WARM_UP)
        yield host


def _times(host: subprocess.Popen[str], number: int) -> list[float]:
    """Milliseconds of so many requests."""
    if host.stdin is None or host.stdout is None:
        raise RuntimeError("the host was started without pipes")
    host.stdin.write(f"{number}\n")
    host.stdin.flush()
    times: list[float] = json.loads(host.stdout.readline())
    return times


@contextmanager
def _sink(folder: Path) -> Iterator[dict[str, str]]:
    """What leads each SDK to a server that accepts all it is sent."""
    port = free_port()
    with Supervisor((), LogLines(io.StringIO())) as supervisor:
        command = [
            *(sys.executable, "-m", "uvicorn", "bench.hosts.noop:application", "--port", str(port)),
            *("--app-dir", str(ROOT), "--lifespan", "off", "--no-access-log"),
        ]
        Servers(supervisor, folder).start("sink", command, port=port)
        with SdkGateway(folder / "gateway", port) as gateway:
            yield gateway.python_environment() | {
                "NO_PROXY": "127.0.0.1",
                "no_proxy": "127.0.0.1",
                "TREBLLE_SDK_TOKEN": "bench",
                "TREBLLE_API_KEY": "bench",
                "TREBLLE_INTAKE_URL": f"http://127.0.0.1:{port}",
                "APITALLY_WRITE_TOKEN": APITALLY_TOKEN,
                "APITALLY_OTLP_ENDPOINT": f"http://127.0.0.1:{port}",
            }


@contextmanager
def _hanging_intake() -> Iterator[str]:
    """An address that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0), backlog=128) as listener:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
