"""`switch` and `rollback`: the step onto the new database, and the way back."""

from collections.abc import Callable
from typing import Final

from treblle_models.move import statements
from treblle_models.move.creating import pipelines
from treblle_models.move.problems import MoveError
from treblle_models.move.progress import counted
from treblle_models.move.running import progress, stop
from treblle_models.move.servers import Server, quoted
from treblle_models.move.state import Move

PROOFS: Final = ("sync", "verify")
TO_SWITCH: Final = """\
Everything is proved. Now, in this order:
  1. set DATABASE_URL of platform, api and ETL to the database at {target}
  2. restart them: ETL first, then api and platform
  3. `singlestore_move catch-up`: what came since the snapshot
  4. keep {source} as it is until you are sure"""
TO_GO_BACK: Final = """\
The application is on the new database. To go back:
  1. set DATABASE_URL of platform, api and ETL to {source} again, restart them
  2. run the ETL's sweep over the hours since the switch: raw objects are loaded there too
  3. what people changed since the switch (accounts, projects, settings) is only at {target}
Then say `rollback --after-switch` to empty the target's tables."""


def switch(target: Server, move: Move, say: Callable[[str], None]) -> None:
    """Check that nothing is missing, end the pipelines, say what to set.

    Raises `MoveError` with all reasons against it.
    """
    reasons = _reasons_against(target, move)
    if reasons:
        raise MoveError("not yet: " + "; ".join(reasons))
    stop(target, move, say)
    if not target.dry_run:
        move.note("switch")
    say(TO_SWITCH.format(source=move.source, target=move.target))


def _reasons_against(target: Server, move: Move) -> list[str]:
    found = progress(target, move)
    loading = [name for name, each in found.items() if not each.complete]
    copying = [one.table.name for one in move.by_copy() if not one.copied]
    return [
        *(f"{name} has not loaded all files" for name in loading),
        *(f"{name} is not copied" for name in copying),
        *(f"`{step}` has not passed since" for step in PROOFS if step not in move.done),
    ]


def rollback(
    target: Server, move: Move, say: Callable[[str], None], *, after_switch: bool = False
) -> None:
    """Take pipelines, link and rows away from the target; the source was never touched."""
    if "switch" in move.done and not after_switch:
        raise MoveError(TO_GO_BACK.format(source=move.source, target=move.target))
    existing = pipelines(target)
    for one in move.by_pipeline():
        target.change(statements.drop_pipeline(one))
    for one in move.tables:
        came = one.pipeline in existing or one.copied or one.copied_to is not None
        if came:
            target.change(f"DELETE FROM {quoted(one.table.name)}")  # noqa: S608 (a name of the catalogue)
    if move.made_link:
        target.change(statements.drop_link(move.link))
    if target.dry_run:
        return
    for one in move.tables:
        one.copied, one.copied_to = False, None
    move.made_link = False
    move.done.clear()
    say(f"{counted(len(move.tables), 'table')} rolled back; {move.source} was never changed")
