"""Figures and where they are kept: `.treblle/bench.json`, merged by name, never in git.

The form is the design's: `{"machine": {…}, "figures": [{"name", "value", "unit", "target",
"against", "runs", "commit", "measured_at"}]}`.
"""

import json
import os
import platform
import statistics
import subprocess
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parent.parent
FILE: Final = ROOT / ".treblle" / "bench.json"
RUNS: Final = 3


@dataclass(frozen=True)
class Figure:
    """One measured number: the median of `runs`, all in `unit`."""

    name: str
    unit: str
    runs: Sequence[float]
    # What it should be, in words with a sign, e.g. `< 50`; empty where none is set.
    target: str = ""
    # What a ratio was measured against, or what the number is of.
    against: str = ""
    commit: str = field(default_factory=lambda: commit())
    measured_at: str = field(
        default_factory=lambda: datetime.now(UTC).isoformat(timespec="seconds")
    )

    @property
    def value(self) -> float:
        return round(statistics.median(self.runs), 3)

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"value": self.value, "runs": [round(run, 3) for run in self.runs]}

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None where there is none."""
        sign, _, bound = self.target.partition(" ")
        compare = COMPARISONS.get(sign)
        return compare(self.value, float(bound)) if compare else None


COMPARISONS: Final[dict[str, Callable[[float, float], bool]]] = {
    "<": lambda value, bound: value < bound,
    "≤": lambda value, bound: value <= bound,
    "≥": lambda value, bound: value >= bound,
    ">": lambda value, bound: value > bound,
}


def commit() -> str:
    command = ["git", "describe", "--always", "--dirty", "--abbrev=12"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    return done.stdout.strip()


def machine() -> dict[str, Any]:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "cores": os.cpu_count(),
        "memory_gb": round(memory / 2**30, 1),
        "python": platform.python_version(),
        "system": platform.platform(),
    }


def percentile(values: Iterable[float], share: float) -> float:
    """The value below which `share` (0 to 1) lie, by nearest rank."""
    ordered = sorted(values)
    return ordered[max(0, min(len(ordered) - 1, round(share * len(ordered) + 0.5) - 1))]


def keep(figures: Sequence[Figure]) -> None:
    """Merge into the file by name; what was not measured now stays as it was."""
    kept: dict[str, Any] = {}
    if FILE.exists():
        kept = {figure["name"]: figure for figure in json.loads(FILE.read_text())["figures"]}
    kept |= {figure.name: figure.as_json() for figure in figures}
    FILE.parent.mkdir(exist_ok=True)
    content = {"machine": machine(), "figures": [kept[name] for name in sorted(kept)]}
    FILE.write_text(json.dumps(content, indent=2) + "\n")


def show(figures: Sequence[Figure]) -> None:
    """A table on the screen."""
    marks = {True: "met", False: "MISSED", None: ""}
    print(f"\n{'figure':<28}{'value':>12}  {'unit':<8}{'target':>10}  {'':<8}runs")
    for figure in figures:
        runs = ", ".join(f"{run:g}" for run in (round(run, 3) for run in figure.runs))
        print(
            f"{figure.name:<28}{figure.value:>12g}  {figure.unit:<8}{figure.target:>10}"
            f"  {marks[figure.met]:<8}{runs}"
        )
