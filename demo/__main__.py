"""`make demo`: everything on this machine, with live requests of a sample API, until Ctrl-C.

Ports by INTAKE_PORT (4000), PLATFORM_PORT (4001), API_PORT (4002), WEBSITE_PORT (4003); the data
folder by TREBLLE_FOLDER (.treblle). Addresses and log-ins are printed once all runs, and written
to demo.json in that folder.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from demo import account, sample_api
from demo.first_row import NoRow, now, wait_for_row
from demo.places import write_database
from demo.sdk_gateway import SdkGateway
from demo.traffic import Traffic
from embedded.interruption import ending_on_signals
from embedded.log_lines import LogLines
from embedded.ports import Ports, free_port
from embedded.supervisor import StartFailed
from embedded.surroundings import EDITOR_EMAIL, Choices
from embedded.system import DEFAULT_FOLDER, System

CONTRACT: Final = "demo.json"
PLACES: Final = "places.mmdb"
PARTS: Final = ("intake", "platform", "api", "website")

READY: Final = """
  Treblle runs. Requests made to the sample API show as they happen.

    Platform   {platform}   log in and watch
               {email}   {password}
    Website    {website}   edit it at /cms/
               {editor}   {editor_password}
    Mail       {platform}/mail/   what the platform sends stays here
    API        {api}   its token is in {contract}
    Intake     {intake}   where SDKs send to

  The first live request was there after {seconds:.1f} s. Ctrl-C ends everything.
"""


def main(words: Sequence[str] | None = None) -> None:
    argparse.ArgumentParser(
        prog="python -m demo",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    ).parse_args(words)
    began = time.monotonic()
    log = LogLines()
    folder = Path(os.environ.get("TREBLLE_FOLDER", DEFAULT_FOLDER))
    ports = Ports.from_environment(os.environ)
    ports.check_free()
    system = System(folder, ports, choices(folder), log=log)
    try:
        with ending_on_signals(log), ExitStack() as stack:
            run(system, stack, began)
    except (StartFailed, NoRow) as error:
        sys.exit(f"\n{error}")


def choices(folder: Path) -> Choices:
    """An operator's own database of places wins over the demo's."""
    level = os.environ.get("LOG_LEVEL", "info")
    return Choices(
        geoip_path=os.environ.get("GEOIP_PATH") or str(folder.resolve() / PLACES),
        log_level=level,
        more={"SHOW_MAILBOX": "1"},
    )


def run(system: System, stack: ExitStack, began: float) -> None:
    system.log.block(f"Starting Treblle; its data is in {system.folder.path}")
    stack.callback(system.stop)
    system.start(also=[account.seeding])
    contract = system.folder.path / CONTRACT
    contract.unlink(missing_ok=True)
    if not (system.folder.path / PLACES).exists():
        write_database(system.folder.path / PLACES)
    gateway = stack.enter_context(
        SdkGateway(system.folder.subfolder("gateway"), system.ports.intake)
    )
    system.wait_ready(account.JOB)
    owner = account.read(system.around)
    port = free_port()
    since = now()
    system.supervisor.add(sample_api.process(port, owner, gateway))
    system.wait_ready("sample-api")
    stack.enter_context(Traffic(port))
    system.wait_ready()
    wait_for_row(system, owner, since)
    stack.callback(contract.unlink, missing_ok=True)
    write_contract(system, owner)
    greet(system, owner, time.monotonic() - began)
    # Only now, so that nobody waits for it.
    system.supervisor.add(account.history(system.around))
    system.wait()


def write_contract(system: System, owner: account.Account) -> None:
    """What programs read to find the demo; whole or not at all, for its owner's eyes."""
    known = {f"{part}_url": system.url(part) for part in PARTS}
    known |= vars(owner) | {"password": account.password(system.around)}
    system.folder.write(CONTRACT, json.dumps(known, indent=2) + "\n")


def greet(system: System, owner: account.Account, seconds: float) -> None:
    text = READY.format(
        **{part: system.url(part) for part in PARTS},
        contract=system.folder.path / CONTRACT,
        email=owner.email,
        password=account.password(system.around),
        editor=EDITOR_EMAIL,
        editor_password=system.around.editor_password(),
        seconds=seconds,
    )
    system.log.block(text)


if __name__ == "__main__":
    main()
