"""Grouping of traffic with known truth, made from public API descriptions."""

import json
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest
from treblle_etl.transform.paths import Learner

from bench import path_traffic

SPECS = Path(__file__).parents[5] / "tests" / "api_specs"
REQUESTS = 20_000


def traffic(spec: Path, seed: int) -> list[dict]:
    tool = SPECS / "tools" / "api_traffic.py"
    command = [sys.executable, tool, spec, "--requests", str(REQUESTS), "--seed", str(seed)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.parametrize(
    "spec", sorted((SPECS / "specs").glob("*.json")), ids=lambda path: path.stem
)
@pytest.mark.parametrize("seed", [7, 23])
def test_requests_are_grouped_as_the_description_has_it(spec, seed):
    assert right(traffic(spec, seed)) >= 0.95


@pytest.mark.parametrize("skewed", [False, True])
def test_apis_of_many_styles_are_grouped_in_little_traffic(skewed):
    shares = [
        right(path_traffic.traffic(name, 3_000, 7, skewed=skewed)) for name in path_traffic.names()
    ]
    assert sum(shares) / len(shares) >= 0.95, dict(zip(path_traffic.names(), shares, strict=True))


@pytest.mark.parametrize("name", ["forge", "weather"])
def test_neither_frequent_nor_rare_values_of_skewed_pools_split_an_endpoint(name):
    assert right(path_traffic.traffic(name, REQUESTS, 8, skewed=True)) >= 0.95


def right(requests: list[dict]) -> float:
    """The share of requests whose group is the truth's exactly."""
    learner = Learner()
    for request in requests:
        learner.observe(request["method"], request["path"], request["status"])
    learner.learn()
    truth, groups = defaultdict(set), defaultdict(set)
    for number, request in enumerate(requests):
        truth[request["truth"]].add(number)
        template = learner.template_of(request["method"], request["path"])
        groups[request["method"], template].add(number)
    found = {frozenset(group) for group in groups.values()}
    return sum(len(group) for group in truth.values() if group in found) / len(requests)
