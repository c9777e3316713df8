#!/usr/bin/env python3
"""Fails where the API's document is not the code's, or breaks clients of the released one unsaid.

usage: check_api.py [--write | --release]

`projects/api/openapi.yaml` is made from the code (`--write` makes it), `projects/api/released.yaml`
is what clients were promised (`--release` makes it the present one). A change that breaks them is
a decision: its line stands in CHANGELOG.md under Unreleased, in the section “Breaking in the API”, with why. An
operation goes only after it was deprecated (`Resource.deprecation`) and its sunset has passed.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml
from api_breaks import unsaid

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / "projects" / "api" / "openapi.yaml"
RELEASED = KEPT.with_name("released.yaml")
CHANGELOG = ROOT / "CHANGELOG.md"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    action = parser.add_mutually_exclusive_group()
    action.add_argument("--write", action="store_true", help="renew the document in git")
    action.add_argument("--release", action="store_true", help="promise it to clients")
    chosen = parser.parse_args()
    made = document_of_the_code()
    if chosen.write or chosen.release:
        KEPT.write_text(made)
    if chosen.release:
        RELEASED.write_text(made)
    problems = []
    if KEPT.read_text() != made:
        problems = [
            "projects/api/openapi.yaml is not what the code says: tools/check_api.py --write"
        ]
    problems += unsaid(
        load(RELEASED.read_text()), load(made), CHANGELOG.read_text(), datetime.now(UTC).date()
    )
    if problems:
        sys.exit("\n".join(problems))


def document_of_the_code() -> str:
    """Made by drf-spectacular as YAML; a warning of it is an error."""
    sys.path.insert(0, str(ROOT))
    from tests.environment import PLACEHOLDERS

    environment = {**os.environ, **PLACEHOLDERS}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder, "openapi.yaml")
        words = ("spectacular", "--validate", "--fail-on-warn", "--file", str(made))
        command = [sys.executable, "-m", "treblle_api", *words]
        subprocess.run(command, cwd=ROOT, env=environment, check=True)
        return made.read_text()


def load(text: str) -> dict[str, Any]:
    # Far faster than yaml.safe_load where libyaml is there, and as safe.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    loaded: dict[str, Any] = yaml.load(text, Loader=loader)  # noqa: S506
    return loaded


if __name__ == "__main__":
    main()
