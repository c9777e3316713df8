"""`catch-up`: what came while the export ran.

Copied tables (accounts, settings) are compared range by range and what differs is copied again.
Requests are not copied: their raw objects are in the store. The ledger came with the snapshot, so
the ETL's `sweep`, on the new database, loads exactly the objects that are not in it yet.
"""

import math
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from django.core.management import call_command, get_commands
from django.db import connection

from treblle_models.move.copying import copy_range
from treblle_models.move.problems import MoveError
from treblle_models.move.progress import counted
from treblle_models.move.servers import Server
from treblle_models.move.state import Move
from treblle_models.move.verifying import judge

SWEEP: Final = "sweep"
# Objects that were under way when the snapshot began are looked at again; the ledger knows them.
MARGIN_H: Final = 1
SECONDS_IN_HOUR: Final = 3600


def catch_up(source: Server, target: Server, move: Move, say: Callable[[str], None]) -> None:
    """Bring copied tables up to date, then replay raw objects, or say how."""
    if "switch" in move.done:
        say("already switched: the copied tables stay as they are")
    else:
        _copy_what_differs(source, target, move, say)
    _replay(target, move, say)


def _copy_what_differs(
    source: Server, target: Server, move: Move, say: Callable[[str], None]
) -> None:
    waiting = [one.table.name for one in move.by_copy() if not one.copied]
    if waiting:
        raise MoveError(f"not copied yet: {', '.join(waiting)}: `start` comes first")
    for one in move.by_copy():
        for within, _ in judge(source, target, one).different:
            if target.dry_run:
                say(f"-- copy {one.table.name} again: {within}")
                continue
            rows = copy_range(source, target, one, within.where)
            say(f"{one.table.name}: {within} copied again, {counted(rows, 'row')}")
            move.forget("verify", "sync")


def hours_since_snapshot(move: Move, now: datetime) -> int:
    """How far back the sweep must look, in whole hours."""
    elapsed_s = (now - move.snapshot_at).total_seconds()
    return math.ceil(elapsed_s / SECONDS_IN_HOUR) + MARGIN_H


def _replay(target: Server, move: Move, say: Callable[[str], None]) -> None:
    """Run the sweep where it is installed and on the new database; else say what to run."""
    hours = hours_since_snapshot(move, datetime.now(UTC))
    if SWEEP in get_commands() and _is_default_database(target) and not target.dry_run:
        call_command(SWEEP, "--hours", str(hours))
        say(f"raw objects of the last {hours} hours swept into {move.target}")
        return
    say("then, with the ETL's settings and DATABASE_URL of the target, its workers running:")
    say(f"  python -m treblle_etl {SWEEP} --hours {hours}")


def _is_default_database(target: Server) -> bool:
    """Whether this process's own `default` database is the target."""
    own = connection.settings_dict
    place = f"{own.get('HOST') or ''}:{own.get('PORT') or ''}/{own.get('NAME') or ''}"
    return place == target.place
