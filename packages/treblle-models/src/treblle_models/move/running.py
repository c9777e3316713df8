"""`start`, `stop` and `status`: the pipelines at work.

After SingleStore's manual: "START PIPELINE", "STOP PIPELINE", "PIPELINES", "PIPELINES_FILES",
"PIPELINES_ERRORS", "Debugging Pipeline Errors".
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from treblle_models.move import statements
from treblle_models.move.creating import pipelines
from treblle_models.move.problems import MoveError
from treblle_models.move.progress import bar, counted, size
from treblle_models.move.servers import Server
from treblle_models.move.state import Move, TableMove

RUNNING: Final = "Running"
FAILED: Final = "Error"
ERRORS_SHOWN: Final = 5
NAME_WIDTH: Final = 30


@dataclass(frozen=True)
class Progress:
    """How far one pipeline is. Sizes are bytes."""

    state: str
    loaded: int = 0
    to_do: int = 0
    skipped: int = 0
    loaded_bytes: int = 0
    total_bytes: int = 0

    @property
    def files(self) -> int:
        return self.loaded + self.to_do + self.skipped

    @property
    def failed(self) -> bool:
        """A skipped file is rows that are missing, so it is a failure, not a warning."""
        return self.skipped > 0 or self.state == FAILED

    @property
    def complete(self) -> bool:
        # A pipeline that has found no file has not loaded its table.
        return self.files > 0 and self.files == self.loaded and not self.failed


def start(target: Server, move: Move, say: Callable[[str], None]) -> None:
    """Start what does not run and is not finished."""
    _check_created(target, move)
    already = progress(target, move)
    waiting = [
        one
        for one in move.by_pipeline()
        if already[one.pipeline].state != RUNNING and not already[one.pipeline].complete
    ]
    for one in waiting:
        target.change(statements.start_pipeline(one))
    say(f"{counted(len(waiting), 'pipeline')} started")


def stop(target: Server, move: Move, say: Callable[[str], None]) -> None:
    """Stop what runs. Nothing that was loaded is lost, and `start` goes on from there."""
    states = pipelines(target)
    running = [one for one in move.by_pipeline() if states.get(one.pipeline) == RUNNING]
    for one in running:
        target.change(statements.stop_pipeline(one))
    say(f"{counted(len(running), 'pipeline')} stopped")


def _check_created(target: Server, move: Move) -> None:
    existing = pipelines(target)
    missing = [one.pipeline for one in move.by_pipeline() if one.pipeline not in existing]
    if missing:
        raise MoveError(f"not made yet: {', '.join(missing)}: `create` comes first")


def progress(target: Server, move: Move) -> dict[str, Progress]:
    """By pipeline, from `information_schema.PIPELINES_FILES`."""
    rows = target.ask(
        "SELECT PIPELINE_NAME, FILE_STATE, COUNT(*), SUM(FILE_SIZE)"
        " FROM information_schema.PIPELINES_FILES WHERE DATABASE_NAME = %s"
        " GROUP BY PIPELINE_NAME, FILE_STATE",
        [target.database],
    )
    found = {(name, state): (int(count), int(bytes_)) for name, state, count, bytes_ in rows}
    states = pipelines(target)

    def of(one: TableMove) -> Progress:
        loaded = found.get((one.pipeline, "Loaded"), (0, 0))
        to_do = found.get((one.pipeline, "Unloaded"), (0, 0))
        skipped = found.get((one.pipeline, "Skipped"), (0, 0))
        return Progress(
            state=states.get(one.pipeline, "not made"),
            loaded=loaded[0],
            to_do=to_do[0],
            skipped=skipped[0],
            loaded_bytes=loaded[1],
            total_bytes=loaded[1] + to_do[1] + skipped[1],
        )

    return {one.pipeline: of(one) for one in move.by_pipeline()}


def status(target: Server, move: Move, say: Callable[[str], None]) -> bool:
    """Say how far everything is; whether all of it is done. Raises `MoveError` on a failure."""
    found = progress(target, move)
    for one in move.by_pipeline():
        say(_line(one, found[one.pipeline]))
    for one in move.by_copy():
        say(f"{one.table.name:<{NAME_WIDTH}} {'copied' if one.copied else 'not copied yet'}")
    loaded = sum(each.loaded_bytes for each in found.values())
    total = sum(each.total_bytes for each in found.values())
    if found:
        done = bar(loaded, total or 1)
        say(f"{'all pipelines':<{NAME_WIDTH}} {done}  {size(loaded)} of {size(total)}")
    failed = [name for name, each in found.items() if each.failed]
    if failed:
        _show_errors(target, failed, say)
        raise MoveError(f"failed: {', '.join(failed)}. Rows are missing; see the errors above")
    return all(each.complete for each in found.values()) and all(
        one.copied for one in move.by_copy()
    )


def _line(one: TableMove, found: Progress) -> str:
    skipped = f", {found.skipped} SKIPPED" if found.skipped else ""
    counts = f"{found.loaded} of {counted(found.files, 'file')}{skipped}, {found.state}"
    nothing = "" if found.files else f": no file found at {one.table.name}/…"
    done = bar(found.loaded_bytes, found.total_bytes) if found.files else bar(0, 1)
    return f"{one.table.name:<{NAME_WIDTH}} {done}  {counts}{nothing}"


def _show_errors(target: Server, failed: list[str], say: Callable[[str], None]) -> None:
    marks = ", ".join(["%s"] * len(failed))
    rows = target.ask(
        "SELECT PIPELINE_NAME, BATCH_SOURCE_PARTITION_ID, ERROR_CODE, ERROR_MESSAGE"  # noqa: S608 (only marks)
        " FROM information_schema.PIPELINES_ERRORS"
        f" WHERE DATABASE_NAME = %s AND PIPELINE_NAME IN ({marks}) AND ERROR_TYPE = 'Error'"
        f" ORDER BY ERROR_UNIX_TIMESTAMP DESC LIMIT {ERRORS_SHOWN}",
        [target.database, *failed],
    )
    for name, file, code, message in rows:
        say(f"  {name} {file or ''}: error {code}: {message}")
