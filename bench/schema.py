"""How much of the truth schemas learned from samples hold, beside GenSON on the same samples.

Samples and score are those of `tests/api_specs/tools/response_samples.py`: 20 responses an
operation, three seeds; each figure is over all APIs of `tests/api_specs/schemas`. `us` is what
one more body costs, without reading its JSON.
"""

import json
import random
import subprocess
import sys
import tempfile
import time
import uuid
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from genson import SchemaBuilder
from treblle_etl.transform.schemas import Schema, habits_of, json_schema, learn

from bench.figures import ROOT, RUNS, Figure

SAMPLES: Final = 20
SCORED: Final = ("properties", "types", "required", "formats", "enums", "no_false_enum")
# GenSON tells neither formats nor enumerations, so that these have a bound of their own.
TARGETS: Final = {"formats": "≥ 0.9", "enums": "≥ 0.8", "no_false_enum": "≥ 0.97"}
# Bytes of JSON of a body, by the name of its size; and how many are learned to measure one.
SIZES: Final = {"2kb": 2_000, "8kb": 8_000}
BODIES: Final = 200
API_SPECS: Final = ROOT / "tests" / "api_specs"
TOOL: Final = API_SPECS / "tools" / "response_samples.py"

Sample = dict[str, Any]
Learned = dict[str, dict[str, Any]]
Learner = Callable[[Iterable[Sample]], Learned]


def measure() -> list[Figure]:
    ours: dict[str, list[float]] = defaultdict(list)
    genson: dict[str, list[float]] = defaultdict(list)
    for seed in range(1, RUNS + 1):
        for shares, learner in ((ours, learn_ours), (genson, learn_genson)):
            for name, share in scored(learner, seed).items():
                shares[name].append(share)
    figures = [figure for name in SCORED for figure in _figures(name, ours[name], genson[name])]
    return figures + [figure for size in SIZES for figure in _speed(size)]


def _figures(name: str, ours: list[float], genson: list[float]) -> Iterator[Figure]:
    theirs = Figure(f"schema.{name}.genson", "share", genson)
    target = TARGETS.get(name, f"≥ {theirs.value}")
    yield Figure(f"schema.{name}", "share", ours, target, against="GenSON, the same samples")
    yield theirs


def scored(learner: Learner, seed: int) -> dict[str, float]:
    """Shares of what was scored, over all APIs."""
    right: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for spec in sorted((API_SPECS / "schemas").glob("*.json")):
        score = _score(spec, learner, seed)
        for name, count in score.pop("of").items():
            total[name] += count
            right[name] += score[name] * count
    return {name: right[name] / total[name] for name in SCORED}


def _score(spec: Path, learner: Learner, seed: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        samples, learned = Path(folder, "samples.jsonl"), Path(folder, "learned.json")
        samples.write_text(
            _tool("make", spec, "--samples", str(SAMPLES), "--seed", str(seed)), encoding="utf-8"
        )
        lines = samples.read_text(encoding="utf-8").splitlines()
        learned.write_text(json.dumps(learner(map(json.loads, lines))), encoding="utf-8")
        score: dict[str, Any] = json.loads(_tool("score", spec, samples, learned))
        return score


def _tool(*words: str | Path) -> str:
    return subprocess.check_output([sys.executable, TOOL, *words], text=True)


def learn_ours(samples: Iterable[Sample]) -> Learned:
    schemas: dict[str, dict[str, Schema]] = defaultdict(lambda: defaultdict(Schema))
    for sample in samples:
        learn(schemas[sample["operation"]][str(sample["status"])], sample["body"])
    habits = habits_of(schema.root for found in schemas.values() for schema in found.values())
    return {
        operation: {status: json_schema(schema, habits) for status, schema in found.items()}
        for operation, found in schemas.items()
    }


def learn_genson(samples: Iterable[Sample]) -> Learned:
    builders: dict[str, dict[str, Any]] = defaultdict(lambda: defaultdict(SchemaBuilder))
    for sample in samples:
        builders[sample["operation"]][str(sample["status"])].add_object(sample["body"])
    return {
        operation: {status: builder.to_schema() for status, builder in found.items()}
        for operation, found in builders.items()
    }


def _speed(size: str) -> Iterator[Figure]:
    rng = random.Random(1)
    bodies = [_body(rng, SIZES[size]) for _ in range(BODIES)]
    runs = [(_us(learn, Schema(), bodies), _us_genson(bodies)) for _ in range(RUNS)]
    yield Figure(f"schema.us.{size}", "µs", [ours for ours, _ in runs])
    yield Figure(f"schema.us.{size}.genson", "µs", [genson for _, genson in runs])


def _us_genson(bodies: list[Any]) -> float:
    return _us(SchemaBuilder.add_object, SchemaBuilder(), bodies)


def _us(add: Callable[[Any, Any], object], state: Any, bodies: list[Any]) -> float:
    started = time.perf_counter()
    for body in bodies:
        add(state, body)
    return (time.perf_counter() - started) / len(bodies) * 1e6


def _body(rng: random.Random, size: int) -> Any:
    rows: list[Any] = []
    while len(json.dumps(rows)) < size:
        rows.append(
            {
                "id": str(uuid.UUID(int=rng.getrandbits(128), version=4)),
                "email": f"person{rng.randrange(9999)}@example.com",
                "role": rng.choice(["admin", "member", "guest"]),
                "created_at": f"2025-03-{rng.randrange(1, 29):02}T10:20:30Z",
                "active": rng.random() < 0.5,
                "balance": round(rng.random() * 100, 2),
                "logins": rng.randrange(1000),
                "tags": ["a", "b"],
                "address": {"street": f"{rng.getrandbits(30):x}", "city": "Berlin", "lines": []},
                "note": None,
            }
        )
    return {"data": rows, "next": None}
