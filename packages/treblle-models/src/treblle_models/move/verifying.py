"""`verify`: every table equal to its source, or where it is not, which rows."""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from treblle_models.move.comparing import (
    Difference,
    Range,
    compare,
    differing_rows,
    ranges_of,
)
from treblle_models.move.problems import MoveError
from treblle_models.move.progress import counted
from treblle_models.move.running import NAME_WIDTH
from treblle_models.move.servers import Server
from treblle_models.move.state import Move, TableMove

ROWS_SHOWN: Final = 10


@dataclass
class Verdict:
    """What the comparison of one table gave."""

    ranges: int = 0
    different: list[tuple[Range, list[Difference]]] = field(default_factory=list)


def verify(source: Server, target: Server, move: Move, say: Callable[[str], None]) -> None:
    """Compare everything. Raises `MoveError` where a table is not the same."""
    wrong = [one.table.name for one in move.tables if not _verify(source, target, one, say)]
    if wrong:
        raise MoveError(f"not the same: {', '.join(wrong)}")
    say(f"{counted(len(move.tables), 'table')} equal: counts, sums and checksums")


def _verify(source: Server, target: Server, one: TableMove, say: Callable[[str], None]) -> bool:
    verdict = judge(source, target, one)
    name = f"{one.table.name:<{NAME_WIDTH}}"
    if not verdict.different:
        say(f"{name} equal ({counted(verdict.ranges, 'range')})")
        return True
    say(f"{name} DIFFERENT in {len(verdict.different)} of {counted(verdict.ranges, 'range')}")
    for within, differences in verdict.different:
        say(f"  {within}: " + "; ".join(map(str, differences)))
    first = verdict.different[0][0]
    for row in islice(differing_rows(source, target, one, first), ROWS_SHOWN):
        say(f"    {row}")
    return False


def judge(source: Server, target: Server, one: TableMove) -> Verdict:
    """Compare one table, range by range."""
    verdict = Verdict()
    for within in ranges_of(source, target, one):
        verdict.ranges += 1
        if differences := compare(source, target, one, within):
            verdict.different.append((within, differences))
    return verdict
