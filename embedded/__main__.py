"""`python -m embedded`: the whole system on one machine until Ctrl-C, without the demo.

`backup FILE` writes its data to one file, also while it runs; `restore FILE` fills an empty data
folder from one. `run PART COMMAND…` runs a command of `etl`, `platform`, `api` or `website` beside the
system that runs, as `run etl lag`.

Ports by INTAKE_PORT, PLATFORM_PORT, API_PORT, WEBSITE_PORT; the data folder by TREBLLE_FOLDER.
DATABASE_URL, WEBSITE_DATABASE_URL, RAW_STORE_URL, DETAILS_STORE_URL, EVENTS_URL, EMAIL_URL,
DETAILS_KEYS, GEOIP_PATH and LOG_LEVEL take the place of what would be local; ETL_WORKERS is how many.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from embedded import backup, beside
from embedded.interruption import ending_on_signals
from embedded.log_lines import LogLines
from embedded.ports import Ports
from embedded.surroundings import Choices
from embedded.system import DEFAULT_FOLDER, System

# The intake has none.
WITH_COMMANDS = ("etl", "platform", "api", "website")


def main(words: Sequence[str] | None = None) -> None:
    asked = parser().parse_args(words)
    folder = Path(os.environ.get("TREBLLE_FOLDER", DEFAULT_FOLDER))
    if asked.command == "backup":
        report("saved to", asked.file, backup.backup(folder, asked.file))
    elif asked.command == "restore":
        report("restored from", asked.file, backup.restore(folder, asked.file))
    elif asked.command == "run":
        sys.exit(beside.run(folder, asked.part, asked.words))
    else:
        run(folder)


def parser() -> argparse.ArgumentParser:
    found = argparse.ArgumentParser(
        prog="python -m embedded",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = found.add_subparsers(dest="command", metavar="COMMAND", title="instead of running")
    for name, help in (
        ("backup", "write databases, stores and secrets of the data folder to FILE"),
        ("restore", "fill an empty data folder from FILE, and count what came back"),
    ):
        command = commands.add_parser(name, help=help, description=help)
        command.add_argument("file", type=Path, metavar="FILE")
    help = "run a command of a part beside the system that runs"
    command = commands.add_parser("run", help=help, description=help)
    command.add_argument("part", metavar="PART", choices=WITH_COMMANDS)
    command.add_argument("words", nargs=argparse.REMAINDER, metavar="COMMAND…")
    return found


def report(what: str, file: Path, counts: backup.Counts) -> None:
    rows = sum(sum(tables.values()) for tables in counts.values())
    requests = counts["treblle.db"].get("requests", 0)
    size_mb = file.stat().st_size / 1e6
    print(f"{rows} rows, {requests} of them requests, {what} {file} ({size_mb:.1f} MB)")


def run(folder: Path) -> None:
    environment = os.environ
    log = LogLines()
    choices = Choices(
        database_url=environment.get("DATABASE_URL", ""),
        website_database_url=environment.get("WEBSITE_DATABASE_URL", ""),
        raw_store_url=environment.get("RAW_STORE_URL", ""),
        details_store_url=environment.get("DETAILS_STORE_URL", ""),
        details_keys=environment.get("DETAILS_KEYS", ""),
        events_url=environment.get("EVENTS_URL", ""),
        email_url=environment.get("EMAIL_URL", ""),
        geoip_path=environment.get("GEOIP_PATH", ""),
        log_level=environment.get("LOG_LEVEL", "info"),
        etl_workers=int(environment.get("ETL_WORKERS", "1")),
    )
    system = System(folder, Ports.from_environment(environment), choices, log=log)
    with ending_on_signals(log), system:
        log.block(f"\nTreblle runs at {system.url('platform')}. Ctrl-C ends it.\n")
        system.wait()


if __name__ == "__main__":
    main()
