"""What a tree of processes takes of the machine's memory: `python -m embedded.memory <pid>`.

Proportional set size: a page that n processes share counts 1/n to each, so the sum is what would
come free if all ended (proc_pid_smaps_rollup(5)). Linux only.
"""

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

PROC: Final = Path("/proc")
BYTES_IN_KB: Final = 1024
BYTES_IN_MB: Final = 1024 * 1024
SHOWN_CHARACTERS: Final = 90


@dataclass(frozen=True)
class Usage:
    """One process; sizes in bytes."""

    pid: int
    command: str
    pss: int


def of_tree(root: int, without: Iterable[str] = ()) -> list[Usage]:
    """The process `root` and all below it, largest first.

    A process whose command line contains one of `without` is left out, with all below it.
    """
    children: dict[int, list[int]] = {}
    for pid, parent in parents().items():
        children.setdefault(parent, []).append(pid)
    unwanted = tuple(without)
    found: list[Usage] = []
    waiting = [root]
    while waiting:
        pid = waiting.pop()
        usage = of_process(pid)
        if usage is None or any(word in usage.command for word in unwanted):
            continue
        found.append(usage)
        waiting += children.get(pid, [])
    return sorted(found, key=lambda usage: -usage.pss)


def of_process(pid: int) -> Usage | None:
    """None where the process has ended meanwhile."""
    try:
        command = (PROC / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode().strip()
        rollup = (PROC / str(pid) / "smaps_rollup").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None
    pss = next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))
    return Usage(pid, command, pss * BYTES_IN_KB)


def parents() -> dict[int, int]:
    """Every process and its parent."""
    found: dict[int, int] = {}
    for folder in PROC.iterdir():
        if not folder.name.isdecimal():
            continue
        try:
            stat = (folder / "stat").read_text()
        except (FileNotFoundError, ProcessLookupError):
            continue
        # The command in parentheses may hold blanks and parentheses itself.
        found[int(folder.name)] = int(stat.rpartition(")")[2].split()[1])
    return found


def main() -> None:
    if len(sys.argv) < 2 or not sys.argv[1].isdecimal():
        sys.exit("usage: python -m embedded.memory PID [left out …]")
    usages = of_tree(int(sys.argv[1]), sys.argv[2:])
    for usage in usages:
        print(f"{usage.pss / BYTES_IN_MB:8.1f} MB  {usage.command[-SHOWN_CHARACTERS:]}")
    print(f"{sum(usage.pss for usage in usages) / BYTES_IN_MB:8.1f} MB  in {len(usages)} processes")


if __name__ == "__main__":
    main()
