"""Commands and figures that the documents name exist as they are written."""

import importlib
import re
from collections.abc import Iterator

import pytest
from django.core.management import get_commands, load_command_class
from treblle_service.metrics import catalog

from embedded.__main__ import WITH_COMMANDS
from tests.contract.deployables import ROOT

WRITTEN = re.compile(
    r"python -m (?:treblle_(?P<part>\w+)|embedded run (?P<beside>\w+)) (?P<command>[a-z_]+)"
    r"(?P<words>[^`\n#]*)"
)
OPTION = re.compile(r"--[a-z][a-z-]*")
# Modules that are no deployable's commands.
OTHERS = {"service"}


def written() -> Iterator[tuple[str, str, str, str]]:
    """Document, part, command and the options named with it."""
    documents = [*(ROOT / "docs").glob("*.md"), ROOT / "deploy/README.md", ROOT / "CONTRIBUTING.md"]
    for document in sorted(documents):
        for found in WRITTEN.finditer(document.read_text()):
            part = found["part"] or found["beside"]
            if part not in OTHERS:
                options = " ".join(OPTION.findall(found["words"]))
                yield document.name, part, found["command"], options


@pytest.mark.parametrize(("document", "part", "command", "options"), sorted(set(written())))
def test_a_command_is_one_of_its_part_and_takes_its_options(
    document: str, part: str, command: str, options: str
) -> None:
    app = get_commands()[command]
    own = importlib.import_module(f"treblle_{part}.settings")
    assert app == "django.core" or app in own.INSTALLED_APPS
    parser = load_command_class(app, command).create_parser("", command)
    assert set(options.split()) <= set(parser._option_string_actions)


def test_commands_run_beside_an_embedded_system_are_those_of_every_part_that_has_some() -> None:
    parts = {part for _, part, _, _ in written()}
    assert parts <= set(WITH_COMMANDS)
    assert {"etl", "platform", "website"} <= parts


def test_figures_the_runbook_tells_to_look_at_exist() -> None:
    named = set(re.findall(r"`(treblle_[a-z_]+)", (ROOT / "docs/runbook.md").read_text()))
    known = {each.name for each in catalog.instruments()}
    packages = {name for name in named if any(ROOT.glob(f"p*/*/src/{name}"))}
    assert named - packages
    assert named - packages <= known
