#!/usr/bin/env python3
"""Fails where a file under version control seems to hold a real secret.

usage: check_secrets.py

By the forms of detect-secrets that mean something by themselves: keys of clouds and services,
private keys, signed tokens. Tests are left out: what they hold opens nothing. What only looks so
says it in its line: `pragma: allowlist secret`.
"""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# They guess from names or randomness, and are wrong far more often than right.
GUESSING = (
    *("KeywordDetector", "Base64HighEntropyString", "HexHighEntropyString"),
    *("IPPublicDetector", "BasicAuthDetector"),
)
LEFT_OUT = r"(^|/)tests/"


def main() -> None:
    program = Path(sys.executable).with_name("detect-secrets")
    words: list[str | Path] = [program, "scan", "--exclude-files", LEFT_OUT]
    for name in GUESSING:
        words += ["--disable-plugin", name]
    done = subprocess.run(words, cwd=ROOT, check=True, capture_output=True, text=True)
    found = [
        f"{path}:{each['line_number']}: {each['type']}"
        for path, secrets in sorted(json.loads(done.stdout)["results"].items())
        for each in secrets
    ]
    if found:
        sys.exit("\n".join(("these look like secrets:", *found)))


if __name__ == "__main__":
    main()
