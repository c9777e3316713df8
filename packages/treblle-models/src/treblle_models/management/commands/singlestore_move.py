"""`manage.py singlestore_move`: from MySQL to SingleStore, step by step."""

import os
import time
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError
from django.utils.dateparse import parse_datetime

from treblle_models.move import catching_up, planning, running, switching, syncing, verifying
from treblle_models.move.copying import copy_all
from treblle_models.move.creating import Access, create
from treblle_models.move.problems import MoveError
from treblle_models.move.servers import Server, open_source, open_target
from treblle_models.move.state import DEFAULT_FILE, Move, StateFile

POLL_S: Final = 2
KEY_VARIABLES: Final = {
    "aws_access_key_id": "AWS_ACCESS_KEY_ID",
    "aws_secret_access_key": "AWS_SECRET_ACCESS_KEY",
    "aws_session_token": "AWS_SESSION_TOKEN",
}


class Command(BaseCommand):
    help = (
        "Move all tables from MySQL (SOURCE_DATABASE_URL) to SingleStore (SINGLESTORE_URL) by an"
        " RDS Parquet export in S3. Steps, in this order: plan, create, start, status, sync,"
        " verify, switch, catch-up; stop and rollback when needed. Each can be repeated."
    )
    # It works on the two databases of the move, whatever this process is configured for.
    requires_system_checks: "list[str]" = []  # noqa: RUF012 (Django's own form)

    def add_arguments(self, parser: ArgumentParser) -> None:
        steps = parser.add_subparsers(dest="step", required=True, metavar="step")
        made = {name: steps.add_parser(name, help=text) for name, (_, text) in STEPS.items()}
        for step in made.values():
            step.add_argument("--state", type=Path, default=DEFAULT_FILE, metavar="FILE")
            step.add_argument(
                "--dry-run", action="store_true", help="print every statement, change nothing"
            )
        _add_plan_arguments(made["plan"])
        _add_create_arguments(made["create"])
        made["status"].add_argument("--wait", action="store_true", help="until all is loaded")
        made["rollback"].add_argument("--after-switch", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        run, _ = STEPS[options["step"]]
        session = Session(options, self.stdout.write)
        try:
            run(session)
        except MoveError as error:
            raise CommandError(str(error)) from None
        finally:
            session.close()


class Session:
    """What a step works with: the options, the state file, servers opened when asked for."""

    def __init__(self, options: dict[str, Any], say: Callable[[str], Any]) -> None:
        self.options, self._write = options, say
        self.file = StateFile(options["state"])
        self.dry_run: bool = options["dry_run"]
        self._open: list[Server] = []

    def say(self, line: str) -> None:
        self._write(line)

    def source(self) -> Server:
        self._open.append(open_source(self.say, dry_run=self.dry_run))
        return self._open[-1]

    def target(self) -> Server:
        self._open.append(open_target(self.say, dry_run=self.dry_run))
        return self._open[-1]

    def target_of(self, move: Move) -> Server:
        """The target, if it is the one that was planned for."""
        target = self.target()
        if target.place != move.target:
            raise MoveError(f"this move goes to {move.target}, SINGLESTORE_URL is {target.place}")
        return target

    def source_of(self, move: Move) -> Server:
        source = self.source()
        if source.place != move.source:
            raise MoveError(f"this move comes from {move.source}, not from {source.place}")
        return source

    def close(self) -> None:
        for server in self._open:
            server.close()

    def save(self, move: Move) -> None:
        if not self.dry_run:
            self.file.write(move)


def plan(session: Session) -> None:
    options = session.options
    if session.file.exists() and not (session.dry_run or options["again"]):
        raise MoveError(f"{session.file.path} holds a plan: --again writes a new one")
    choices = planning.Choices(
        export=options["export"],
        snapshot_at=options["snapshot_at"],
        link=options["link"],
        files=options["files"],
        copy_below_rows=options["copy_below"],
        only=options["only"],
    )
    move = planning.plan(session.source(), session.target(), choices, session.say)
    if session.dry_run:
        planning.show(move, session.say)
    session.save(move)


def make(session: Session) -> None:
    move, options = session.file.read(), session.options
    access = _access(options)
    create(session.target_of(move), move, access, session.say, replace=options["replace"])
    move.note("create")
    session.save(move)


def start(session: Session) -> None:
    move = session.file.read()
    if "switch" in move.done:
        raise MoveError("already switched: the target is in use")
    target = session.target_of(move)
    running.start(target, move, session.say)
    source = session.source_of(move)
    copy_all(source, target, move, save=lambda: session.save(move), say=session.say)
    move.note("start")
    session.save(move)


def status(session: Session) -> None:
    move = session.file.read()
    target = session.target_of(move)
    while not running.status(target, move, session.say):
        if not session.options["wait"]:
            return
        time.sleep(POLL_S)
    session.say("all loaded")


def stop(session: Session) -> None:
    move = session.file.read()
    running.stop(session.target_of(move), move, session.say)


def sync(session: Session) -> None:
    move = session.file.read()
    syncing.sync(session.target_of(move), move, session.say)
    move.note("sync")
    session.save(move)


def verify(session: Session) -> None:
    move = session.file.read()
    verifying.verify(session.source_of(move), session.target_of(move), move, session.say)
    move.note("verify")
    session.save(move)


def catch_up(session: Session) -> None:
    move = session.file.read()
    source, target = session.source_of(move), session.target_of(move)
    try:
        catching_up.catch_up(source, target, move, session.say)
        move.note("catch-up")
    finally:
        # Even half of it changes rows, so what was proved before is void.
        session.save(move)


def switch(session: Session) -> None:
    move = session.file.read()
    switching.switch(session.target_of(move), move, session.say)
    session.save(move)


def rollback(session: Session) -> None:
    move = session.file.read()
    after = session.options["after_switch"]
    switching.rollback(session.target_of(move), move, session.say, after_switch=after)
    session.save(move)


STEPS: Final[dict[str, tuple[Callable[[Session], None], str]]] = {
    "plan": (plan, "look at models and both databases, choose a way for each table"),
    "create": (make, "make the link and the pipelines"),
    "start": (start, "start the pipelines, copy small tables"),
    "status": (status, "how far it is; fails where a file was skipped"),
    "stop": (stop, "stop the pipelines; `start` goes on"),
    "sync": (sync, "set the counters of AUTO_INCREMENT and prove that the next id is free"),
    "verify": (verify, "compare counts, sums and checksums with the source"),
    "switch": (switch, "check that all is proved, say what to set"),
    "catch-up": (catch_up, "load what came since the snapshot"),
    "rollback": (rollback, "take everything away from the target again"),
}


def _add_plan_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--export", required=True, metavar="s3://BUCKET/PREFIX/EXPORT")
    parser.add_argument(
        "--snapshot-at", required=True, type=_instant, help="when the snapshot began, ISO 8601"
    )
    parser.add_argument("--link", default=planning.LINK, help="default: %(default)s")
    parser.add_argument("--files", default=planning.FILES, help="below a table's folder")
    parser.add_argument("--copy-below", type=int, default=planning.COPY_BELOW_ROWS, metavar="ROWS")
    parser.add_argument("--only", nargs="*", default=(), metavar="TABLE")
    parser.add_argument("--again", action="store_true", help="write over the plan there is")


def _add_create_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--role-arn", help="a role that SingleStore may assume: no secret at all")
    parser.add_argument(
        "--keys-from-environment", action="store_true", help=", ".join(KEY_VARIABLES.values())
    )
    parser.add_argument("--region")
    parser.add_argument("--endpoint-url", help="of a store that is not AWS")
    parser.add_argument(
        "--replace", action="store_true", help="empty tables of the target that have rows"
    )


def _access(options: dict[str, Any]) -> Access:
    credentials = {"role_arn": options["role_arn"]} if options["role_arn"] else {}
    if options["keys_from_environment"]:
        found = {name: os.environ.get(variable, "") for name, variable in KEY_VARIABLES.items()}
        credentials = {name: value for name, value in found.items() if value}
        if not credentials:
            raise MoveError(f"none of {', '.join(KEY_VARIABLES.values())} is set")
    config = {"region": options["region"], "endpoint_url": options["endpoint_url"]}
    return Access(credentials, {name: value for name, value in config.items() if value})


def _instant(value: str) -> datetime:
    found = parse_datetime(value)
    if found is None:
        raise ArgumentTypeError(f"{value!r} is no time such as 2026-03-01T02:00:00Z")
    return found if found.tzinfo else found.replace(tzinfo=UTC)
