#!/usr/bin/env python3
"""Fails where a pinned dependency has a known weakness; says so where no source could be asked.

usage: audit.py

Python's pins are asked of OSV, else of PyPI, by pip-audit; front-end libraries of the npm
registry, by npm. A source of Python's counts only where it knows of a weakness that is old and
certain: a mirror that knows no weakness at all would find none in ours either.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import install
from weaknesses import IGNORED, Weakness, ended, not_ignored

# CVE-2013-7459; given up by its makers, so it is never one of ours.
KNOWN_WEAK = "pycrypto==2.6.1"
SOURCES = ("osv", "pypi")
# For one answer, and for all of them: some 200 packages, one question each.
ANSWER_WITHIN_S = 5
PROBE_WITHIN_S = 30
ALL_WITHIN_S = 180


def main() -> None:
    if len(sys.argv) > 1:
        sys.exit(__doc__)
    asked = {"Python packages": of_python(), "npm packages": of_npm()}
    if missed := [name for name, found in asked.items() if found is None]:
        print(f"Not audited, no source of known weaknesses answers: {', '.join(missed)}.")
    today = datetime.now(UTC).date()
    found = [each for weaknesses in asked.values() for each in weaknesses or ()]
    if problems := [*map(str, not_ignored(found, IGNORED, today)), *ended(IGNORED, today)]:
        sys.exit(
            "\n".join(("known weaknesses (or say in tools/weaknesses.py why not):", *problems))
        )


def of_python() -> list[Weakness] | None:
    """None where no source answers."""
    with tempfile.TemporaryDirectory() as folder:
        known_weak = Path(folder) / "known-weak.txt"
        known_weak.write_text(KNOWN_WEAK)
        for source in SOURCES:
            if pip_audit(source, known_weak, PROBE_WITHIN_S):
                return pip_audit(source, install.CONSTRAINTS, ALL_WITHIN_S)
    return None


def pip_audit(source: str, pins: Path, within_s: float) -> list[Weakness] | None:
    words = [
        *(install.BIN / "pip-audit", "--vulnerability-service", source, "--requirement", pins),
        *("--no-deps", "--disable-pip", "--format", "json", "--progress-spinner", "off"),
        *("--timeout", str(ANSWER_WITHIN_S)),
    ]
    answer = json_of(words, install.ROOT, within_s)
    if answer is None:
        return None
    return [
        Weakness(
            f"{package['name']} {package['version']}",
            frozenset((weakness["id"], *weakness["aliases"])),
            f"mended in {', '.join(weakness['fix_versions'])}"
            if weakness["fix_versions"]
            else "not mended yet",
        )
        for package in answer["dependencies"]
        for weakness in package.get("vulns", ())
    ]


def of_npm() -> list[Weakness] | None:
    """None where the registry does not answer."""
    found: list[Weakness] = []
    npm = install.find_npm()
    for folder in install.front_ends():
        words = [*npm, "audit", "--json", "--fetch-retries=0"]
        words.append(f"--fetch-timeout={ANSWER_WITHIN_S * 1000}")
        answer = json_of(words, folder, PROBE_WITHIN_S)
        if answer is None or "vulnerabilities" not in answer:
            return None
        found += npm_weaknesses(answer["vulnerabilities"])
    return found


def npm_weaknesses(packages: dict[str, Any]) -> Iterator[Weakness]:
    """What is said of packages themselves, not of those that need them."""
    for name, package in packages.items():
        for cause in package["via"]:
            if isinstance(cause, dict):
                known_as = cause["url"].rpartition("/")[2]
                yield Weakness(name, frozenset((known_as,)), f"{cause['title']}, {cause['range']}")


def json_of(words: list[Any], folder: Path, within_s: float) -> dict[str, Any] | None:
    """What the program printed; None where it was too slow or printed something else."""
    try:
        done = subprocess.run(words, cwd=folder, capture_output=True, text=True, timeout=within_s)
        answer: dict[str, Any] = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, json.JSONDecodeError):
        return None
    return answer


if __name__ == "__main__":
    main()
