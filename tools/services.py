#!/usr/bin/env python3
"""Sees to the programs that tests run and pip does not bring: MariaDB, Chromium, Node.

usage: services.py

On Debian as root what is missing is installed (no service is started: tests start their own).
Elsewhere it says what to install, or which variable to set instead, and fails.
"""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import debian

ROOT = Path(__file__).resolve().parent.parent
# Servers lie in sbin, off the path of most users; `.venv/bin` may hold Node from a wheel.
SEARCHED = ("/usr/sbin", "/usr/local/sbin", str(ROOT / ".venv" / "bin"))


@dataclass(frozen=True)
class Need:
    """Programs, each under one of its names; the variable that makes up for them, if any."""

    name: str
    programs: tuple[tuple[str, ...], ...]
    packages: tuple[str, ...]
    variable: str | None
    instead: str

    def is_met(self) -> bool:
        given = self.variable is not None and bool(os.environ.get(self.variable))
        return given or all(any(map(find, names)) for names in self.programs)


NEEDS = (
    Need(
        "MariaDB (server)",
        (("mariadbd", "mysqld"), ("mariadb-install-db", "mysql_install_db")),
        # The parts of mariadb-server without the service.
        ("mariadb-server-core", "mariadb-client-core"),
        "TEST_MARIADB_URL",
        "TEST_MARIADB_URL=mysql://user:password@host:3306/treblle (may make databases)",
    ),
    Need(
        "Chromium",
        (("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"),),
        ("chromium",),
        "CHROMIUM",
        "CHROMIUM=/path/to/chromium",
    ),
    Need("Node.js", (("node",),), ("nodejs",), None, "Node 20 or newer on the PATH"),
)


def main() -> None:
    if len(sys.argv) > 1:
        sys.exit(__doc__)
    missing = unmet()
    if missing and debian.may_install():
        install(missing)
        missing = unmet()
    if missing:
        sys.exit(advice(missing))


def unmet() -> list[Need]:
    return [need for need in NEEDS if not need.is_met()]


def find(program: str) -> str | None:
    return shutil.which(program, path=os.pathsep.join((os.environ.get("PATH", ""), *SEARCHED)))


def install(needs: list[Need]) -> None:
    print(f"  Installing {', '.join(need.name for need in needs)} …", flush=True)
    try:
        debian.install([package for need in needs for package in need.packages])
    except subprocess.CalledProcessError as error:
        print((error.output or "").strip(), file=sys.stderr)


def advice(needs: list[Need]) -> str:
    lines = ["Tests need programs that are not here:"]
    for need in needs:
        lines.append(f"  {need.name}: apt-get install {' '.join(need.packages)}")
        lines.append(f"    or: {need.instead}")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
