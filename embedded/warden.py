"""Outlives a supervisor by moments, to end what it left behind.

Reads from standard input a line `+<id>` for a process group that began and `-<id>` for one that
is gone. At the end of the input, which comes when the supervisor ends in whatever way (SIGKILL
too), it sends SIGTERM to the groups that remain and, after a grace, SIGKILL.

Run as a script by its path, so that it imports next to nothing.
"""

import os
import signal
import sys
import time
from collections.abc import Iterable

GRACE_S = 3.0
POLL_S = 0.02


def main() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    end(groups_left(sys.stdin))


def groups_left(lines: Iterable[str]) -> set[int]:
    """The groups that began and are not gone when `lines` end."""
    groups: set[int] = set()
    for line in lines:
        group = int(line[1:])
        if line[0] == "+":
            groups.add(group)
        else:
            groups.discard(group)
    return groups


def end(groups: set[int]) -> None:
    deadline = time.monotonic() + GRACE_S
    groups = {group for group in groups if tell(group, signal.SIGTERM)}
    while groups and time.monotonic() < deadline:
        time.sleep(POLL_S)
        groups = {group for group in groups if tell(group, 0)}
    for group in groups:
        tell(group, signal.SIGKILL)


def tell(group: int, number: int) -> bool:
    """Send a signal (0: only look); False when nobody is left in the group."""
    try:
        os.killpg(group, number)
    except ProcessLookupError:
        return False
    return True


if __name__ == "__main__":
    main()
