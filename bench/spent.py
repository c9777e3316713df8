"""What a stretch of work took: processor time of all parts, objects and bytes in their stores."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import psutil


@dataclass(frozen=True)
class Spent:
    """Since the parts started, or between two moments (`later - earlier`)."""

    core_s: float
    raw_objects: int
    raw_bytes: int
    details_objects: int
    details_bytes: int

    @classmethod
    def until_now(cls, folder: Path) -> Self:
        """By all processes below this one, and what is in the data folder of the embedded mode."""
        return cls(_core_s(), *_stored(folder / "raw"), *_stored(folder / "details"))

    def __sub__(self, earlier: "Spent") -> "Spent":
        return Spent(
            self.core_s - earlier.core_s,
            self.raw_objects - earlier.raw_objects,
            self.raw_bytes - earlier.raw_bytes,
            self.details_objects - earlier.details_objects,
            self.details_bytes - earlier.details_bytes,
        )


def _core_s() -> float:
    """User and system time of processes that run and of those they have waited for."""
    total = 0.0
    for process in psutil.Process(os.getpid()).children(recursive=True):
        try:
            times = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += times.user + times.system + times.children_user + times.children_system
    return total


def _stored(folder: Path) -> tuple[int, int]:
    sizes = [path.stat().st_size for path in folder.rglob("*") if path.is_file()]
    return len(sizes), sum(sizes)
