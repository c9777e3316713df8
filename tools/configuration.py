#!/usr/bin/env python3
"""Writes docs/configuration.md from the settings the deployables read, or says that it is old.

usage: configuration.py [--check]

Each reader of `treblle_service.conf` records the name, kind, default and help of what it reads.
"""

import importlib
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from treblle_service.conf import Setting

ROOT: Final = Path(__file__).resolve().parent.parent
PAGE: Final = ROOT / "docs" / "configuration.md"
WITH_DJANGO: Final = {
    "ETL worker, listener, beat": "treblle_etl",
    "Platform": "treblle_platform",
    "API": "treblle_api",
    "Website": "treblle_website",
}
HEAD: Final = """# Configuration

Every setting comes from the environment; `NAME_FILE` may name a file that holds the value, as container secrets do. A wrong or missing value ends the process at its start with the name of
the variable. Secrets are never logged. This page is generated from the settings themselves: `python tools/configuration.py`.
"""


def main() -> None:
    page = "\n".join(lines())
    if "--check" not in sys.argv[1:]:
        PAGE.write_text(page, encoding="utf-8")
    elif not PAGE.exists() or PAGE.read_text(encoding="utf-8") != page:
        sys.exit(
            "docs/configuration.md is not what the settings say: python tools/configuration.py"
        )


def lines() -> Iterator[str]:
    yield HEAD
    for title, declared in deployables().items():
        yield f"## {title}\n"
        yield "| name | takes | default | |"
        yield "|---|---|---|---|"
        for setting in sorted(declared.values(), key=lambda each: each.name):
            help = setting.help.replace("|", "\\|")
            yield f"| `{setting.name}` | {setting.kind} | {shown(setting.default)} | {help} |"
        yield ""


def deployables() -> dict[str, Mapping[str, "Setting"]]:
    """What each reads, by its title; read under placeholders, so that nothing of this shell counts."""
    sys.path.insert(0, str(ROOT))
    os.environ.clear()
    importlib.import_module("tests.environment")
    from treblle_intake import settings as intake
    from treblle_service.conf import Environment
    from treblle_service.settings import log_config

    env = Environment()
    intake.read(env)
    intake.listen_on(env)
    log_config(env)
    found: dict[str, Mapping[str, Setting]] = {"Intake": env.declared}
    for title, package in WITH_DJANGO.items():
        found[title] = importlib.import_module(f"{package}.settings").env.declared
    return found


def shown(default: object) -> str:
    from treblle_service.conf import REQUIRED

    if default is REQUIRED:
        return "**required**"
    if isinstance(default, bool):
        return "yes" if default else "no"
    if default in ("", ()):
        return "–"
    # Folders of this checkout, wherever it lies.
    return f"`{str(default).replace(f'{ROOT}/', '')}`"


if __name__ == "__main__":
    main()
