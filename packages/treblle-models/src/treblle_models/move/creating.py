"""`create`: the link and the pipelines, after a look at what is there already.

After SingleStore's manual: "CREATE LINK", "SHOW LINKS", "PIPELINES", "SHOW PROCESSLIST".
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from treblle_models.move import statements
from treblle_models.move.problems import MoveError
from treblle_models.move.progress import counted
from treblle_models.move.servers import Server, quoted
from treblle_models.move.state import Move, TableMove

BEGIN_OF_UNIX_TIME: Final = "1970-01-01 00:00:00"
NO_LINK: Final = """\
there is no link `{link}` on {target}. Either
  give --role-arn ARN: a role that SingleStore may assume holds no secret, or
  let whoever owns the keys make the link once, out of sight of this command:
    {example}"""
KEYS_WOULD_SHOW: Final = """\
keys in CREATE LINK would show in this server's process list, for show_query_parameters is ON.
Give --role-arn ARN, or make the link where nobody looks on (see docs/move-to-singlestore.md)"""


@dataclass(frozen=True)
class Access:
    """How SingleStore gets at the export: credentials as CREATE LINK takes them."""

    credentials: Mapping[str, str] = field(default_factory=dict, repr=False)
    config: Mapping[str, str] = field(default_factory=dict)

    @property
    def has_keys(self) -> bool:
        return bool(self.credentials.keys() - {"role_arn"})


def create(
    target: Server, move: Move, access: Access, say: Callable[[str], None], *, replace: bool = False
) -> None:
    """Make what is missing. Raises `MoveError` before anything is changed."""
    _check_clock(target)
    existing = set(pipelines(target))
    filled = [
        one.table.name for one in move.tables if _has_rows(target, one) and not _ours(one, existing)
    ]
    if filled and not replace:
        raise MoveError(
            f"the target has rows in {', '.join(filled)}: if only `migrate` made them, say"
            " --replace and they go first"
        )
    _create_link(target, move, access, say)
    for name in filled:
        target.change(f"DELETE FROM {quoted(name)}")  # noqa: S608 (a name of the catalogue)
    for one in move.by_pipeline():
        if one.pipeline not in existing:
            target.change(statements.create_pipeline(move, one))
    made = len({one.pipeline for one in move.by_pipeline()} - existing)
    say(f"{counted(made, 'pipeline')} made, {len(move.by_pipeline()) - made} there already")


def pipelines(target: Server) -> dict[str, str]:
    """The state of each pipeline of the target's database, by name: Running, Stopped or Error."""
    rows = target.ask(
        "SELECT PIPELINE_NAME, STATE FROM information_schema.PIPELINES WHERE DATABASE_NAME = %s",
        [target.database],
    )
    return {str(name): str(state) for name, state in rows}


def _check_clock(target: Server) -> None:
    """The timestamps of the export are UTC and are counted from what the server calls 1970."""
    begin = str(target.ask_one("SELECT from_unixtime(0)"))[: len(BEGIN_OF_UNIX_TIME)]
    if begin != BEGIN_OF_UNIX_TIME:
        raise MoveError(f"the target's clock is not UTC: it takes second 0 for {begin}")


def _has_rows(target: Server, one: TableMove) -> bool:
    return bool(target.ask(f"SELECT 1 FROM {quoted(one.table.name)} LIMIT 1"))  # noqa: S608 (a name of the catalogue)


def _ours(one: TableMove, existing: set[str]) -> bool:
    """Whether the rows came by this move."""
    return one.pipeline in existing or one.copied or one.copied_to is not None


def _create_link(target: Server, move: Move, access: Access, say: Callable[[str], None]) -> None:
    if not move.by_pipeline():
        return
    known = target.ask(
        "SELECT 1 FROM information_schema.LINKS WHERE DATABASE_NAME = %s AND LINK = %s",
        [target.database, move.link],
    )
    if known:
        return
    if not access.credentials:
        keys = {"aws_access_key_id": "…", "aws_secret_access_key": "…"}
        example = statements.create_link(move.link, keys, access.config)
        raise MoveError(NO_LINK.format(link=move.link, target=move.target, example=example))
    if access.has_keys and _shows_parameters(target):
        raise MoveError(KEYS_WOULD_SHOW)
    given = (move.link, access.credentials, access.config)
    target.change_secretly(statements.create_link(*given), statements.redacted_link(*given))
    move.made_link = not target.dry_run
    if not target.dry_run:
        say(f"link `{move.link}` made")


def _shows_parameters(target: Server) -> bool:
    return str(target.ask_one("SELECT @@show_query_parameters")).upper() in {"1", "ON"}
