"""Commands of the parts beside the system that runs on a data folder, in their environment.

What a person has in a container they have here by `python -m embedded run etl trace EVENT_ID`.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Final

from embedded.ports import Ports
from embedded.private_folder import FolderInUse, PrivateFolder
from embedded.surroundings import ROOT, Choices, Surroundings

RUNNING: Final = "running.json"


class NothingRuns(SystemExit):
    """No system runs on the data folder, so there is nothing to run beside."""


def note(around: Surroundings) -> None:
    """Leave in the data folder what another process must know to see the same surroundings."""
    told = {
        "ports": asdict(around.ports),
        "valkey_port": around.valkey_port,
        "choices": asdict(around.choices),
    }
    around.folder.write(RUNNING, json.dumps(told))


def surroundings(folder: Path) -> Surroundings:
    """Those of the system that runs there. Raises `NothingRuns`."""
    private = PrivateFolder(folder)
    nothing = NothingRuns(f"Nothing runs on {private.path}: is TREBLLE_FOLDER right?")
    if not private.path.exists():
        raise nothing
    try:
        private.claim()
    except FolderInUse:
        told = json.loads((private.path / RUNNING).read_text("utf-8"))
        ports, choices = Ports(**told["ports"]), Choices(**told["choices"])
        return Surroundings(private, ports, told["valkey_port"], choices)
    private.release()
    raise nothing


def run(folder: Path, part: str, words: Sequence[str]) -> int:
    """`python -m treblle_<part> words…`; its exit code. Raises `NothingRuns`."""
    environment = surroundings(folder).environment(part)
    command = [sys.executable, "-m", f"treblle_{part}", *words]
    return subprocess.run(command, env=environment, cwd=ROOT).returncode
