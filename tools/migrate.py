#!/usr/bin/env python3
"""Brings the databases up to date: that of ETL, platform and API, and that of the website.

usage: migrate.py

`DATABASE_URL` and `WEBSITE_DATABASE_URL` name them; without, those of the embedded system are
meant (`.treblle`). Every other setting is taken as in the embedded system: migrating uses none.
"""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from embedded.ports import Ports  # noqa: E402 (the root must be on the path first)
from embedded.private_folder import PrivateFolder  # noqa: E402
from embedded.surroundings import Choices, Surroundings  # noqa: E402

# Whoever has the models has the same tables; platform's apps are the most of them.
PARTS = ("platform", "website")


def main() -> None:
    if len(sys.argv) > 1:
        sys.exit(__doc__)
    choices = Choices(
        database_url=os.environ.get("DATABASE_URL", ""),
        website_database_url=os.environ.get("WEBSITE_DATABASE_URL", ""),
    )
    folder = PrivateFolder(ROOT / ".treblle")
    folder.claim()
    around = Surroundings(folder, Ports(), 0, choices)
    for part in PARTS:
        print(f"{part}:", flush=True)
        command = [sys.executable, "-m", f"treblle_{part}", "migrate", "--no-input"]
        done = subprocess.run(command, cwd=ROOT, env=around.environment(part))
        if done.returncode:
            sys.exit(done.returncode)


if __name__ == "__main__":
    main()
