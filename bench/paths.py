"""Endpoint templates learned from traffic: how right, how fast, in how much memory.

Traffic with known truth is made from the documents of `tests/api_specs/specs` and from path lists
in the style of many other APIs (`path_traffic`), evenly and `.skewed`; a seed a run. A request
counts as right when the set of requests in its group is the truth's exactly.
"""

import json
import random
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, Final

from treblle_etl.transform.paths import Learner

from bench import path_traffic
from bench.figures import ROOT, Figure

SPECS: Final = ROOT / "tests" / "api_specs"
SIZES: Final = (200, 2_000, 20_000)
SEEDS: Final = (7, 8, 9)
TARGET_FROM: Final = 20_000
BATCH: Final = 100  # requests a batch when learning on line
DISTINCT_PATHS: Final = 1_000_000
WORDS: Final = [
    "amber",
    "birch",
    "cedar",
    "delta",
    "ember",
    "falcon",
    "garnet",
    "harbor",
    "indigo",
    "juniper",
    "kestrel",
]

Request = dict[str, Any]


def measure() -> list[Figure]:
    figures: list[Figure] = []
    for spec in sorted((SPECS / "specs").glob("*.json")):
        for size in SIZES:
            figures += _accuracy(spec.stem, size)
    for name in path_traffic.names():
        figures += _accuracy_invented(name)
    for name in path_traffic.held_out_names():
        figures.append(_accuracy_held_out(name))
    traffic = _traffic("mercadopago", TARGET_FROM, SEEDS[0])
    speeds = [_us_a_path(traffic) for _ in SEEDS]
    memory = [_memory_mb() for _ in SEEDS]
    against = f"{DISTINCT_PATHS:,} distinct paths, peak of a process that does only this"
    return [
        *figures,
        Figure("paths.us", "µs", speeds, "", "observe, learn once in 20,000, ask for the template"),
        Figure("paths.memory_mb.1m", "MB", memory, "≤ 200", against),
    ]


def _accuracy(api: str, size: int) -> list[Figure]:
    runs = [_traffic(api, size, seed) for seed in SEEDS]
    target = "≥ 0.95" if size >= TARGET_FROM else ""
    name = f"paths.accuracy.{api}.{size}"
    at_once = [_right(run, _learned(run)) for run in runs]
    on_line = [_right(run, _learned_on_line(run)) for run in runs]
    return [
        Figure(name, "share", at_once, target, f"seeds {SEEDS}"),
        Figure(f"{name}.online", "share", on_line, target, f"batches of {BATCH}, another order"),
    ]


def _accuracy_invented(name: str) -> list[Figure]:
    figures = []
    for skewed in (False, True):
        runs = [path_traffic.traffic(name, TARGET_FROM, seed, skewed=skewed) for seed in SEEDS]
        label = f"paths.accuracy.{name}.{TARGET_FROM}{'.skewed' if skewed else ''}"
        at_once = [_right(run, _learned(run)) for run in runs]
        figures.append(Figure(label, "share", at_once, "≥ 0.95", f"seeds {SEEDS}"))
    return figures


def _accuracy_held_out(name: str) -> Figure:
    """Of a list that nothing is tuned on, whose values are skewed and of other words."""
    runs = [path_traffic.traffic(name, TARGET_FROM, seed, skewed=True) for seed in SEEDS]
    shares = [_right(run, _learned(run)) for run in runs]
    label = f"paths.accuracy.held_out.{name}.{TARGET_FROM}.skewed"
    return Figure(label, "share", shares, "≥ 0.95", f"seeds {SEEDS}")


def _traffic(api: str, size: int, seed: int) -> list[Request]:
    tool, spec = SPECS / "tools" / "api_traffic.py", SPECS / "specs" / f"{api}.json"
    command = [sys.executable, str(tool), str(spec)]
    command += ["--requests", str(size), "--seed", str(seed)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def _learned(requests: Iterable[Request]) -> Learner:
    learner = Learner()
    for request in requests:
        learner.observe(request["method"], request["path"], request["status"])
    learner.learn()
    return learner


def _learned_on_line(requests: list[Request]) -> Learner:
    shuffled = random.Random(1).sample(requests, len(requests))
    learner = Learner()
    for start in range(0, len(shuffled), BATCH):
        for request in shuffled[start : start + BATCH]:
            learner.observe(request["method"], request["path"], request["status"])
        if learner.due:
            learner.learn()
    return learner


def _right(requests: list[Request], learner: Learner) -> float:
    truth: dict[str, set[int]] = defaultdict(set)
    groups: dict[tuple[str, str | None], set[int]] = defaultdict(set)
    for number, request in enumerate(requests):
        truth[request["truth"]].add(number)
        template = learner.template_of(request["method"], request["path"])
        groups[request["method"], template].add(number)
    found = {frozenset(group) for group in groups.values()}
    return sum(len(group) for group in truth.values() if group in found) / len(requests)


def _us_a_path(requests: list[Request]) -> float:
    began = time.perf_counter()
    learner = _learned(requests)
    for request in requests:
        learner.template_of(request["method"], request["path"])
    return (time.perf_counter() - began) / len(requests) * 1e6


def _memory_mb() -> float:
    """Peak resident memory, in MB, of a process that learns from DISTINCT_PATHS."""
    code = "import bench.paths; bench.paths.learn_distinct()"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return float(done.stdout)


def learn_distinct() -> None:
    import resource

    learner = Learner()
    for path in _distinct():
        learner.observe("GET", path, 200)
    learner.learn()
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def _distinct() -> Iterator[str]:
    """Ids, slugs, names under names, and words nobody has seen: each a quarter."""
    dice = random.Random(1)
    for number in range(DISTINCT_PATHS // 4):
        slug = "-".join(dice.choices(WORDS, k=4))
        word = "".join(dice.choices("aeioustrnl", k=9))
        yield f"/users/{number}/orders/{dice.getrandbits(64):x}"
        yield f"/posts/{slug}-{number}/comments"
        yield f"/{dice.choice(WORDS)}/{word}/files/{dice.choice(WORDS)}/{number}"
        yield f"/{word}{number % 10}/{dice.choice(WORDS)}/{slug}"
